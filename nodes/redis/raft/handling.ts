// What becomes of a command on a Raft log: what changes data is proposed, what shows it is read once the leader knows that it
// still leads, and what differs between replicas by its nature is kept out of what all of them run.

import type { Command } from '../commands/command.ts'
import type { CommandContext } from '../commands/context.ts'

/** How a command is handled; `local` is what concerns this server or this connection alone. */
export type Handling = 'propose' | 'read' | 'local' | { readonly refusal: string }

/** Commands that speak of replication by replicas, which there are none of, or let all of them do what only one may. */
const foreign: ReadonlySet<string> = new Set([
  'replicaof',
  'slaveof',
  'psync',
  'sync',
  'failover',
  'wait',
  'save',
  'bgsave',
  'bgrewriteaof',
  'migrate',
])

/** Scripts that may write: they are proposed whole, and run on every replica with the entry's time and draws. */
const scripts: ReadonlySet<string> = new Set(['eval', 'evalsha', 'fcall'])

/** Commands that show what is replicated and are no reads of keys. */
const shows: ReadonlySet<string> = new Set(['watch', 'function|list', 'function|dump', 'function|stats'])

/** How a client's command is handled. EXEC counts as what it runs. */
export function handlingOf({ client }: CommandContext, command: Command): Handling {
  const { name } = command
  const queue = name === 'exec' ? (client.transaction?.queue ?? []) : []
  const all = [command, ...queue.map((queued) => queued.command)]
  const wrong = all.find((each) => foreign.has(each.name))
  if (wrong !== undefined)
    return {
      refusal: `ERR ${wrong.name.toUpperCase().replace('|', ' ')} is not for servers that replicate by Raft`,
    }
  // Users are each server's own: what a script of a limited one may do would differ between replicas.
  if (!client.user.isUnlimited && all.some(isScript))
    return { refusal: 'NOPERM scripts on a Raft log are for users that may do everything' }
  if (command.isWrite || scripts.has(name) || name === 'pfcount' || queue.length > 0) return 'propose'
  return command.isReadonly || shows.has(name) ? 'read' : 'local'
}

function isScript({ name }: Command): boolean {
  return /^(?:eval|evalsha|fcall)(?:_ro)?$/.test(name)
}

/** Commands of which scripts may make use although they neither read nor write keys. */
const harmless: ReadonlySet<string> = new Set(['ping', 'echo', 'select', 'time'])

/** Commands that read and tell, beside data, of the server: accesses, cursors, the bytes that a value takes. */
const telling: ReadonlySet<string> = new Set([
  'scan',
  'sscan',
  'hscan',
  'zscan',
  'object|encoding',
  'object|freq',
  'object|idletime',
  'object|refcount',
  'memory|usage',
])

/**
 * Why a script on a Raft log may not call a command, as the error says it; null where it may. What replicas answer differently
 * must not reach a script, which could write it. `isShared`: every replica runs the script; where not, nothing may change.
 */
export function whyNotOnLog(command: Command, isShared: boolean): string | null {
  const { name } = command
  const isData = (command.isReadonly || command.isWrite) && !telling.has(name)
  if ((isData && (isShared || name !== 'pfcount')) || harmless.has(name)) return null
  return `ERR ${name.toUpperCase().replace('|', ' ')} is not for scripts on servers that replicate by Raft`
}
