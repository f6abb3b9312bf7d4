// The digest: a rolling 64-bit hash over the events of a run. It is a function of the events as they stand in a trace,
// so a reader can compute it again; while a run goes on it is fed with the same numbers without building the events.
// It tells runs apart and finds altered files; it is no protection against somebody who wants a collision.

import { Buffer } from 'node:buffer'

import type { Data } from '../data.ts'
import { eventFields, undigestedFields } from '../event-fields.ts'

const word = new Float64Array(1)
const halves = new Int32Array(word.buffer)
/** What stands in the digest for an optional field that is not there. */
export const absent = 0x3c6ef372
const keyHashes = new Map<string, number>()
const keyHashesMax = 4096

/** The running hash: two 32-bit lanes. */
export class Digest {
  #a = 0x243f6a88 | 0
  #b = 0x13198a2e | 0

  /** Takes in one 32-bit number. */
  mix(x: number): void {
    const a = Math.imul(this.#a ^ x, 0x9e3779b1)
    this.#a = a ^ (a >>> 15)
    this.#b = (Math.imul(this.#b ^ x, 0xc2b2ae35) + a) | 0
  }

  /** Takes in the part that all events have; `kind` and `node` as hashed by `hashString`. */
  mixStart(kind: number, node: number, at: number, cause: number): void {
    this.mix(combine(kind, node))
    this.mix(combine(hashNumber(at), cause | 0))
  }

  /** Takes in an event as it stands in a trace, of a known kind or not. */
  mixEvent(event: { readonly [field: string]: unknown }): void {
    const kind = String(event['kind'])
    this.mixStart(
      hashString(kind),
      hashString(String(event['node'])),
      Number(event['at']),
      Number(event['cause']),
    )
    for (const field of digestedFields(event, kind)) this.mix(hashField(field, event[field]))
  }

  /** A digest that goes on behind a line of a trace whose `checkpoint` is known; its `value` is not that of the run. */
  static resume(checkpoint: number): Digest {
    const digest = new Digest()
    digest.#a = checkpoint | 0
    return digest
  }

  /** The first 8 of the 16 digits as a whole number from 0 to 2^32 - 1. */
  get checkpoint(): number {
    return this.#a >>> 0
  }

  /** The first 8 of the 16 digits, which each line of a trace carries. */
  get short(): string {
    return hex(this.#a)
  }

  /** 16 hexadecimal digits. */
  get value(): string {
    return hex(this.#a) + hex(this.#b)
  }
}

/** The own fields of an event that enter the digest, in their order. */
export function digestedFields(
  event: { readonly [field: string]: unknown },
  kind: string,
): readonly string[] {
  const known = digestedByKind.get(kind)
  if (known !== undefined) return known
  return Object.keys(event).filter((field) => !commonFields.has(field))
}

const commonFields = new Set(['seq', 'at', 'node', 'kind', 'cause'])
const digestedByKind: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries(eventFields).map(([kind, fields]) => [
    kind,
    fields.filter((field: string) => !undigestedFields.has(`${kind}.${field}`)),
  ]),
)

/** The hash of one field of an event: `bytes` may be base64 or the bytes themselves, with the same result. */
export function hashField(field: string, value: unknown): number {
  if (value === undefined) return absent
  if (field !== 'bytes') return hashData(value as Data)
  if (value instanceof Uint8Array) return hashBytes(value)
  return typeof value === 'string' ? hashBytes(Buffer.from(value, 'base64')) : hashData(value as Data)
}

/** The 32-bit hash of plain data; a field that is undefined counts as absent. */
export function hashData(value: Data | undefined): number {
  if (typeof value === 'string') return hashString(value)
  if (typeof value === 'number') return hashNumber(value)
  if (value === null) return 0x2545f491
  if (typeof value === 'boolean') return value ? 0x5bd1e995 : 0x1b873593
  if (value === undefined) return absent
  return Array.isArray(value) ? hashArray(value) : hashRecord(value as { readonly [key: string]: Data })
}

/** The 32-bit hash of a number; -0 counts as 0, as in JSON. */
export function hashNumber(x: number): number {
  const int = x | 0
  if (int === x) return finish(int ^ 0x165667b1)
  word[0] = x
  return finish(Math.imul(halves[0] as number, 0x85ebca6b) ^ (halves[1] as number))
}

/** The 32-bit hash of a string's UTF-16 code units. */
export function hashString(text: string): number {
  let h = 0x811c9dc5 | 0
  for (let index = 0; index < text.length; index++) h = Math.imul(h ^ text.charCodeAt(index), 0x01000193)
  return finish(h ^ text.length)
}

/** The hash of a key, remembered. */
export function hashKey(key: string): number {
  const known = keyHashes.get(key)
  if (known !== undefined) return known
  const hash = hashString(key)
  if (keyHashes.size < keyHashesMax) keyHashes.set(key, hash)
  return hash
}

/** The 32-bit hash of bytes. */
export function hashBytes(bytes: Uint8Array): number {
  let h = 0x2127599b
  for (let index = 0; index < bytes.length; index++) h = Math.imul(h ^ (bytes[index] as number), 0x01000193)
  return finish(h ^ bytes.length)
}

/** How a container's hash begins, takes in one more part, and ends; shared with what hashes while it validates. */
export const arrayStart = 0x51ed270b
export const recordStart = 0x7feb352d

/** Takes one part into a container's hash. */
export function combine(h: number, part: number): number {
  return (Math.imul(h ^ part, 0x9e3779b1) + 0x7f4a7c15) | 0
}

/** Spreads the bits of a hash. */
export function finish(h: number): number {
  const mixed = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  return mixed ^ (mixed >>> 13)
}

function hashArray(items: readonly Data[]): number {
  let h = arrayStart
  for (const item of items) h = combine(h, hashData(item))
  return finish(h ^ items.length)
}

function hashRecord(record: { readonly [key: string]: Data | undefined }): number {
  let h = recordStart
  for (const key in record) {
    const value = record[key]
    if (value !== undefined) h = combine(combine(h, hashKey(key)), hashData(value))
  }
  return finish(h)
}

function hex(lane: number): string {
  return (lane >>> 0).toString(16).padStart(8, '0')
}
