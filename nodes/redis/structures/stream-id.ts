// Ids of stream entries: two numbers of 64 bits, ordered by the first and then the second.

import type { ByteString } from '../value.ts'

/** Milliseconds and a sequence number; written `ms-seq`. Both are up to 2^64-1, hence bigint. */
export interface StreamId {
  readonly ms: bigint
  readonly seq: bigint
}

const partMax = (1n << 64n) - 1n

/** The lowest and the highest id. */
export const streamIdMin: StreamId = { ms: 0n, seq: 0n }
export const streamIdMax: StreamId = { ms: partMax, seq: partMax }

/** Below 0, 0 or above 0. */
export function compareIds(first: StreamId, second: StreamId): number {
  if (first.ms !== second.ms) return first.ms < second.ms ? -1 : 1
  if (first.seq === second.seq) return 0
  return first.seq < second.seq ? -1 : 1
}

/** `ms-seq`. */
export function idText({ ms, seq }: StreamId): ByteString {
  return `${ms}-${seq}`
}

/** The next higher id, or undefined after the highest. */
export function idAfter({ ms, seq }: StreamId): StreamId | undefined {
  if (seq < partMax) return { ms, seq: seq + 1n }
  return ms < partMax ? { ms: ms + 1n, seq: 0n } : undefined
}

/** The next lower id, or undefined before the lowest. */
export function idBefore({ ms, seq }: StreamId): StreamId | undefined {
  if (seq > 0n) return { ms, seq: seq - 1n }
  return ms > 0n ? { ms: ms - 1n, seq: partMax } : undefined
}

/** A number of 64 bits without a sign, as C's strtoull reads it (zeros in front are taken); else undefined. */
export function parseUnsigned64(text: ByteString): bigint | undefined {
  const [, sign, digits = ''] = /^[ \t-\r]*([+-]?)([0-9]+)$/.exec(text) ?? []
  if (sign === undefined || /^-(?:0|[1-9][0-9]*)$/.test(text)) return undefined
  const value = BigInt(digits)
  if (value > partMax) return undefined
  return sign === '-' ? BigInt.asUintN(64, -value) : value
}

/** `ms-seq`, or `ms` alone with a sequence number to go with it; undefined for anything else. */
export function parseId(text: ByteString, missingSeq: bigint): StreamId | undefined {
  if (text.length > 127) return undefined
  const dash = text.indexOf('-')
  const ms = parseUnsigned64(dash < 0 ? text : text.slice(0, dash))
  const seq = dash < 0 ? missingSeq : parseUnsigned64(text.slice(dash + 1))
  return ms === undefined || seq === undefined ? undefined : { ms, seq }
}
