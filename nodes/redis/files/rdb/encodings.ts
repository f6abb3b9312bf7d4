// Which collections are small: those keep their compact encodings when they are loaded, as in Redis.

import { integerOf } from '../bytes/integers.ts'
import type { ByteString } from '../../value.ts'

/** Up to which sizes collections are compact; `Limits` has them. */
export interface EncodingLimits {
  readonly hashListpackEntries: number
  readonly hashListpackValue: number
  readonly setIntsetEntries: number
  readonly zsetListpackEntries: number
  readonly zsetListpackValue: number
}

/** The limits of Redis 7.0's redis.conf. */
export const encodingLimits: EncodingLimits = {
  hashListpackEntries: 512,
  hashListpackValue: 64,
  setIntsetEntries: 512,
  zsetListpackEntries: 128,
  zsetListpackValue: 64,
}

/** Whether a set is one of few integers. */
export function isIntset(members: readonly ByteString[], limits: EncodingLimits): boolean {
  return members.length <= limits.setIntsetEntries && members.every((member) => integerOf(member) !== null)
}

/** Whether so many entries whose texts are these are few and short. */
export function isListpack(
  count: number,
  texts: readonly ByteString[],
  countMax: number,
  sizeMax: number,
): boolean {
  return count <= countMax && texts.every((text) => text.length <= sizeMax)
}
