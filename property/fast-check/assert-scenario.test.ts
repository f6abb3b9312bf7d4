import { existsSync, readdirSync } from 'node:fs'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'

import { assertScenario, ScenarioFailure } from './assert-scenario.ts'
import { choicesOf, runs } from './runs.ts'
import { Workplace } from '../../cli/testing/workplace.ts'
import { asWritten, keptFailures, node, run, scenario, seconds } from '../../sim/index.ts'
import twoCrashes from '../../sim/explore/testing/two-crashes.ts'

vi.setConfig({ testTimeout: 60_000 })

let place: Workplace
let before = ''

beforeEach(() => {
  place = new Workplace()
  before = process.cwd()
  process.chdir(place.folder)
})

afterEach(() => {
  process.chdir(before)
  place.remove()
})

const search = { seed: 1, numRuns: 20 } as const

async function failureOf(assertion: Promise<void>): Promise<string> {
  const error: unknown = await assertion.then(
    () => null,
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(ScenarioFailure)
  return String(error instanceof Error ? error.message : error)
}

describe('a scenario that fails', () => {
  test('is told with the events that led to it, and its last line replays it', async () => {
    const message = await failureOf(assertScenario(twoCrashes, search))
    expect(message).toMatch(
      /^notes that are acknowledged are kept: failed after \d+ runs?, shrunk in \d+; fast-check: \{/,
    )
    expect(message).toContain('what led to it')
    const command = message.split('\n').at(-1)?.trim() ?? ''
    expect(command).toMatch(
      /^npx faultline replay \.faultline\/two-crashes\/never-lost-\w+\/shrunk\.ndjson\.gz$/,
    )
    const said = await place.shell(command)
    expect(said.out).toContain('outcome  violated: never lost')
    expect(said.code).toBe(0)
  })

  test('is kept as it was found and as it was shrunk, and runs again from that file', async () => {
    await failureOf(assertScenario(twoCrashes, search))
    const [entry] = keptFailures('.faultline/two-crashes')
    const { seed, set, shrunk, found } = entry!.failure
    expect(found.plan.length).toBeGreaterThan(shrunk.plan.length)
    expect(shrunk.plan.map(({ kind }) => kind)).toEqual(['crash'])
    // Neither the idle machines nor late deliveries are drawn by fast-check: the shrinker leaves them out.
    expect(shrunk.size).toMatchObject({ faults: 1, operations: 1, nodes: 2 })
    expect(shrunk.variation.late).toEqual([])
    expect(shrunk.isMinimal).toBe(true)
    const again = await run(twoCrashes, {
      seed,
      set: new Map(Object.entries(set)),
      plan: shrunk.plan,
      variation: shrunk.variation,
    })
    expect(again.violations[0]?.invariant).toBe('never lost')
  })

  test('is not called minimal when there was no time to shrink it', async () => {
    const message = await failureOf(assertScenario(twoCrashes, { ...search, shrinkSeconds: 0 }))
    expect(message).toContain('time was up before nothing more could be left out')
    const [entry] = keptFailures('.faultline/two-crashes')
    expect(entry!.failure.shrunk.isMinimal).toBe(false)
  })

  test('that passes when it is made again is told as not deterministic', async () => {
    let runsLeft = 1
    const failingOnce = scenario({
      title: 'a program throws the first time',
      nodes: () => [
        node('one', () => {
          if (runsLeft-- > 0) throw new Error('once')
        }),
      ],
      duration: seconds(1),
    })
    const callsAsked = new Map<string, number>()
    const message = await failureOf(assertScenario(failingOnce, { numRuns: 1, callsAsked }))
    expect(message).toMatch(/^not deterministic: seed \d+ of "a program throws the first time" failed/)
    expect(message).toMatch(/npx faultline run \S+ --seed \d+ --verify$/)
  })

  test('is found again by the seed and path that the message names', async () => {
    const message = await failureOf(assertScenario(twoCrashes, search))
    const replay = JSON.parse(/fast-check: (.*)$/m.exec(message)?.[1] ?? '') as { seed: number; path: string }
    const again = await failureOf(assertScenario(twoCrashes, { ...replay, endOnFailure: true, numRuns: 20 }))
    expect(again).toContain('failed after 1 runs')
    const commands = [message, again].map((text) => text.split('\n').at(-1))
    expect(commands[1]).toBe(commands[0])
  })

  test('keeps a second run of the same cause beside the first', async () => {
    await failureOf(assertScenario(twoCrashes, search))
    const other = await failureOf(assertScenario(twoCrashes, { ...search, seed: 2 }))
    const command = other.split('\n').at(-1)?.trim() ?? ''
    expect((await place.shell(command)).code).toBe(0)
    expect(readdirSync('.faultline/two-crashes')).toHaveLength(1)
  })

  test('begins with the examples that it is given, and shrinks them', async () => {
    const [drawn] = fc.sample(runs(twoCrashes), { numRuns: 1, seed: 5 })
    const at = seconds(5)
    const crash = { kind: 'crash', connections: 'reset', disk: 'lost', node: 'server' } as const
    const plan = [1, 2, 3, 5].map((second) => ({ ...crash, at: (at * second) / 5, for: seconds(1) }) as never)
    const message = await failureOf(
      assertScenario(twoCrashes, { examples: [{ ...drawn!, seed: 3, plan }], numRuns: 1 }),
    )
    expect(message).toContain('failed after 1 runs')
    expect(message).toContain('faults 4 → 1')
  })
})

test('a scenario that passes leaves nothing behind', async () => {
  await assertScenario(twoCrashes, { ...search, numRuns: 5, set: { isSafe: true } })
  expect(existsSync('.faultline')).toBe(false)
})

test('a scenario whose file does not export it is told so', async () => {
  const local = scenario({
    title: 'a program throws',
    nodes: () => [
      node('one', () => {
        throw new Error('at once')
      }),
    ],
    duration: seconds(1),
  })
  const message = await failureOf(assertScenario(local, { numRuns: 1 }))
  expect(message).toMatch(
    /\(the command below works once .*assert-scenario\.test\.ts exports the scenario by default\)/,
  )
  expect(message).toContain('at once')
})

test('what is no run of the scenario is thrown as it is', async () => {
  await expect(assertScenario(twoCrashes, { set: { nothing: 1 } })).rejects.toThrow('nothing')
})

test('drawn parameters shrink, and plans are aimed at the nodes that they give', async () => {
  const sized = scenario({
    title: 'as many as wanted',
    parameters: { count: 5 },
    nodes: ({ count }) =>
      Array.from({ length: count }, (_, place) => node(`n-${place + 1}`, () => undefined)),
    faults: [{ kind: 'pause', node: 'n-5', at: seconds(1) }],
    duration: seconds(2),
  })
  const arbitrary = runs(sized, { set: fc.record({ count: fc.integer({ min: 1, max: 5 }) }) })
  const found = fc.check(
    fc.property(arbitrary, (drawn) => {
      const { plan = [], variation } = choicesOf(sized, drawn)
      expect(variation).toEqual(asWritten)
      return plan.length === 0
    }),
    { seed: 1 },
  )
  const left = found.counterexample?.[0]
  expect(left).toMatchObject({ set: { count: 1 }, plan: [{ node: 'n-5' }] })
  expect(choicesOf(sized, left!).plan).toMatchObject([{ node: 'n-1' }])
})
