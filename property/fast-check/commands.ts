// Sequences of commands for model-based tests, which shrink by leaving out pieces, then by simpler commands.

import type { Arbitrary, Random, Value } from 'fast-check'

import { isBiased, ListArbitrary } from './list-arbitrary.ts'

/** One step of a model-based test; the same shape as fast-check's own commands have. */
export interface SimulatedCommand<Model extends object, Real> {
  /** Whether it makes sense in this state of the model; if not, it is passed over. Changes nothing. */
  check(model: Readonly<Model>): boolean
  /** Does it to the real system and to the model, in virtual time, and throws when the two differ. */
  run(model: Model, real: Real): Promise<void> | void
  /** How reports name it. */
  toString(): string
}

/** How long sequences are. */
export interface CommandsOptions {
  /** At most so many commands (default 30). */
  readonly lengthMax?: number
}

interface Drawn<C> {
  readonly arbitrary: Arbitrary<C>
  readonly value: Value<C>
}

const lengthMaxDefault = 30
const fewCommandsMax = 5
/** How many simpler versions of one command are tried at a time. */
const simplerMax = 10

/**
 * Sequences of the given kinds of commands. What is left out does not depend on which commands were run: fast-check's
 * `seed` and `path` replay it, without a `replayPath`. Cannot shrink a sequence given as an example.
 */
export function commandSequences<Model extends object, Real>(
  kinds: readonly Arbitrary<SimulatedCommand<Model, Real>>[],
  { lengthMax = lengthMaxDefault }: CommandsOptions = {},
): Arbitrary<readonly SimulatedCommand<Model, Real>[]> {
  if (kinds.length === 0)
    throw new RangeError('commandSequences: got no kinds of commands, wanted at least one')
  type Command = SimulatedCommand<Model, Real>
  const list = new ListArbitrary<Drawn<Command>>({
    draw: (random, bias) => {
      const max = isBiased(random, bias) ? Math.min(fewCommandsMax, lengthMax) : lengthMax
      return Array.from({ length: random.nextInt(0, max) }, () => drawCommand(kinds, random, bias))
    },
    read: () => null,
    simpler: simplerCommands,
  })
  return list.map((drawn) => drawn.map(({ value }) => value.value))
}

function drawCommand<C>(kinds: readonly Arbitrary<C>[], random: Random, bias: number | undefined): Drawn<C> {
  const arbitrary = kinds[random.nextInt(0, kinds.length - 1)] as Arbitrary<C>
  return { arbitrary, value: arbitrary.generate(random, bias) }
}

function simplerCommands<C>({ arbitrary, value }: Drawn<C>): readonly Drawn<C>[] {
  const simpler = arbitrary.shrink(value.value, value.context).take(simplerMax)
  return [...simpler].map((each) => ({ arbitrary, value: each }))
}
