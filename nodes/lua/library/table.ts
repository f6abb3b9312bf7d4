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
    const items = Array.from({ length: table.length }, (_, at) => table.get(at + 1))
    const sorted = mergeSorted(items, (a, b) => before(args, by, a, b))
    for (const [at, value] of sorted.entries()) set(args, table, at + 1, value)
    return []
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
      const [result] = args.machine.call(args.function(2), [at, table.get(at)])
      if (result !== undefined) return [result]
    }
    return []
  },
}

function each(args: Arguments): LuaValue[] {
  const table = args.table(1)
  for (let pair = table.next(undefined); pair !== undefined; pair = table.next(pair[0])) {
    const [result] = args.machine.call(args.function(2), [pair[0], pair[1]])
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
  return by === undefined ? isLess(machine, a, b) : isTrue(machine.call(by, [a, b])[0])
}

/**
 * Merge sort in place of Lua's quicksort and of the engine's own: the order of comparisons, which a script can see, is the
 * same on every machine, and an inconsistent comparison does no harm.
 */
function mergeSorted(items: LuaValue[], isBefore: (a: LuaValue, b: LuaValue) => boolean): LuaValue[] {
  if (items.length < 2) return items
  const middle = items.length >> 1
  const left = mergeSorted(items.slice(0, middle), isBefore)
  const right = mergeSorted(items.slice(middle), isBefore)
  const merged: LuaValue[] = []
  let [l, r] = [0, 0]
  while (l < left.length && r < right.length)
    if (isBefore(right[r], left[l])) merged.push(right[r++])
    else merged.push(left[l++])
  for (; l < left.length; l += 1) merged.push(left[l])
  for (; r < right.length; r += 1) merged.push(right[r])
  return merged
}
