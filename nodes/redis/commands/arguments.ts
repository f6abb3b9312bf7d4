// Reads arguments of commands; what is no such thing becomes the error that Redis gives.

import { CommandError, notInteger } from '../command-error.ts'
import { parseInteger, parseLong } from '../numbers.ts'
import { parseBound } from '../structures/number-text.ts'
import type { ByteString } from '../value.ts'

/** The argument at an index that arity promises. */
export function argument(args: readonly ByteString[], index: number): ByteString {
  const arg = args[index]
  if (arg === undefined) throw new CommandError('ERR syntax error')
  return arg
}

/** A 64-bit integer as a number, exact up to 2^53. */
export function integer(text: ByteString, error: string = notInteger): number {
  const value = parseInteger(text)
  if (value === null) throw new CommandError(error)
  return value
}

/** A 64-bit integer, exact. */
export function long(text: ByteString, error: string = notInteger): bigint {
  const value = parseLong(text)
  if (value === null) throw new CommandError(error)
  return value
}

/** An integer within bounds. */
export function integerIn(text: ByteString, min: number, max: number, error: string): number {
  const value = parseInteger(text)
  if (value === null) throw new CommandError(error)
  if (value < min || value > max) throw new CommandError(error)
  return value
}

/** Seconds (with a fraction) that a blocking command waits at most, as milliseconds; 0 for ever. */
export function blockingTimeout(text: ByteString): number {
  // Redis reads a long double here: what is too large for a double is no error of form.
  const seconds = /^\S/.test(text) ? parseBound(text) : undefined
  if (seconds === undefined) throw new CommandError('ERR timeout is not a float or out of range')
  const wait = Math.ceil(seconds * 1000)
  // C turns what is too large into the smallest number that there is.
  if (wait < 0 || wait >= 9_223_372_036_854_775_808) throw new CommandError('ERR timeout is negative')
  return wait
}

/** Whether an argument is a keyword (given in upper case). */
export function isWord(text: ByteString | undefined, word: string): boolean {
  return text !== undefined && text.length === word.length && text.toUpperCase() === word
}

/** A slice's bounds as Redis counts them, negative from the end: [from, to) within 0..length. */
export function bounds(start: number, stop: number, length: number): readonly [from: number, to: number] {
  const from = start < 0 ? Math.max(0, length + start) : start
  const last = stop < 0 ? length + stop : Math.min(stop, length - 1)
  return from > last || from >= length ? [0, 0] : [from, last + 1]
}
