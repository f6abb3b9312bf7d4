// Lists between which items move, and clients that wait for them.

import { argument, blockingTimeout, integerIn, isWord } from './arguments.ts'
import { type Command, command, type KeyPositions, type Run, twoKeys } from './command.ts'
import type { CommandContext } from './context.ts'
import { popItems, pushItem, type Side } from './lists.ts'
import { CommandError, syntaxError } from '../command-error.ts'
import { type ByteString, listValue } from '../value.ts'

const longMax = 9_223_372_036_854_775_808

function sideOf(text: ByteString | undefined): Side {
  if (isWord(text, 'LEFT')) return 'LEFT'
  if (isWord(text, 'RIGHT')) return 'RIGHT'
  throw new CommandError(syntaxError)
}

interface Move {
  readonly source: ByteString
  readonly target: ByteString
  readonly from: Side
  readonly to: Side
}

/** Moves one item; whether there was one. Replies it. */
function moveItem(context: CommandContext, { source, target, from, to }: Move): boolean {
  const { db, reply } = context
  const value = db.findAs(source, 'list')
  if (value === undefined) return false
  const into = db.findAs(target, 'list')
  const item = (from === 'LEFT' ? value.items.shift() : value.items.pop()) ?? ''
  const list = into ?? listValue()
  pushItem(list, to, item)
  if (into === undefined) db.add(target, list)
  else db.touched(target)
  db.notify('l', to === 'LEFT' ? 'lpush' : 'rpush', target)
  reply.bulk(item)
  context.changed(source, 'l', from === 'LEFT' ? 'lpop' : 'rpop')
  context.deleteIfEmpty(source, value.items.length)
  return true
}

const lmove: Run = (context, args) => {
  const move = {
    source: argument(args, 1),
    target: argument(args, 2),
    from: sideOf(args[3]),
    to: sideOf(args[4]),
  }
  if (!moveItem(context, move)) context.reply.null()
}

const rpoplpush: Run = (context, args) => {
  const move = { source: argument(args, 1), target: argument(args, 2), from: 'RIGHT', to: 'LEFT' } as const
  if (!moveItem(context, move)) context.reply.null()
}

/** Moves at once or once there is something; told as the command that does not wait. */
function moveBlocking(context: CommandContext, move: Move, timeout: number): void {
  const { source, target, from, to } = move
  const attempt = (): boolean => {
    if (!moveItem(context, move)) return false
    context.propagate(['LMOVE', source, target, from, to])
    return true
  }
  if (attempt()) return
  context.block({
    keys: [source],
    timeout,
    serve: () => context.db.find(source)?.value.kind === 'list' && attempt(),
    refuse: () => {
      context.reply.null()
    },
  })
}

const blmove: Run = (context, args) => {
  const [from, to] = [sideOf(args[3]), sideOf(args[4])]
  const timeout = blockingTimeout(argument(args, 5))
  moveBlocking(context, { source: argument(args, 1), target: argument(args, 2), from, to }, timeout)
}

const brpoplpush: Run = (context, args) => {
  const timeout = blockingTimeout(argument(args, 3))
  moveBlocking(
    context,
    { source: argument(args, 1), target: argument(args, 2), from: 'RIGHT', to: 'LEFT' },
    timeout,
  )
}

function blockingPop(side: Side): Run {
  return (context, args) => {
    const timeout = blockingTimeout(argument(args, args.length - 1))
    const keys = args.slice(1, -1)
    const attempt = (key: ByteString): boolean => {
      const value = context.db.findAs(key, 'list')
      if (value === undefined) return false
      context.reply.bulks([key, ...popItems(context, key, { value, side, count: 1 })])
      context.propagate([side === 'LEFT' ? 'LPOP' : 'RPOP', key])
      return true
    }
    if (keys.some(attempt)) return
    context.block({
      keys,
      timeout,
      serve: (key) => context.db.find(key)?.value.kind === 'list' && attempt(key),
    })
  }
}

interface MultiPop {
  readonly keys: readonly ByteString[]
  readonly side: Side
  readonly count: number
}

/** numkeys key [key …] LEFT|RIGHT [COUNT n] from an index on. */
function multiPop(args: readonly ByteString[], start: number): MultiPop {
  const keysCount = integerIn(argument(args, start), 1, longMax, 'ERR numkeys should be greater than 0')
  const sideAt = start + keysCount + 1
  if (sideAt >= args.length) throw new CommandError(syntaxError)
  const side = sideOf(args[sideAt])
  let count: number | null = null
  for (let at = sideAt + 1; at < args.length; at += 2) {
    if (!isWord(args[at], 'COUNT') || count !== null || args[at + 1] === undefined)
      throw new CommandError(syntaxError)
    count = integerIn(argument(args, at + 1), 1, longMax, 'ERR count should be greater than 0')
  }
  return { keys: args.slice(start + 1, sideAt), side, count: count ?? 1 }
}

function popFrom(context: CommandContext, key: ByteString, { side, count }: MultiPop): boolean {
  const value = context.db.findAs(key, 'list')
  if (value === undefined) return false
  const items = popItems(context, key, { value, side, count })
  context.reply.array(2)
  context.reply.bulk(key)
  context.reply.bulks(items)
  context.propagate([side === 'LEFT' ? 'LPOP' : 'RPOP', key, `${items.length}`])
  return true
}

const lmpop: Run = (context, args) => {
  const request = multiPop(args, 1)
  if (!request.keys.some((key) => popFrom(context, key, request))) context.reply.nullArray()
}

const blmpop: Run = (context, args) => {
  const timeout = blockingTimeout(argument(args, 1))
  const request = multiPop(args, 2)
  if (request.keys.some((key) => popFrom(context, key, request))) return
  context.block({
    keys: request.keys,
    timeout,
    serve: (key) => context.db.find(key)?.value.kind === 'list' && popFrom(context, key, request),
  })
}

/** Keys after their number, which stands at an index. */
export function countedKeys(numberAt: number): KeyPositions {
  return (args) => {
    const count = Math.min(Number(args[numberAt]), args.length - numberAt - 1)
    return count > 0 ? Array.from({ length: count }, (_, index) => numberAt + 1 + index) : []
  }
}

const allButLast: KeyPositions = { first: 1, last: -2, step: 1 }

/** Commands that move items, or wait for them. */
export const listMoveCommands: readonly Command[] = [
  command('lmove', 5, 'write denyoom @list', lmove, { keys: twoKeys }),
  command('rpoplpush', 3, 'write denyoom @list', rpoplpush, { keys: twoKeys }),
  command('lmpop', -4, 'write movablekeys @list', lmpop, { keys: countedKeys(1) }),
  command('blpop', -3, 'write noscript blocking @list', blockingPop('LEFT'), { keys: allButLast }),
  command('brpop', -3, 'write noscript blocking @list', blockingPop('RIGHT'), { keys: allButLast }),
  command('blmove', 6, 'write denyoom noscript blocking @list', blmove, { keys: twoKeys }),
  command('brpoplpush', 4, 'write denyoom noscript blocking @list', brpoplpush, { keys: twoKeys }),
  command('blmpop', -5, 'write blocking movablekeys @list', blmpop, { keys: countedKeys(2) }),
]
