// Sealing a message: one walk that checks that it is plain data, freezes it, hashes it as the digest does, and measures
// it. One walk because this runs for every message.

import { refuseHidden } from './hidden-properties.ts'
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
const numberSize = 6
// One message in so many is looked at for hidden properties: those whose hash says so, thus the same ones in every run.
const hiddenMask = 255

// The keys of the messages of one kind as seen first, with their hashes: the next message of that kind almost always has
// the same ones, and comparing interned strings is much cheaper than looking their hashes up. For records within a
// message the same by the key under which they stand.
interface Shape {
  readonly keys: readonly string[]
  readonly hashes: readonly number[]
  /** The hash of the kind, or of the key. */
  readonly nameHash: number
}
const shapes = new Map<string, Shape>()
const innerShapes = new Map<string, Shape>()

/**
 * Checks, freezes, hashes and measures a message. The size is left in `sealedSize`. Throws a TypeError that names the
 * path of the first thing that could not cross a wire.
 */
export function seal(message: { readonly kind: string }): number {
  if (message === sealedMessage) return sealedHash
  sealedMessage = nothing
  try {
    sealedHash = sealMessage(message)
    if ((sealedHash & hiddenMask) === 0) refuseHidden(message)
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
  if (Object.getPrototypeOf(message) !== Object.prototype) throw new Refusal(message)
  const { keys, hashes, nameHash } = shapes.get(message.kind) ?? learnShape(shapes, message.kind, message)
  const fields = message as { readonly [key: string]: unknown }
  let size = 2
  let h = recordStart
  let place = 0
  sealedSize = 0
  for (const key in fields) {
    const value = fields[key]
    const keyHash = keys[place] === key ? (hashes[place] as number) : hashKey(key)
    place++
    if (value === undefined) continue
    size += key.length + 3
    h = combine(h, keyHash)
    if (typeof value === 'number') {
      size += numberSize
      h = combine(h, checkedNumber(value, key))
    } else if (key === 'kind') {
      size += message.kind.length
      h = combine(h, nameHash)
    } else h = combine(h, sealValue(value, key, key, 1))
  }
  Object.freeze(message)
  sealedSize += size
  return finish(h)
}

function learnShape(known: Map<string, Shape>, name: string, record: object): Shape {
  const keys = Object.keys(record)
  const shape = { keys, hashes: keys.map(hashKey), nameHash: hashString(name) }
  if (known.size < shapesMax) known.set(name, shape)
  return shape
}

function checkedNumber(value: number, key: string | number): number {
  if (value - value !== 0) throw new Refusal(value, key)
  return hashNumber(value)
}

/** `name` is the nearest key above that is no index. */
function sealValue(value: unknown, key: string | number, name: string, depth: number): number {
  switch (typeof value) {
    case 'string':
      sealedSize += value.length + 3
      return hashString(value)
    case 'number':
      sealedSize += numberSize
      return checkedNumber(value, key)
    case 'boolean':
      sealedSize += 5
      return hashData(value)
    case 'object':
      if (value !== null) return sealContainer(value, key, name, depth)
      sealedSize += 5
      return hashData(null)
    default:
      throw new Refusal(value, key)
  }
}

function sealContainer(value: object, key: string | number, name: string, depth: number): number {
  if (depth >= depthMax) throw new Refusal('something nested more than 64 deep (a cycle?)', key)
  try {
    return Array.isArray(value) ? sealArray(value, name, depth + 1) : sealRecord(value, name, depth + 1)
  } catch (error) {
    if (error instanceof Refusal) error.within(key)
    throw error
  }
}

function sealArray(items: readonly unknown[], name: string, depth: number): number {
  let h = arrayStart
  sealedSize += 2
  for (let index = 0; index < items.length; index++)
    h = combine(h, sealValue(items[index], index, name, depth))
  Object.freeze(items)
  return finish(h ^ items.length)
}

function sealRecord(record: object, name: string, depth: number): number {
  if (Object.getPrototypeOf(record) !== Object.prototype) throw new Refusal(record)
  const { keys, hashes } = innerShapes.get(name) ?? learnShape(innerShapes, name, record)
  const fields = record as { readonly [key: string]: unknown }
  let size = 2
  let h = recordStart
  let place = 0
  for (const key in fields) {
    const value = fields[key]
    const keyHash = keys[place] === key ? (hashes[place] as number) : hashKey(key)
    place++
    if (value === undefined) continue
    size += key.length + 3
    h = combine(combine(h, keyHash), sealValue(value, key, key, depth))
  }
  Object.freeze(record)
  sealedSize += size
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
