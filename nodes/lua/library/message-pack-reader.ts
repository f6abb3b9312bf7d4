// MessagePack to Lua values. What is open waits on a stack of its own, so that nesting takes none of the real one.

import type { Machine } from '../machine.ts'
import type { LuaTable } from '../table.ts'
import type { LuaValue } from '../value.ts'

/** Tables within one another. */
const depthMax = 3990

/** Reads the value at a place; throws a LuaError for what is no MessagePack, or where bytes are missing. */
export function readPacked(
  machine: Machine,
  text: string,
  at: number,
): { readonly value: LuaValue; readonly end: number } {
  return new Reader(machine, text, at).whole()
}

/** An array (`isMap` false) or map that still wants values. */
interface Open {
  readonly table: LuaTable
  readonly isMap: boolean
  left: number
  place: number
  key: LuaValue
  isKeyRead: boolean
}

class Reader {
  readonly #machine: Machine
  readonly #text: string
  readonly #open: Open[] = []
  #at: number

  constructor(machine: Machine, text: string, at: number) {
    this.#machine = machine
    this.#text = text
    this.#at = at
  }

  whole(): { readonly value: LuaValue; readonly end: number } {
    for (;;) {
      let value = this.#value()
      if (value === null) continue
      // A value that ends a table is followed by that table, which may end the one around it.
      for (;;) {
        const open = this.#open.at(-1)
        if (open === undefined) return { value, end: this.#at }
        if (!this.#put(open, value)) break
        this.#open.pop()
        value = open.table
      }
    }
  }

  /** Whether a table has all its values now. */
  #put(open: Open, value: LuaValue): boolean {
    if (open.isMap && !open.isKeyRead) {
      open.key = value
      open.isKeyRead = true
      return false
    }
    if (open.isMap) this.#machine.setIndex(open.table, open.key, value)
    else open.table.put((open.place += 1), value)
    open.isKeyRead = false
    open.left -= 1
    return open.left === 0
  }

  /** A value; null where a table was opened. */
  #value(): LuaValue | null {
    this.#machine.meter.step()
    const head = this.#whole(1, false)
    if (head <= 0x7f) return head
    if (head >= 0xe0) return head - 0x100
    if (head <= 0x8f) return this.#begin(head & 15, true)
    if (head <= 0x9f) return this.#begin(head & 15, false)
    if (head <= 0xbf) return this.#bytes(head & 31)
    return this.#headed(head)
  }

  #headed(head: number): LuaValue | null {
    switch (head) {
      case 0xc0:
        return undefined
      case 0xc2:
      case 0xc3:
        return head === 0xc3
      case 0xca:
        return this.#real(4)
      case 0xcb:
        return this.#real(8)
      case 0xcc:
      case 0xcd:
      case 0xce:
        return this.#whole(1 << (head - 0xcc), false)
      case 0xcf:
        // As lua-cmsgpack has it, beyond 63 bits it is negative.
        return this.#whole(8, true)
      case 0xd0:
      case 0xd1:
      case 0xd2:
      case 0xd3:
        return this.#whole(1 << (head - 0xd0), true)
      case 0xd9:
      case 0xda:
      case 0xdb:
        return this.#bytes(this.#whole(1 << (head - 0xd9), false))
      case 0xdc:
      case 0xdd:
        return this.#begin(this.#whole(2 << (head - 0xdc), false), false)
      case 0xde:
      case 0xdf:
        return this.#begin(this.#whole(2 << (head - 0xde), false), true)
      default:
        throw this.#machine.error('Bad data format in input.')
    }
  }

  #demand(bytes: number): void {
    if (this.#at + bytes > this.#text.length) throw this.#machine.error('Missing bytes in input.')
  }

  #bytes(length: number): string {
    this.#demand(length)
    this.#machine.meter.string(length)
    const text = this.#text.slice(this.#at, this.#at + length)
    this.#at += length
    return text
  }

  #whole(bytes: number, isSigned: boolean): number {
    this.#demand(bytes)
    let value = 0n
    for (let left = bytes; left > 0; left -= 1) {
      value = (value << 8n) | BigInt(this.#text.charCodeAt(this.#at))
      this.#at += 1
    }
    return Number(isSigned ? BigInt.asIntN(bytes * 8, value) : value)
  }

  #real(bytes: number): number {
    this.#demand(bytes)
    const view = new DataView(new ArrayBuffer(8))
    for (let at = 0; at < bytes; at += 1) view.setUint8(at, this.#text.charCodeAt(this.#at + at))
    this.#at += bytes
    return bytes === 4 ? view.getFloat32(0) : view.getFloat64(0)
  }

  #begin(count: number, isMap: boolean): LuaTable | null {
    const table = this.#machine.table()
    if (count === 0) return table
    if (this.#open.length >= depthMax)
      throw this.#machine.error(`stack overflow (in function mp_decode_to_lua_${isMap ? 'hash' : 'array'})`)
    this.#open.push({ table, isMap, left: count, place: 0, key: undefined, isKeyRead: false })
    return null
  }
}
