// FAILOVER.

import { argument, integer, isWord } from './arguments.ts'
import { type Command, command, type Run } from './command.ts'
import { CommandError, syntaxError } from '../command-error.ts'
import type { FailoverOptions } from '../replication/index.ts'
import type { ByteString } from '../value.ts'

const failover: Run = ({ reply, server }, args) => {
  const { failover: handOver } = server.replication
  if (args.length === 2 && isWord(args[1], 'ABORT')) {
    if (!handOver.isOn) throw new CommandError('ERR No failover in progress.')
    handOver.abort('Failover manually aborted')
  } else handOver.begin(failoverOptions(args))
  reply.ok()
}

function failoverOptions(args: readonly ByteString[]): FailoverOptions {
  let [target, timeout, isForced]: [FailoverOptions['target'], number | null, boolean] = [null, null, false]
  for (let at = 1; at < args.length; at += 1)
    if (isWord(args[at], 'TIMEOUT') && at + 1 < args.length && timeout === null) {
      at += 1
      timeout = integer(argument(args, at))
      if (timeout <= 0) throw new CommandError('ERR FAILOVER timeout must be greater than 0')
    } else if (isWord(args[at], 'TO') && at + 2 < args.length && target === null) {
      target = { host: argument(args, at + 1), port: integer(argument(args, at + 2)) }
      at += 2
    } else if (isWord(args[at], 'FORCE') && !isForced) isForced = true
    else throw new CommandError(syntaxError)
  return { target, timeout, isForced }
}

/** FAILOVER. */
export const failoverCommands: readonly Command[] = [
  command('failover', -1, 'admin noscript stale', failover),
]
