// Partial-order reduction and the order of the search change how many steps are taken, never which states are reached.
import fc from 'fast-check'
import { expect, test } from 'vitest'

import { exhaust } from './exhaust.ts'
import type { ExhaustResult } from './exhaust-result.ts'
import { tableWorld, type Reaction, type Table } from './testing/table-program.ts'
import type { ExhaustSettings } from '../../exhaust-settings.ts'

const letters = 2
const states = 3

const reaction: fc.Arbitrary<Reaction> = fc.record({
  next: fc.option(fc.nat(states - 1), { freq: 3 }),
  sends: fc.array(fc.record({ to: fc.nat(2), letter: fc.nat(letters - 1) }), { maxLength: 2 }),
})
const table: fc.Arbitrary<Table> = fc.array(
  fc.array(reaction, { minLength: letters + 1, maxLength: letters + 1 }),
  { minLength: states, maxLength: states },
)
const tables = fc.array(table, { minLength: 2, maxLength: 3 })

const settings: fc.Arbitrary<ExhaustSettings> = fc.oneof(
  fc.constantFrom<ExhaustSettings>(
    { network: 'multiset' },
    { network: 'set' },
    { network: 'ordered' },
    { network: 'multiset', losses: 1 },
    { network: 'set', losses: Infinity },
    { network: 'ordered', losses: 1 },
    { network: 'multiset', duplicates: 1 },
    { network: 'multiset', crashes: 1 },
    { network: 'set', crashes: 1, restarts: false },
    { network: 'multiset', crashes: 1, losses: 1, timers: 'any' },
  ),
)

const nothing: Reaction = { next: null, sends: [] }
const deaf = [nothing, nothing, nothing]

/** A message that is ignored when it arrives twice uses nothing of the budget of duplicates. */
const ignoredDuplicate: [Table[], ExhaustSettings] = [
  [
    [[nothing, { next: 0, sends: [{ to: 0, letter: 1 }] }, nothing], deaf, deaf],
    [
      [
        nothing,
        nothing,
        {
          next: 0,
          sends: [
            { to: 0, letter: 0 },
            { to: 0, letter: 1 },
          ],
        },
      ],
      deaf,
      deaf,
    ],
  ],
  { network: 'multiset', duplicates: 1 },
]

test(
  'with reduction or without, deep or broad, a search reaches the same states',
  { timeout: 300_000 },
  async () => {
    let spared = 0
    await fc.assert(
      fc.asyncProperty(tables, settings, async (drawn, allowed) => {
        const world = tableWorld(drawn, 2)
        const search = (isReduced: boolean, isDeepFirst: boolean): Promise<ExhaustResult> =>
          exhaust(world, { ...allowed, isReduced, isDeepFirst, statesMax: 400 })
        const full = await search(false, false)
        if (full.verdict.kind === 'bound') return
        const reduced = await search(true, false)
        expect(reached(reduced)).toEqual(reached(full))
        expect(reduced.depth).toBe(full.depth)
        expect(reduced.transitions).toBeLessThanOrEqual(full.transitions)
        expect(reached(await search(true, true))).toEqual(reached(full))
        spared += full.transitions - reduced.transitions
      }),
      { numRuns: 30, seed: 42, examples: [ignoredDuplicate] },
    )
    expect(spared).toBeGreaterThan(500)
  },
)

function reached({ verdict, states: count, ends }: ExhaustResult): readonly unknown[] {
  return [verdict.kind, count, ends]
}
