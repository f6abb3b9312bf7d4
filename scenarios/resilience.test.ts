// Each resilience scenario passes with its guard; without, the same seeds violate what the guard is for.

import { expect, test } from 'vitest'

import resilienceFaults, { nobodyWaitsLonger } from './resilience-faults.ts'
import { type Data, loadScenario, node, run, scenario, seconds } from '../sim/index.ts'

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

/** What is violated on the first of some seeds on which anything is. */
async function violated(set: Readonly<Record<string, Data>>): Promise<readonly string[]> {
  for (let seed = 1; seed <= 8; seed++) {
    const { violations } = await run(resilienceFaults, {
      seed,
      set: new Map(Object.entries(set)),
      isChecked: false,
    })
    if (violations.length > 0) return violations.map(({ invariant }) => invariant)
  }
  return []
}

test('faults without a budget make a storm, and a breaker that waits by a clock that somebody sets stays open', async () => {
  expect(await violated({ budget: false })).toEqual(['retries stay within their budget'])
  expect(await violated({ guard: 'breaker', usesWall: true })).toEqual([
    'eventually operations of client succeed',
  ])
})

test.each([
  [2, []],
  [3, [nobodyWaitsLonger.name]],
])('a call of two seconds that ends after %d is judged %j', async (wait, judged) => {
  const told = scenario({
    title: 'one call',
    nodes: () => [
      node('a', async (env) => {
        const operation = env.invoke({ f: 'call' })
        await env.sleep(seconds(wait))
        operation.ok()
      }),
    ],
    invariants: [nobodyWaitsLonger],
    duration: seconds(5),
  })
  const { violations } = await run(told, { seed: 1 })
  expect(violations.map(({ invariant }) => invariant)).toEqual(judged)
})
