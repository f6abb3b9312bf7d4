// Each resilience scenario passes with its guard; without, the same seeds violate what the guard is for.

import { expect, test } from 'vitest'

import resilienceFaults, { nobodyWaitsLonger, silentIsLeftAlone } from './resilience-faults.ts'
import { type Data, loadScenario, node, ns, run, scenario, seconds } from '../sim/index.ts'

const seeds = [1, 2, 3]
const limit = 60_000

interface Contrast {
  readonly scenario: string
  readonly parameter: string
  readonly guards: readonly Data[]
  readonly unguarded: Data
  readonly violated: readonly string[]
}

const contrasts: readonly Contrast[] = [
  {
    scenario: 'resilience-retry-budget',
    parameter: 'budget',
    guards: [true],
    unguarded: false,
    violated: ['calls succeed again after the pause'],
  },
  {
    scenario: 'resilience-slow-dependency',
    parameter: 'guard',
    guards: ['bulkhead', 'breaker'],
    unguarded: 'none',
    violated: ['the directory is served while the search is slow'],
  },
  {
    scenario: 'resilience-deadline',
    parameter: 'deadlines',
    guards: [true],
    unguarded: false,
    violated: ['work is done for those who wait', 'calls succeed as soon as the worker is fast again'],
  },
  {
    scenario: 'resilience-overload',
    parameter: 'guard',
    guards: ['shedding', 'limit', 'aimd'],
    unguarded: 'none',
    violated: ['goodput stays near capacity under overload'],
  },
  {
    scenario: 'resilience-token-bucket',
    parameter: 'bucket',
    guards: [true],
    unguarded: false,
    violated: ['users are served while the backlog drains'],
  },
]

/** How runs of some seeds ended, with the parameter set: the violated invariants, and the outcome where nothing was. */
async function endings({ scenario, parameter }: Contrast, value: Data): Promise<readonly string[]> {
  const loaded = await loadScenario(new URL(`${scenario}.ts`, import.meta.url).href)
  const all = new Set<string>()
  for (const seed of seeds) {
    const { outcome, violations } = await run(loaded, {
      seed,
      set: new Map([[parameter, value]]),
      isChecked: false,
    })
    all.add(violations.length === 0 ? outcome.kind : violations.map(({ invariant }) => invariant).join(', '))
  }
  return [...all]
}

test.each(contrasts)(
  '$scenario passes with its guard and not without',
  async (contrast) => {
    for (const guard of contrast.guards) expect(await endings(contrast, guard)).toEqual(['passed'])
    expect(await endings(contrast, contrast.unguarded)).toEqual([contrast.violated.join(', ')])
  },
  limit,
)

test('a guard that there is not is refused', async () => {
  const loaded = await loadScenario(new URL('resilience-overload.ts', import.meta.url).href)
  await expect(run(loaded, { seed: 1, set: new Map([['guard', 'luck']]) })).rejects.toThrow('or "none"')
})

/** What is violated on each of a few seeds. */
async function violated(set: Readonly<Record<string, Data>>): Promise<readonly string[]> {
  const all = new Set<string>()
  for (const seed of [1, 2, 3]) {
    const { violations } = await run(resilienceFaults, {
      seed,
      set: new Map(Object.entries(set)),
      isChecked: false,
    })
    for (const { invariant } of violations) all.add(invariant)
  }
  return [...all]
}

test('under faults each guard that is taken away is missed, and a breaker that waits by a clock that somebody sets stays open', async () => {
  expect(await violated({})).toEqual([])
  expect(await violated({ guard: 'none' })).toContain(silentIsLeftAlone.name)
  expect(await violated({ budget: false })).toContain('retries stay within their budget')
  expect(await violated({ deadlines: false })).toContain(nobodyWaitsLonger.name)
  expect(await violated({ guard: 'breaker', usesWall: true })).toContain(
    'eventually operations of client succeed',
  )
})

test.each([
  [2, []],
  [3, [nobodyWaitsLonger.name]],
  [null, [nobodyWaitsLonger.name]],
])('a call that ends after %j seconds is judged %j', async (wait, judged) => {
  const told = scenario({
    title: 'one call, and others',
    nodes: () => [
      node('a', async (env) => {
        const operation = env.invoke({ f: 'call', process: 'one' })
        if (wait === null) return
        await env.sleep(seconds(wait))
        operation.ok()
      }),
      node('b', (env) => {
        env.timers.every(seconds(1), () => {
          env.invoke({ f: 'call' }).ok()
        })
      }),
    ],
    invariants: [nobodyWaitsLonger],
    duration: seconds(5),
  })
  const { violations } = await run(told, { seed: 1 })
  expect(violations.map(({ invariant }) => invariant)).toEqual(judged)
})

test.each([
  [18, true, []],
  [19, true, [silentIsLeftAlone.name]],
  [30, false, []],
] as const)('%d attempts a second, after silence: %j, are judged %j', async (count, isSilent, judged) => {
  const told = scenario({
    title: 'attempts',
    nodes: () => [
      node('a', (env) => {
        env.timers.every(ns(Math.ceil(seconds(1) / count)), () => {
          env.probe('attempt', 'made')
          if (!isSilent) env.probe('attempt', 'answered')
        })
      }),
    ],
    invariants: [silentIsLeftAlone],
    duration: seconds(5),
  })
  const { violations } = await run(told, { seed: 1 })
  expect(violations.map(({ invariant }) => invariant)).toEqual(judged)
})
