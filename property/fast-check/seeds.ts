// Seeds, which do not shrink: another seed is another run, not a smaller one.

import { Arbitrary, type Random, Stream, Value } from 'fast-check'

import type { Seed } from '../../sim/index.ts'

const seedMax = 2 ** 31 - 1

/** Seeds of runs. */
export function seeds(): Arbitrary<Seed> {
  return new Seeds()
}

class Seeds extends Arbitrary<Seed> {
  override generate(random: Random): Value<Seed> {
    return new Value(random.nextInt(0, seedMax), undefined)
  }

  override canShrinkWithoutContext(value: unknown): value is Seed {
    return Number.isSafeInteger(value) && (value as number) >= 0
  }

  override shrink(): Stream<Value<Seed>> {
    return Stream.nil()
  }
}
