// Sealing a message: one walk that checks that it is plain data, freezes it, hashes it as the digest does, and measures
// it. One walk because this runs for every message.

import {
  arrayStart,
  combine,
  finish,
  hashData,
  hashKey,
  hashNumber,
  hashString,
  recordStart,
} from '../log/index.ts'

/** The size that the message sealed last would have on a wire, in bytes: about that of its JSON. */
export let sealedSize = 0

// The message sealed last, which cannot have changed since: whoever sends to many sends the same one again and again.
const nothing = Object.freeze({})
let sealedMessage: object = nothing
let sealedHash = 0

const depthMax = 64
const shapesMax = 4096

// The keys of the messages of one kind as seen first, with their hashes: the next message of that kind almost always has
// the same ones, and comparing interned strings is much cheaper than looking their hashes up.
interface Shape {
  readonly kindHash: number
  readonly keys: string[]
  readonly hashes: number[]
}
const shapes = new Map<string, Shape>()

/**
 * Checks, freezes, hashes and measures a message. The size is left in `sealedSize`. Throws a TypeError that names the
 * path of the first thing that could not cross a wire.
 */
export function seal(message: { readonly kind: string }): number {
  if (message === sealedMessage) return sealedHash
  sealedMessage = nothing
  try {
    sealedHash = sealMessage(message)
    sealedMessage = message
    return sealedHash
  } catch (error) {
    if (error instanceof Refusal)
      throw new TypeError(`message${error.path}: got ${error.got}, wanted plain data`, { cause: error })
    throw error
  }
}

function sealMessage(message: { readonly kind: string }): number {
  if (typeof message !== 'object' || message === null || typeof message.kind !== 'string')
    throw new Refusal(message)
  if (message.constructor !== Object) throw new Refusal(message)
  const shape = shapes.get(message.kind) ?? learnShape(message)
  const fields = message as { readonly [key: string]: unknown }
  sealedSize = 2
  let h = recordStart
  let place = 0
  for (const key in fields) {
    const value = fields[key]
    const keyHash = shape.keys[place] === key ? (shape.hashes[place] as number) : hashKey(key)
    place++
    if (value === undefined) continue
    sealedSize += key.length + 3
    if (key === 'kind') {
      sealedSize += message.kind.length
      h = combine(combine(h, keyHash), shape.kindHash)
    } else
      h = combine(
        combine(h, keyHash),
        typeof value === 'number' ? sealNumber(value, key) : sealValue(value, key, 1),
      )
  }
  Object.freeze(message)
  return finish(h)
}

function learnShape(message: { readonly kind: string }): Shape {
  const keys = Object.keys(message)
  const shape = { kindHash: hashString(message.kind), keys, hashes: keys.map(hashKey) }
  if (shapes.size < shapesMax) shapes.set(message.kind, shape)
  return shape
}

function sealNumber(value: number, key: string | number): number {
  if (value - value !== 0) throw new Refusal(value, key)
  sealedSize += 6
  return hashNumber(value)
}

function sealValue(value: unknown, key: string | number, depth: number): number {
  switch (typeof value) {
    case 'string':
      sealedSize += value.length + 3
      return hashString(value)
    case 'number':
      return sealNumber(value, key)
    case 'boolean':
      sealedSize += 5
      return hashData(value)
    case 'object':
      if (value !== null) return sealContainer(value, key, depth)
      sealedSize += 5
      return hashData(null)
    default:
      throw new Refusal(value, key)
  }
}

function sealContainer(value: object, key: string | number, depth: number): number {
  if (depth >= depthMax) throw new Refusal('something nested more than 64 deep (a cycle?)', key)
  try {
    return Array.isArray(value) ? sealArray(value, depth + 1) : sealRecord(value, depth + 1)
  } catch (error) {
    if (error instanceof Refusal) error.within(key)
    throw error
  }
}

function sealArray(items: readonly unknown[], depth: number): number {
  let h = arrayStart
  sealedSize += 2
  for (let index = 0; index < items.length; index++) h = combine(h, sealValue(items[index], index, depth))
  Object.freeze(items)
  return finish(h ^ items.length)
}

function sealRecord(record: object, depth: number): number {
  if (record.constructor !== Object) throw new Refusal(record)
  const fields = record as { readonly [key: string]: unknown }
  let h = recordStart
  sealedSize += 2
  for (const key in fields) {
    const value = fields[key]
    if (value === undefined) continue
    sealedSize += key.length + 3
    h = combine(combine(h, hashKey(key)), sealValue(value, key, depth))
  }
  Object.freeze(record)
  return finish(h)
}

/** What was refused, and the path to it, which grows while the walk unwinds. */
class Refusal extends Error {
  readonly got: string
  path = ''

  constructor(value: unknown, key?: string | number) {
    super('refused')
    this.got = describe(value)
    if (key !== undefined) this.within(key)
  }

  within(key: string | number): void {
    this.path = (typeof key === 'number' ? `[${key}]` : `.${key}`) + this.path
  }
}

function describe(value: unknown): string {
  if (typeof value === 'function') return `a function (${value.name || 'anonymous'})`
  if (typeof value === 'object' && value !== null) return `an instance of ${nameOfClass(value)}`
  return typeof value === 'string' ? value : `${typeof value} ${String(value)}`
}

function nameOfClass(value: object): string {
  const constructor: unknown = Reflect.get(value, 'constructor')
  return typeof constructor === 'function' ? constructor.name : 'no class'
}
