// HyperLogLogs: how many different elements there were, about, in 12 KiB.

import { CommandError } from '../command-error.ts'
import { estimateOf, HyperLogLog, registerCount } from '../structures/hyper-log-log.ts'
import { describeRuns } from '../structures/sparse-registers.ts'
import { type ByteString, stringValue, type StringValue } from '../value.ts'
import { argument } from './arguments.ts'
import { allKeys, type Command, command, oneKey, type Run } from './command.ts'
import type { CommandContext } from './context.ts'
import { countChanges } from './sorted-set-store.ts'

const damaged = 'INVALIDOBJ Corrupted HLL object detected'

function parsed(value: StringValue): HyperLogLog {
  const found = HyperLogLog.parse(value.bytes)
  if (found === undefined) throw new CommandError('WRONGTYPE Key is not a valid HyperLogLog string value.')
  return found
}

/** What a function of registers gives; it says by undefined that they are damaged. */
function sound<T>(result: T | undefined): T {
  if (result === undefined) throw new CommandError(damaged)
  return result
}

const pfadd: Run = (context, args) => {
  const { db, reply } = context
  const key = argument(args, 1)
  const found = db.findAs(key, 'string')
  const counter = found === undefined ? HyperLogLog.empty() : parsed(found)
  let changes = found === undefined ? 1 : 0
  const sparseMax = context.server.limits.sparseCounter
  for (const element of args.slice(2)) if (sound(counter.add(element, sparseMax))) changes++
  if (changes > 0) {
    counter.invalidate()
    keep(context, key, found, counter)
    context.changed(key, '$', 'pfadd')
    countChanges(context, changes)
  }
  reply.integer(changes > 0 ? 1 : 0)
}

/** Puts a counter back where it was found; its time to live stays. */
function keep(
  { db }: CommandContext,
  key: ByteString,
  found: StringValue | undefined,
  counter: HyperLogLog,
): void {
  const bytes = counter.toString()
  if (found === undefined) db.add(key, stringValue(bytes, true))
  else {
    found.bytes = bytes
    found.isRaw = true
  }
}

const pfcount: Run = (context, args) => {
  if (args.length === 2) countOne(context, argument(args, 1))
  else {
    const registers = new Uint8Array(registerCount)
    for (const key of args.slice(1)) raiseTo(registers, context.db.readAs(key, 'string'))
    context.reply.integer(estimateOf(registers))
  }
}

function countOne(context: CommandContext, key: ByteString): void {
  const { db, keyspace, reply } = context
  const found = db.findAs(key, 'string')
  if (found === undefined) {
    reply.integer(0)
    return
  }
  const counter = parsed(found)
  const { remembered } = counter
  if (remembered !== undefined) {
    reply.integer(remembered)
    return
  }
  const estimate = sound(counter.estimate())
  counter.remember(estimate)
  keep(context, key, found, counter)
  // The estimate is part of the string: copies of it have to follow.
  db.touched(key)
  keyspace.dirty += 1
  reply.integer(estimate)
}

/** Raises registers to those of a string; whether these are dense. */
function raiseTo(registers: Uint8Array, value: StringValue | undefined): boolean {
  if (value === undefined) return false
  const counter = parsed(value)
  for (const [i, register] of sound(counter.registers()).entries())
    if (register > (registers[i] as number)) registers[i] = register
  return !counter.isSparse
}

const pfmerge: Run = (context, args) => {
  const { db, reply } = context
  const registers = new Uint8Array(registerCount)
  let isDense = false
  for (const key of args.slice(1)) if (raiseTo(registers, db.readAs(key, 'string'))) isDense = true
  const key = argument(args, 1)
  const found = db.findAs(key, 'string')
  const counter = found === undefined ? HyperLogLog.empty() : parsed(found)
  if (isDense && !counter.becomeDense()) throw new CommandError(damaged)
  for (const [i, register] of registers.entries())
    if (register > 0) sound(counter.raise(i, register, context.server.limits.sparseCounter))
  counter.invalidate()
  keep(context, key, found, counter)
  context.changed(key, '$', 'pfadd')
  reply.ok()
}

const pfdebug: Run = (context, args) => {
  const { db, keyspace, reply } = context
  const [word, key] = [argument(args, 1), argument(args, 2)]
  const found = db.findAs(key, 'string')
  if (found === undefined) throw new CommandError('ERR The specified key does not exist')
  const counter = parsed(found)
  const makeDense = (): void => {
    if (!counter.isSparse) return
    if (!counter.becomeDense()) throw new CommandError(damaged)
    keep(context, key, found, counter)
    keyspace.dirty += 1
  }
  switch (word.toLowerCase()) {
    case 'getreg': {
      makeDense()
      const registers = sound(counter.registers())
      reply.array(registers.length)
      for (const register of registers) reply.integer(register)
      return
    }
    case 'decode':
      if (!counter.isSparse) throw new CommandError('ERR HLL encoding is not sparse')
      reply.bulk(describeRuns(counter.runs))
      return
    case 'encoding':
      reply.simple(counter.isSparse ? 'sparse' : 'dense')
      return
    case 'todense': {
      const wasSparse = counter.isSparse
      makeDense()
      reply.integer(wasSparse ? 1 : 0)
      return
    }
    default:
      throw new CommandError(`ERR Unknown PFDEBUG subcommand '${word}'`)
  }
}

const pfselftest: Run = ({ reply }) => {
  reply.ok()
}

/** Commands of HyperLogLogs. */
export const hyperLogLogCommands: readonly Command[] = [
  command('pfadd', -2, 'write denyoom fast @hyperloglog', pfadd, { keys: oneKey }),
  command('pfcount', -2, 'readonly @hyperloglog', pfcount, { keys: allKeys }),
  command('pfmerge', -2, 'write denyoom @hyperloglog', pfmerge, { keys: allKeys }),
  command('pfdebug', 3, 'write denyoom admin @hyperloglog', pfdebug, {
    keys: { first: 2, last: 2, step: 1 },
  }),
  command('pfselftest', 1, 'admin @hyperloglog', pfselftest),
]
