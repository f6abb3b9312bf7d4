// Each resilience scenario passes with its guard; without, the same seeds violate what the guard is for.

import { expect, test } from 'vitest'

import { type Data, loadScenario, run } from '../sim/index.ts'

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
