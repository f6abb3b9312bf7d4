import { expect, test } from 'vitest'

import { middlePass, seeRun } from './passing-run.ts'
import {
  group,
  ms,
  type Program,
  run,
  type Scenario,
  scenario,
  seconds,
  type SeedResult,
} from '../sim/index.ts'

const result = (seed: number, ok: number, kind: 'passed' | 'undecided' = 'passed'): SeedResult => ({
  seed,
  outcome: { kind },
  violation: null,
  digest: '',
  events: 0,
  virtual: ms(0),
  operations: { ok, fail: 0, info: 0 },
  strays: 0,
  looked: [],
  points: [],
  sites: [],
  faults: [],
})

test('the pass in the middle by calls that succeeded, of two the one with fewer, of equals the lower seed', () => {
  expect(middlePass([result(1, 9), result(2, 5), result(3, 7)])?.seed).toBe(3)
  expect(middlePass([result(4, 9), result(2, 5)])?.seed).toBe(2)
  expect(middlePass([result(4, 5), result(3, 5), result(2, 5), result(1, 100, 'undecided')])?.seed).toBe(3)
})

test('none where no seed passed, or nobody called anything', () => {
  expect(middlePass([])).toBeNull()
  expect(middlePass([result(1, 0), result(2, 3, 'undecided')])).toBeNull()
})

let callsOfAllRuns = 0

/** Calls ten times a second; with `isSteady` false as often as it ran before. */
const caller: Program = (env) => {
  const call = (): void => {
    const operation = env.invoke({ f: 'ask' })
    env.timers.after(ms(10), () => operation.ok(env.parameters['isSteady'] === true ? 1 : ++callsOfAllRuns))
  }
  env.timers.every(ms(100), call)
}

const asking = (isSteady: boolean): Scenario =>
  scenario({
    title: 'somebody asks',
    nodes: () => group('caller', 1, caller, { parameters: { isSteady } }),
    faults: [{ kind: 'pause', node: 'caller-1', at: ms(500), for: ms(200) }],
    invariants: [],
    duration: seconds(2),
  })

const options = { seed: 5, isChecked: false }

async function seenOf(isSteady: boolean): ReturnType<typeof seeRun> {
  const { digest } = await run(asking(isSteady), options)
  return seeRun(asking(isSteady), options, { ...result(5, 1), digest }, () => false)
}

test('what clients see in a run that is made again', async () => {
  const again = await seenOf(true)
  if (again.kind !== 'seen') throw new Error(`got ${again.kind}`)
  const { seed, series, bands } = again.seen
  expect(seed).toBe(5)
  expect(bands).toEqual([{ label: 'pause', from: ms(500), to: ms(700) }])
  expect(series.p50[0]).toBe(ms(10))
  expect(Math.max(...series.rate)).toBeGreaterThan(5)
})

test('nothing where the run goes another way than the first time', async () => {
  expect(await seenOf(false)).toEqual({ kind: 'nondeterministic' })
})

test('nothing of a run that somebody ends', async () => {
  const busy = scenario({
    title: 'a busy node',
    nodes: () => group('busy', 1, (env) => void env.timers.every(ms(1), () => undefined)),
    invariants: [],
    duration: seconds(900),
  })
  let asked = 0
  expect(await seeRun(busy, options, result(5, 1), () => ++asked > 1)).toEqual({ kind: 'interrupted' })
  expect(asked).toBe(2)
})
