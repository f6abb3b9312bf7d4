// How many random members, fields or pairs a command asks for.

import { long } from './arguments.ts'
import { CommandError } from '../command-error.ts'
import type { ByteString } from '../value.ts'

const longMax = 9_223_372_036_854_775_807n
const pairsMax = longMax / 2n
/**
 * Draws with repeats are bounded: Redis writes until its memory or the client's limit is full, and looks after nobody else until
 * then.
 */
const repeatsMax = 1_048_576

/**
 * A count: so many different ones, or (below 0) so many of which some may come again. As Redis has it, one that has no opposite
 * number is none. Throws a CommandError.
 */
export function randomCount(text: ByteString): bigint {
  const count = long(text)
  if (count < -longMax)
    throw new CommandError(`ERR value is out of range, value must between ${-longMax} and ${longMax}`)
  return count
}

/** Refuses what would be too many once each comes with its value. */
export function demandPairs(count: bigint): void {
  if (count < -pairsMax || count > pairsMax) throw new CommandError('ERR value is out of range')
}

/** The count as a number, where there is something to draw from. Throws a CommandError where it is too far below 0. */
export function drawCount(count: bigint): number {
  if (count < -repeatsMax)
    throw new CommandError(
      `ERR value is out of range: this server draws at most ${repeatsMax} with repeats at once`,
    )
  return Number(count)
}
