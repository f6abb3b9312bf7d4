// When a key is to expire, as EX, PX, EXAT and PXAT say it.

import { integer, isWord } from './arguments.ts'
import { CommandError, syntaxError } from '../command-error.ts'
import type { ByteString } from '../value.ts'

/** How a time was given. */
export interface ExpiryOption {
  readonly unit: 'EX' | 'PX' | 'EXAT' | 'PXAT'
  readonly text: ByteString
}

const units = ['EX', 'PX', 'EXAT', 'PXAT'] as const
const longMax = 9_223_372_036_854_775_808

/** The unit that an argument names. */
export function expiryUnit(word: ByteString | undefined): ExpiryOption['unit'] | null {
  return units.find((unit) => isWord(word, unit)) ?? null
}

/** The time in milliseconds since 1970. Throws where it is no number, not above 0, or too far away. */
export function expiryTime({ unit, text }: ExpiryOption, now: number, commandName: string): number {
  const value = integer(text)
  const inMilliseconds = unit.startsWith('EX') ? value * 1000 : value
  const time = unit.endsWith('AT') ? inMilliseconds : inMilliseconds + now
  if (value <= 0 || inMilliseconds > longMax || time > longMax)
    throw new CommandError(`ERR invalid expire time in '${commandName}' command`)
  // Beyond 2^53 nobody can tell the difference.
  return Math.min(time, Number.MAX_SAFE_INTEGER)
}

/** Keeps the one time that may be given. */
export function onlyOne<T>(old: T | null, value: T): T {
  if (old !== null) throw new CommandError(syntaxError)
  return value
}
