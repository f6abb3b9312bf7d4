// The table library (reference manual, section 5.5).

import { type Arguments, install, type Library } from '../arguments.ts'
import { type Machine, plainText } from '../machine.ts'
import { isLess, isTrue } from '../operators.ts'
import type { LuaTable } from '../table.ts'
import { type LuaValue, typeName } from '../value.ts'

/** Installs `table`. */
export function installTable(machine: Machine): void {
  machine.globals.put('table', install(machine, machine.table(), functions))
}

const functions: Library = {
  insert: (args) => {
    const table = args.table(1)
    const end = table.length + 1
    if (args.count === 2) {
      set(args, table, end, args.at(2))
      return []
    }
    if (args.count !== 3) throw args.machine.error("wrong number of arguments to 'insert'")
    const place = args.integer(2)
    args.machine.meter.step(Math.max(0, end - place))
    for (let at = Math.max(end, place); at > place; at -= 1) set(args, table, at, table.get(at - 1))
    set(args, table, place, args.at(3))
    return []
  },
  remove: (args) => {
    const table = args.table(1)
    const end = table.length
    const place = args.integer(2, end)
    if (place < 1 || place > end) return []
    const removed = table.get(place)
    args.machine.meter.step(end - place)
    for (let at = place; at < end; at += 1) set(args, table, at, table.get(at + 1))
    set(args, table, end, undefined)
    return [removed]
  },
  concat: (args) => {
    const table = args.table(1)
    const separator = args.at(2) === undefined ? '' : args.string(2)
    const [from, to] = [args.integer(3, 1), args.integer(4, table.length)]
    const parts: string[] = []
    for (let at = from; at <= to; at += 1) {
      const value = table.get(at)
      args.machine.meter.step()
      if (typeof value !== 'string' && typeof value !== 'number')
        throw args.machine.error(`invalid value (${typeName(value)}) at index ${at} in table for 'concat'`)
      const text = plainText(value)
      args.machine.meter.string(text.length + separator.length)
      parts.push(text)
    }
    return [parts.join(separator)]
  },
  sort: (args) => {
    const table = args.table(1)
    const by = args.at(2) === undefined ? undefined : args.function(2)
    sortTable(args, table, (a, b) => before(args, by, a, b))
    return []
  },
  setn: (args) => {
    throw args.machine.error("'setn' is obsolete")
  },
  maxn: (args) => {
    const table = args.table(1)
    let max = 0
    for (let pair = table.next(undefined); pair !== undefined; pair = table.next(pair[0])) {
      args.machine.meter.step()
      if (typeof pair[0] === 'number') max = Math.max(max, pair[0])
    }
    return [max]
  },
  getn: (args) => [args.table(1).length],
  foreach: (args) => each(args),
  foreachi: (args) => {
    const table = args.table(1)
    for (let at = 1; at <= table.length; at += 1) {
      const [result] = args.machine.callBack(args.function(2), [at, table.get(at)])
      if (result !== undefined) return [result]
    }
    return []
  },
}

function each(args: Arguments): LuaValue[] {
  const table = args.table(1)
  for (let pair = table.next(undefined); pair !== undefined; pair = table.next(pair[0])) {
    const [result] = args.machine.callBack(args.function(2), [pair[0], pair[1]])
    if (result !== undefined) return [result]
  }
  return []
}

function set({ machine }: Arguments, table: LuaTable, key: number, value: LuaValue): void {
  if (table.isReadonly) throw machine.fault('Attempt to modify a readonly table')
  table.put(key, value)
}

function before({ machine }: Arguments, by: LuaValue, a: LuaValue, b: LuaValue): boolean {
  machine.meter.step()
  return by === undefined ? isLess(machine, a, b) : isTrue(machine.callBack(by, [a, b])[0])
}

/**
 * Lua's quicksort, since scripts see what it compares and in which order it leaves what is equal: the median of three, the
 * smaller part first.
 */
function sortTable(args: Arguments, table: LuaTable, isBefore: (a: LuaValue, b: LuaValue) => boolean): void {
  const swap = (a: number, b: number): void => {
    const [first, second] = [table.get(a), table.get(b)]
    set(args, table, a, second)
    set(args, table, b, first)
  }
  const order = (a: number, b: number): boolean => {
    if (!isBefore(table.get(b), table.get(a))) return false
    swap(a, b)
    return true
  }
  const open: (readonly [number, number])[] = [[1, table.length]]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [from, to] = next
    if (from >= to) continue
    order(from, to)
    if (to - from === 1) continue
    const middle = Math.floor((from + to) / 2)
    if (!order(from, middle)) order(middle, to)
    if (to - from === 2) continue
    const pivot = table.get(middle)
    swap(middle, to - 1)
    const at = parted(args, table, { from, to, pivot }, isBefore, swap)
    const [low, high] = [
      [from, at - 1],
      [at + 1, to],
    ] as const
    if (at - from < to - at) open.push(high, low)
    else open.push(low, high)
  }
}

interface Part {
  readonly from: number
  readonly to: number
  readonly pivot: LuaValue
}

/** Parts what is smaller than the pivot from what is larger; where the pivot then stands. */
function parted(
  args: Arguments,
  table: LuaTable,
  { from, pivot, to }: Part,
  isBefore: (a: LuaValue, b: LuaValue) => boolean,
  swap: (a: number, b: number) => void,
): number {
  let [low, high] = [from, to - 1]
  for (;;) {
    while (isBefore(table.get((low += 1)), pivot)) if (low > to) throw disorder(args)
    while (isBefore(pivot, table.get((high -= 1)))) if (high < from) throw disorder(args)
    if (high < low) break
    swap(low, high)
  }
  swap(to - 1, low)
  return low
}

function disorder({ machine }: Arguments): Error {
  return machine.error('invalid order function for sorting')
}
