// CLUSTER and what belongs to it: this server is none of a cluster, and says so as redis-server does without
// `cluster-enabled`. Clients that look for a cluster ask for it and go on as with a single server.

import { type Command, command, type Run } from './command.ts'
import { CommandError } from '../command-error.ts'

const refuse: Run = () => {
  throw new CommandError('ERR This instance has cluster support disabled')
}

const look = 'stale'
const change = 'admin stale no_async_loading'

/** Subcommands with their arity and traits. */
const subcommands: readonly (readonly [name: string, arity: number, traits: string])[] = [
  ['addslots', -3, change],
  ['addslotsrange', -4, change],
  ['bumpepoch', 2, change],
  ['count-failure-reports', 3, 'admin stale'],
  ['countkeysinslot', 3, look],
  ['delslots', -3, change],
  ['delslotsrange', -4, change],
  ['failover', -2, change],
  ['flushslots', 2, change],
  ['forget', 3, change],
  ['getkeysinslot', 4, look],
  ['help', 2, 'loading stale'],
  ['info', 2, look],
  ['keyslot', 3, look],
  ['links', 2, look],
  ['meet', -4, change],
  ['myid', 2, look],
  ['nodes', 2, look],
  ['replicas', 3, 'admin stale'],
  ['replicate', 3, change],
  ['reset', -2, 'admin noscript stale'],
  ['saveconfig', 2, change],
  ['set-config-epoch', 3, change],
  ['setslot', -4, change],
  ['shards', 2, look],
  ['slaves', 3, 'admin stale'],
  ['slots', 2, look],
]

/** Commands of clusters. */
export const clusterCommands: readonly Command[] = [
  command('cluster', -2, '', refuse, {
    subcommands: subcommands.map(([name, arity, traits]) =>
      command(`cluster|${name}`, arity, traits, refuse),
    ),
  }),
  command('asking', 1, 'fast @connection', refuse),
  command('readonly', 1, 'loading stale fast @connection', refuse),
  command('readwrite', 1, 'loading stale fast @connection', refuse),
]
