// Replies to Lua values and back, as Redis 7.0 converts them in RESP2 and RESP3.

import { CommandError } from '../command-error.ts'
import type { Protocol, ReplyWriter } from '../resp/reply-writer.ts'
import type { Reply } from '../resp/reply-decoder.ts'
import { type Lua, LuaTable, type LuaValue } from '../../lua/index.ts'

const depthMax = 500

/** A table with one field. */
export function fieldTable(lua: Lua, name: string, value: LuaValue): LuaTable {
  const table = lua.machine.table()
  table.set(name, value)
  return table
}

/** What a script gets of a reply that was written in a protocol. */
export function luaValueOf(lua: Lua, reply: Reply, protocol: Protocol): LuaValue {
  switch (reply.kind) {
    case 'integer':
      return reply.value
    case 'bulk':
      lua.machine.meter.string(reply.text.length)
      return reply.text
    case 'simple':
      return fieldTable(lua, 'ok', reply.text)
    case 'error':
      return fieldTable(lua, 'err', reply.text)
    case 'null':
      return protocol === 2 ? false : undefined
    case 'boolean':
      return reply.value
    case 'double':
      return fieldTable(lua, 'double', doubleOf(reply.text))
    case 'big-number':
      return fieldTable(lua, 'big_number', reply.text)
    case 'verbatim': {
      const inner = fieldTable(lua, 'format', reply.format)
      inner.set('string', reply.text)
      return fieldTable(lua, 'verbatim_string', inner)
    }
    default:
      return listOf(lua, reply.kind, reply.items, protocol)
  }
}

function doubleOf(text: string): number {
  if (text === 'inf') return Infinity
  return text === '-inf' ? -Infinity : Number(text)
}

function listOf(lua: Lua, kind: string, items: readonly Reply[], protocol: Protocol): LuaValue {
  const table = lua.machine.table()
  const values = items.map((item) => luaValueOf(lua, item, protocol))
  if (kind === 'map') {
    for (let at = 0; at < values.length; at += 2) table.set(values[at], values[at + 1])
    return fieldTable(lua, 'map', table)
  }
  if (kind === 'set') {
    for (const value of values) table.set(value, true)
    return fieldTable(lua, 'set', table)
  }
  for (const [at, value] of values.entries()) table.set(at + 1, value)
  return table
}

/** Writes what a script returned; `protocol` is the one that the script has set for itself. */
export class LuaReply {
  readonly #lua: Lua
  readonly #reply: ReplyWriter
  readonly #protocol: Protocol

  constructor(lua: Lua, reply: ReplyWriter, protocol: Protocol) {
    this.#lua = lua
    this.#reply = reply
    this.#protocol = protocol
  }

  /** Writes one value. Throws a CommandError where tables nest too deep, or LuaBoundError where there are too many. */
  write(value: LuaValue, depth: number = 0): void {
    const reply = this.#reply
    this.#lua.machine.meter.step()
    switch (typeof value) {
      case 'string':
        reply.bulk(value)
        return
      case 'number':
        reply.integer(wholeOf(value))
        return
      case 'boolean':
        if (this.#protocol === 3) reply.boolean(value)
        else if (value) reply.integer(1)
        else reply.null()
        return
      default:
        if (value instanceof LuaTable) this.#table(value, depth)
        else reply.null()
    }
  }

  #table(table: LuaTable, depth: number): void {
    if (depth > depthMax) throw new CommandError('ERR reached lua stack limit')
    const reply = this.#reply
    const [error, ok, double] = [table.get('err'), table.get('ok'), table.get('double')]
    const [map, set, big] = [table.get('map'), table.get('set'), table.get('big_number')]
    const verbatim = table.get('verbatim_string')
    if (typeof error === 'string') reply.error(error)
    else if (typeof ok === 'string') reply.simple(ok.replaceAll(/[\r\n]/g, ' '))
    else if (typeof double === 'number') reply.double(double)
    else if (map instanceof LuaTable) this.#pairs(map, depth)
    else if (set instanceof LuaTable) this.#set(set, depth)
    else if (typeof big === 'string') this.#bigNumber(big)
    else if (verbatim instanceof LuaTable) this.#verbatim(verbatim)
    else this.#array(table, depth)
  }

  #array(table: LuaTable, depth: number): void {
    let length = 0
    while (table.get(length + 1) !== undefined) length += 1
    this.#reply.array(length)
    for (let at = 1; at <= length; at += 1) this.write(table.get(at), depth + 1)
  }

  #pairs(table: LuaTable, depth: number): void {
    const pairs = pairsOf(table)
    this.#reply.map(pairs.length)
    for (const [key, value] of pairs) {
      this.write(key, depth + 1)
      this.write(value, depth + 1)
    }
  }

  #set(table: LuaTable, depth: number): void {
    const pairs = pairsOf(table)
    this.#reply.set(pairs.length)
    for (const [key] of pairs) this.write(key, depth + 1)
  }

  #bigNumber(text: string): void {
    const line = text.replaceAll(/[\r\n]/g, ' ')
    if (this.#reply.protocol === 2) this.#reply.bulk(line)
    else this.#reply.out += `(${line}\r\n`
  }

  #verbatim(table: LuaTable): void {
    const [format, text] = [table.get('format'), table.get('string')]
    const bytes = typeof text === 'string' ? text : ''
    const kind = typeof format === 'string' ? format.slice(0, 3).padEnd(3) : 'txt'
    if (this.#reply.protocol === 2) this.#reply.bulk(bytes)
    else this.#reply.out += `=${bytes.length + 4}\r\n${kind}:${bytes}\r\n`
  }
}

function pairsOf(table: LuaTable): readonly (readonly [LuaValue, LuaValue])[] {
  const pairs: (readonly [LuaValue, LuaValue])[] = []
  for (let pair = table.next(undefined); pair !== undefined; pair = table.next(pair[0])) pairs.push(pair)
  return pairs
}

/** A number cut to 64 bits as C does; what does not fit becomes the smallest number. */
function wholeOf(value: number): bigint {
  if (!Number.isFinite(value) || Math.abs(value) >= 9_223_372_036_854_775_808) return -0x8000_0000_0000_0000n
  return BigInt(Math.trunc(value))
}
