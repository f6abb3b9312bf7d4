// cmsgpack: MessagePack, as Redis has it.

import { type Arguments, install } from '../arguments.ts'
import { readPacked } from './message-pack-reader.ts'
import type { Machine } from '../machine.ts'
import { LuaTable } from '../table.ts'
import type { LuaValue } from '../value.ts'

/** Tables deeper than so many are written as nil. */
const depthMax = 16
const limitMax = 0x7fff_ffff

/** Installs `cmsgpack`. */
export function installMessagePack(machine: Machine): void {
  const table = install(machine, machine.table(), {
    pack: (args) => {
      if (args.count === 0) throw args.wrong(0, 'MessagePack pack needs input.')
      return [args.values.map((value) => packed(machine, value, 0)).join('')]
    },
    unpack: (args) => unpack(args, 0, 0),
    unpack_one: (args) => {
      args.string(1)
      return unpack(args, 1, args.integer(2, 0))
    },
    unpack_limit: (args) => {
      args.string(1)
      return unpack(args, args.integer(2), args.integer(3, 0))
    },
  })
  table.put('_NAME', 'cmsgpack')
  table.put('_VERSION', 'lua-cmsgpack 0.4.0')
  table.put('_COPYRIGHT', 'Copyright (C) 2012, Salvatore Sanfilippo')
  table.put('_DESCRIPTION', 'MessagePack C implementation for Lua')
  machine.globals.put('cmsgpack', table)
}

/** Reads up to `limit` values (all where both are 0); then where to go on comes first, -1 at the end. */
function unpack(args: Arguments, limit: number, offset: number): LuaValue[] {
  const text = args.string(1)
  const { machine } = args
  if (offset < 0 || limit < 0)
    throw machine.error(`Invalid request to unpack with offset of ${offset} and limit of ${text.length}.`)
  if (offset > text.length)
    throw machine.error(`Start offset ${offset} greater than input length ${text.length}.`)
  const isAll = limit === 0 && offset === 0
  const values: LuaValue[] = []
  let at = offset
  while (at < text.length && values.length < (isAll ? limitMax : limit)) {
    const { end, value } = readPacked(machine, text, at)
    values.push(value)
    at = end
  }
  return isAll ? values : [at === text.length ? -1 : at, ...values]
}

function packed(machine: Machine, value: LuaValue, depth: number): string {
  machine.meter.step()
  switch (typeof value) {
    case 'string':
      machine.meter.string(value.length)
      return head(value.length, stringHead) + value
    case 'boolean':
      return value ? '\xc3' : '\xc2'
    case 'number':
      return numberBytes(value)
    default:
      return value instanceof LuaTable && depth < depthMax ? tableBytes(machine, value, depth) : '\xc0'
  }
}

function tableBytes(machine: Machine, table: LuaTable, depth: number): string {
  const pairs: (readonly [LuaValue, LuaValue])[] = []
  let max = 0
  for (let pair = table.next(undefined); pair !== undefined; pair = table.next(pair[0])) {
    machine.meter.step()
    const [key] = pair
    const isPlace = typeof key === 'number' && key > 0 && Number.isInteger(key)
    max = isPlace ? Math.max(max, key) : Infinity
    pairs.push(pair)
  }
  let bytes = head(pairs.length, max === pairs.length ? arrayHead : mapHead)
  if (max === pairs.length)
    for (let at = 1; at <= max; at += 1) bytes += packed(machine, table.get(at), depth + 1)
  else
    for (const [key, value] of pairs)
      bytes += packed(machine, key, depth + 1) + packed(machine, value, depth + 1)
  machine.meter.string(bytes.length)
  return bytes
}

/** How a length is written: within the first byte where it is short, else after a byte that says how long it is. */
interface Head {
  readonly short: number
  readonly shortMax: number
  readonly byte: number | null
  readonly word: number
  readonly long: number
}

const stringHead: Head = { short: 0xa0, shortMax: 31, byte: 0xd9, word: 0xda, long: 0xdb }
const arrayHead: Head = { short: 0x90, shortMax: 15, byte: null, word: 0xdc, long: 0xdd }
const mapHead: Head = { short: 0x80, shortMax: 15, byte: null, word: 0xde, long: 0xdf }

function head(length: number, { byte, long, short, shortMax, word }: Head): string {
  if (length <= shortMax) return String.fromCharCode(short | length)
  if (byte !== null && length <= 0xff) return String.fromCharCode(byte, length)
  if (length <= 0xffff) return String.fromCharCode(word) + bigEndian(BigInt(length), 2)
  return String.fromCharCode(long) + bigEndian(BigInt(length), 4)
}

function bigEndian(value: bigint, bytes: number): string {
  let text = ''
  for (let at = bytes - 1; at >= 0; at -= 1)
    text += String.fromCharCode(Number((value >> BigInt(at * 8)) & 0xffn))
  return text
}

const wholeLimit = 9_223_372_036_854_775_808

function numberBytes(value: number): string {
  if (!Number.isInteger(value) || value < -wholeLimit || value >= wholeLimit) return realBytes(value)
  if (value >= -32 && value <= 127) return String.fromCharCode(value & 0xff)
  const whole = BigInt(value)
  if (value > 0) {
    if (value <= 0xff) return `\xcc${bigEndian(whole, 1)}`
    if (value <= 0xffff) return `\xcd${bigEndian(whole, 2)}`
    return value <= 0xffff_ffff ? `\xce${bigEndian(whole, 4)}` : `\xcf${bigEndian(whole, 8)}`
  }
  if (value >= -0x80) return `\xd0${bigEndian(whole, 1)}`
  if (value >= -0x8000) return `\xd1${bigEndian(whole, 2)}`
  return value >= -0x8000_0000 ? `\xd2${bigEndian(whole, 4)}` : `\xd3${bigEndian(whole, 8)}`
}

function realBytes(value: number): string {
  const view = new DataView(new ArrayBuffer(8))
  const isShort = Math.fround(value) === value
  if (isShort) view.setFloat32(0, value)
  else view.setFloat64(0, value)
  // 0/0 has its sign set on x86.
  if (Number.isNaN(value)) view.setUint32(0, 0xfff8_0000)
  const bytes = String.fromCharCode(...new Uint8Array(view.buffer, 0, isShort ? 4 : 8))
  return (isShort ? '\xca' : '\xcb') + bytes
}
