// ACL: users and what they may do.

import { argument, integer } from './arguments.ts'
import { type Command, command, type Run } from './command.ts'
import { help, unknownSubcommand } from './help.ts'
import { load, log, save } from './acl-log.ts'
import { describeUser, flagsOf, keyRules } from '../acl/description.ts'
import { denial } from '../acl/permission.ts'
import { applyRule, categoriesOf, copyUser, hasBlanks, mergedRules, newUser } from '../acl/rules.ts'
import type { Selector } from '../acl/user.ts'
import type { ReplyWriter } from '../resp/reply-writer.ts'
import { cText } from '../c-text.ts'
import { CommandError } from '../command-error.ts'

const setUser: Run = ({ reply, server }, args) => {
  const name = argument(args, 2)
  if (hasBlanks(name)) throw new CommandError("ERR Usernames can't contain spaces or null characters")
  const known = server.users.get(name)
  const user = known === undefined ? newUser(name, server.ruleBook) : copyUser(known)
  const rules = mergedRules(args.slice(3))
  if (typeof rules === 'string') throw new CommandError(`ERR ${rules}`)
  for (const rule of rules) {
    const problem = applyRule(user, rule, server.ruleBook)
    if (problem !== null)
      throw new CommandError(`ERR Error in ACL SETUSER modifier '${cText(rule, Infinity)}': ${problem}`)
  }
  // Clients hold on to their user: it stays the same object.
  if (known === undefined) server.users.set(name, user)
  else Object.assign(known, user)
  reply.ok()
}

const getUser: Run = ({ reply, server }, args) => {
  const user = server.users.get(argument(args, 2))
  if (user === undefined) {
    reply.null()
    return
  }
  const flags = flagsOf(user)
  reply.map(6)
  reply.bulk('flags')
  reply.set(flags.length)
  for (const flag of flags) reply.bulk(flag)
  reply.bulk('passwords')
  reply.bulks([...user.passwords])
  writeSelector(reply, user)
  reply.bulk('selectors')
  reply.array(user.selectors.length)
  for (const selector of user.selectors) {
    reply.map(3)
    writeSelector(reply, selector)
  }
}

function writeSelector(reply: ReplyWriter, selector: Selector): void {
  reply.bulk('commands')
  reply.bulk(selector.commandRules.join(' '))
  reply.bulk('keys')
  reply.bulk(keyRules(selector).join(' '))
  reply.bulk('channels')
  reply.bulk(selector.channelPatterns.map((pattern) => `&${pattern}`).join(' '))
}

const deleteUser: Run = ({ client, reply, server }, args) => {
  if (args.slice(2).includes('default')) throw new CommandError("ERR The 'default' user cannot be removed")
  let removed = 0
  for (const name of args.slice(2)) {
    if (!server.users.delete(name)) continue
    removed += 1
    for (const each of Array.from(server.clients.values()))
      if (each.user.name === name) server.kill(each, client)
  }
  reply.integer(removed)
}

const categories: Run = ({ reply, server }, args) => {
  if (args.length > 3) throw unknownSubcommand(args)
  const all = categoriesOf(server.commands)
  if (args.length === 2) {
    reply.bulks(all)
    return
  }
  const category = argument(args, 2).toLowerCase()
  if (!all.includes(category)) throw new CommandError(`ERR Unknown category '${argument(args, 2)}'`)
  const names = [...server.commands.values()]
    .flatMap((each) => (each.subcommands === null ? [each] : [each, ...each.subcommands.values()]))
    .filter((each) => each.categories.has(category))
  reply.bulks(names.map(({ name }) => name))
}

const generatePassword: Run = ({ reply, server }, args) => {
  if (args.length > 3) throw unknownSubcommand(args)
  const bits = args[2] === undefined ? 256 : integer(args[2])
  if (bits <= 0 || bits > 4096)
    throw new CommandError(
      'ERR ACL GENPASS argument must be the number of bits for the output password, a positive number up to 4096',
    )
  const digits = Math.ceil(bits / 4)
  const bytes = server.env.randomFor('redis/passwords').bytes(Math.ceil(digits / 2))
  reply.bulk(
    [...bytes]
      .map((byte) => byte.toString(16).padStart(2, '0'))
      .join('')
      .slice(0, digits),
  )
}

const dryRun: Run = ({ reply, server }, args) => {
  const user = server.users.get(argument(args, 2))
  if (user === undefined) throw new CommandError(`ERR User '${argument(args, 2)}' not found`)
  const rest = args.slice(3)
  const first = server.commands.get(argument(args, 3).toLowerCase())
  const found = first?.subcommands?.get((rest[1] ?? '').toLowerCase()) ?? first
  if (found === undefined) throw new CommandError(`ERR Command '${argument(args, 3)}' not found`)
  if (found.arity > 0 ? rest.length !== found.arity : rest.length < -found.arity)
    throw new CommandError(`ERR wrong number of arguments for '${found.name}' command`)
  const refusal = denial(user, found, rest)
  if (refusal === null) reply.ok()
  else if (refusal.reason === 'command')
    reply.bulk(`This user has no permissions to run the '${refusal.object}' command`)
  else reply.bulk(`This user has no permissions to access the '${refusal.object}' ${refusal.reason}`)
}

const usual = 'admin noscript loading stale'

/** ACL. */
export const aclCommands: readonly Command[] = [
  command('acl', -2, '', () => undefined, {
    subcommands: [
      command('acl|whoami', 2, 'noscript loading stale', ({ client, reply }) => {
        reply.bulk(client.user.name)
      }),
      command('acl|users', 2, usual, ({ reply, server }) => {
        reply.bulks([...server.users.keys()].sort())
      }),
      command('acl|list', 2, usual, ({ reply, server }) => {
        reply.bulks([...server.users.values()].map(describeUser).sort())
      }),
      command('acl|setuser', -3, usual, setUser),
      command('acl|getuser', 3, usual, getUser),
      command('acl|deluser', -3, usual, deleteUser),
      command('acl|cat', -2, 'noscript loading stale', categories),
      command('acl|genpass', -2, 'noscript loading stale', generatePassword),
      command('acl|dryrun', -4, usual, dryRun),
      command('acl|log', -2, usual, log),
      command('acl|save', 2, usual, save),
      command('acl|load', 2, usual, load),
      help('acl', '', [
        ['CAT [<category>]', 'List all commands that belong to <category>, or all command categories.'],
        ['DELUSER <username> [<username> ...]', 'Delete a list of users.'],
        ['DRYRUN <username> <command> [<arg> ...]', 'Return whether the user can execute the given command.'],
        ['GETUSER <username>', "Get the user's details."],
        ['GENPASS [<bits>]', 'Generate a secure password.'],
        ['LIST', 'Show users details in config file format.'],
        ['LOAD', 'Reload users from the ACL file.'],
        ['LOG [<count> | RESET]', 'Show the ACL log entries.'],
        ['SAVE', 'Save the current config to the ACL file.'],
        ['SETUSER <username> <attribute> [<attribute> ...]', 'Create or modify a user.'],
        ['USERS', 'List all the registered usernames.'],
        ['WHOAMI', 'Return the current connection username.'],
      ]),
    ],
  }),
]
