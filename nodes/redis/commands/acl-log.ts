// ACL LOG, ACL SAVE and ACL LOAD.

import { Buffer } from 'node:buffer'

import { argument, integer, isWord } from './arguments.ts'
import { clientLine } from './client-line.ts'
import type { Run } from './command.ts'
import type { CommandContext } from './context.ts'
import { replyLater } from './later.ts'
import { aclText, parseAcl, readAclFile } from '../acl/acl-file.ts'
import type { AclLogEntry } from '../acl/log.ts'
import type { User } from '../acl/user.ts'
import { CommandError } from '../command-error.ts'
import { pathIn, replaceFile } from '../files/index.ts'
import { DiskError } from '../../../sim/index.ts'
import type { Server } from '../server.ts'
import type { ByteString } from '../value.ts'

const shownMax = 10

/** Notes that a client was refused something. */
export function noteDenial(
  { client, server }: CommandContext,
  what: Pick<AclLogEntry, 'reason' | 'context' | 'object'>,
  username: ByteString = client.user.name,
): void {
  const at = server.keyspace.now
  server.aclLog.add(
    { ...what, username, clientInfo: clientLine(client, at), at },
    server.configuration.number('acllog-max-len'),
  )
}

/** ACL LOG. */
export const log: Run = ({ reply, server }, args) => {
  if (args.length > 3) throw new CommandError(`ERR wrong number of arguments for 'acl|log' command`)
  if (isWord(args[2], 'RESET')) {
    server.aclLog.reset()
    reply.ok()
    return
  }
  const entries = server.aclLog.latest(args[2] === undefined ? shownMax : integer(argument(args, 2)))
  reply.array(entries.length)
  for (const { count, entry } of entries) {
    reply.map(7)
    reply.bulk('count')
    reply.integer(count)
    const { clientInfo, context, object, reason, username } = entry
    for (const [name, value] of Object.entries({ reason, context, object, username })) {
      reply.bulk(name)
      reply.bulk(value)
    }
    reply.bulk('age-seconds')
    reply.double((server.keyspace.now - entry.at) / 1000)
    reply.bulk('client-info')
    reply.bulk(clientInfo)
  }
}

/** Where the ACL file is: a name in `dir`, or a path of its own. */
function placeOf({ configuration }: Server): { readonly directory: string; readonly name: string } {
  const given = configuration.get('aclfile')
  const path = given.startsWith('/') ? given : pathIn(configuration.get('dir'), given)
  const last = path.lastIndexOf('/')
  return { directory: path.slice(0, last) || '/', name: path.slice(last + 1) }
}

function fileOf({ server }: CommandContext): ReturnType<typeof placeOf> {
  if (server.configuration.get('aclfile') === '')
    throw new CommandError(
      'ERR This Redis instance is not configured to use an ACL file. You may want to specify users via the ACL SETUSER command and then issue a CONFIG REWRITE (assuming you have a Redis configuration file set) in order to store users in the Redis configuration.',
    )
  return placeOf(server)
}

/** ACL SAVE: replies once the file is certain. */
export const save: Run = (context) => {
  const { env, users } = context.server
  const { directory, name } = fileOf(context)
  const bytes = Buffer.from(aclText(users.values()), 'latin1')
  replyLater(context, async () => {
    try {
      await replaceFile(env.disk, { directory, name, temporary: `temp-${name}` }, async (file) => {
        await file.write(0, bytes)
      })
      return () => {
        context.reply.ok()
      }
    } catch (error) {
      if (!(error instanceof DiskError)) throw error
      return () => {
        context.reply.error(
          'ERR There was an error trying to save the ACLs. Please check the server logs for more information',
        )
      }
    }
  })
}

/** ACL LOAD: all users of the file, or no change. */
export const load: Run = (context) => {
  const { server } = context
  const { directory, name } = fileOf(context)
  const path = pathIn(directory, name)
  replyLater(context, async () => {
    const text = await readAclFile(server.env.disk, path)
    return () => {
      try {
        if (text === null) throw notOpened(path)
        replaceUsers(context, parseAcl(text, path, server.ruleBook))
        context.reply.ok()
      } catch (error) {
        if (!(error instanceof CommandError)) throw error
        context.reply.error(error.message)
      }
    }
  })
}

/** Users stay the objects that clients hold; clients of users that are gone are cut off. */
function replaceUsers({ client, server }: CommandContext, loaded: ReadonlyMap<ByteString, User>): void {
  for (const name of Array.from(server.users.keys()))
    if (!loaded.has(name)) {
      server.users.delete(name)
      for (const each of Array.from(server.clients.values()))
        if (each.user.name === name) server.kill(each, client)
    }
  for (const [name, user] of loaded) {
    const known = server.users.get(name)
    if (known === undefined) server.users.set(name, user)
    else Object.assign(known, user)
  }
}

function notOpened(path: string): CommandError {
  return new CommandError(`ERR Error loading ACLs, opening file '${path}': No such file or directory`)
}

/**
 * Reads the users of the ACL file, where one is configured: a server starts. Rejects where it is wrong or is not there, in one line
 * that says what to do.
 */
export async function readUsers(server: Server): Promise<void> {
  const given = server.configuration.get('aclfile')
  if (given === '') return
  const { directory, name } = placeOf(server)
  const path = pathIn(directory, name)
  const wrong = (what: string): Error => new Error(`redis: parameter aclfile: got ${given}, ${what}`)
  const text = await readAclFile(server.env.disk, path)
  if (text === null)
    throw wrong(`but ${path} on its disk is no file that can be read; wanted one with a user a line, or none`)
  try {
    for (const [user, loaded] of parseAcl(text, path, server.ruleBook)) server.users.set(user, loaded)
  } catch (error) {
    if (!(error instanceof CommandError)) throw error
    const problems = error.message.replace(/^ERR /, '').replace(/ ?WARNING: ACL errors.*$/s, '')
    throw wrong(`where ${problems}; wanted a user a line, as ACL LIST shows them`)
  }
}
