// Every small execution on an object that is overwritten: three operations that overlap in all ways, between one that is
// over before them and one that begins after them. Random histories hardly ever hit what goes wrong here, since it takes
// equal values, operations without an end and a certain order of returns all at once.

import { expect, it } from 'vitest'

import type { Data } from '../../sim/index.ts'
import { checkLinearizable } from './check.ts'
import { modelNamed, type Model } from './models/index.ts'
import type { Operation } from './operation.ts'
import { references, type Reference } from './testing/references.ts'

interface Call {
  readonly f: string
  readonly input: Data
}

/** An operation of an execution: what takes effect when its turn comes, and whether anybody hears of it. */
interface Turn extends Call {
  readonly isTold: boolean
}

/** The gap between turns in which an operation is called and the one in which it returns, each for all turns. */
interface Overlap {
  readonly calls: readonly number[]
  readonly returns: readonly number[]
}

const between = [1, 2, 3]

/** Each turn is called in a gap before it and returns in one after it. */
function overlaps(): readonly Overlap[] {
  const calls = productOf(between.map((turn) => between.slice(0, turn)))
  const returns = productOf(between.map((turn) => between.slice(turn - 1).map((gap) => gap + 1)))
  return calls.flatMap((call) => returns.map((end) => ({ calls: [0, ...call, 4], returns: [1, ...end, 5] })))
}

function productOf<T>(choices: readonly (readonly T[])[]): readonly (readonly T[])[] {
  return choices.reduce<readonly (readonly T[])[]>(
    (product, choice) => product.flatMap((chosen) => choice.map((one) => [...chosen, one])),
    [[]],
  )
}

/** The turns in order, as operations; in each gap returns come first, and those of the later turns first if so wished. */
function execute(
  reference: Reference,
  turns: readonly Turn[],
  { calls, returns }: Overlap,
  areReturnsReversed: boolean,
): readonly Operation[] {
  let state = reference.initial
  const spread = (turn: number): number => (areReturnsReversed ? turns.length - turn : turn) / 100
  const operations = turns.map(({ f, input, isTold }, turn): Operation => {
    const reply = reference.apply(state, f, input, String(turn))
    if (reply.isRefused !== true) state = reply.state
    const call = (calls[turn] as number) + 0.5 + turn / 100
    const common = { process: String(turn), f, key: null, input, call }
    if (!isTold) return { ...common, output: null, outcome: 'info', return: Infinity }
    const outcome = reply.isRefused === true ? 'fail' : 'ok'
    return { ...common, output: reply.output, outcome, return: (returns[turn] as number) + spread(turn) }
  })
  return operations.toSorted((a, b) => a.call - b.call)
}

it.each<[string, readonly Call[]]>([
  [
    'register',
    [
      { f: 'write', input: 0 },
      { f: 'write', input: 1 },
      { f: 'read', input: null },
    ],
  ],
  [
    'cas-register',
    [
      { f: 'write', input: 0 },
      { f: 'write', input: 1 },
      { f: 'cas', input: [0, 2] },
      { f: 'read', input: null },
    ],
  ],
  [
    'kv',
    [
      { f: 'put', input: 'a' },
      { f: 'delete', input: null },
      { f: 'append', input: 'b' },
      { f: 'get', input: null },
    ],
  ],
])('finds an order of every small execution of %s', (name, calls) => {
  const model = modelNamed(name) as Model
  const [, , reference] = references.find(([, each]) => each === name)!
  const middles = productOf(between.map(() => calls.flatMap(turnsOf)))
  const [first, last] = [calls[0]!, calls.at(-1)!]
  const missed: Operation[][] = []
  for (const overlap of overlaps())
    for (const middle of middles)
      for (const areReturnsReversed of [false, true]) {
        const turns = [{ ...first, isTold: true }, ...middle, { ...last, isTold: true }]
        const history = execute(reference, turns, overlap, areReturnsReversed)
        if (checkLinearizable(history, { model, fail: 'observed' }).kind !== 'linearizable')
          missed.push([...history])
      }
  expect(missed).toEqual([])
})

function turnsOf(call: Call): readonly Turn[] {
  const isRead = call.f === 'read' || call.f === 'get'
  return isRead ? [{ ...call, isTold: true }] : [true, false].map((isTold) => ({ ...call, isTold }))
}
