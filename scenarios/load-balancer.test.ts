// The load balancer's scenarios pass with their guards; without, the same seeds violate what the guard is for.

import { expect, test } from 'vitest'

import { type Data, loadScenario, run } from '../sim/index.ts'

/** Two of them; of restarts, whose runs are the longest, the first on which a client finds its balancer gone in the middle of a POST. */
const seedsOf = (scenario: string): readonly number[] => (scenario === 'restarts' ? [3] : [1, 2])

/** How runs of some seeds ended: the violated invariants, and the outcome where nothing was. */
async function endings(scenario: string, set: Readonly<Record<string, Data>>): Promise<readonly string[]> {
  const loaded = await loadScenario(new URL(`load-balancer-${scenario}.ts`, import.meta.url).href)
  const all = new Set<string>()
  for (const seed of seedsOf(scenario)) {
    const { outcome, violations } = await run(loaded, {
      seed,
      set: new Map(Object.entries(set)),
      isChecked: false,
    })
    if (violations.length === 0) all.add(outcome.kind)
    for (const { invariant } of violations) all.add(invariant)
  }
  return [...all].toSorted()
}

test.each([
  [
    'crash',
    { retries: 0 },
    ['only what a crashed back-end was doing is lost', 'what may be sent twice is answered'],
  ],
  ['flapping', { guards: false }, ['a flapping back-end is hardly noticed']],
  ['herd', { slowStartMs: 0 }, ['a herd does not overrun who comes back']],
  ['partition', { guards: false }, ['the other half serves everybody']],
  ['views', { hashing: false }, ['keys stay where both balancers see their back-end']],
  ['tcp', { flaw: 'no-half-close' }, ['an answer is about all that was said, and whole']],
  ['tcp', { flaw: 'no-back-pressure' }, ['little is held for who reads slowly']],
  ['restarts', { repeatsPosts: true }, ['no POST is carried out twice']],
  ['clock-steps', { usesWall: true }, ['no back-end is taken out because of a clock']],
  ['slow-peers', { headerTimeoutMs: 3_600_000 }, ['others are served beside slow peers']],
  ['slow-peers', { outliers: false }, ['others are served beside slow peers']],
] as const)(
  '%s passes, and not without what guards it',
  async (scenario, unguarded, violated) => {
    expect(await endings(scenario, {})).toEqual(['passed'])
    expect(await endings(scenario, unguarded)).toEqual(violated)
  },
  60_000,
)
