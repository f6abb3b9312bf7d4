// Each planted bug of Raft (nodes/raft/mutants) is found, and how many seeds that takes at default settings.
//
// The tables hold the first seed, counted from 1, on which a scenario finds each bug: so many seeds it took. Whatever
// changes the draws of `chaos` moves them; the first seed of a bug is then what this prints:
//
//     npx faultline sweep chaos --set mutant=NAME --seeds 1..1000 --failures-max 1 --jobs 1
//
// (with membership-race in the place of chaos for the second table).

import { expect, it } from 'vitest'

import { mutants } from '../nodes/raft/index.ts'
import { run, type RunResult, type Scenario } from '../sim/index.ts'
import chaos from './chaos.ts'
import membershipRace from './membership-race.ts'

const seedsOfChaos: ReadonlyMap<string, number> = new Map([
  ['vote-twice', 6],
  ['ignore-log-on-vote', 2],
  ['count-stale-votes', 21],
  ['accept-stale-append', 5],
  ['commit-older-term', 1],
  ['forget-vote', 1],
  ['acknowledge-before-sync', 56],
  ['truncate-on-match', 1],
  ['lose-session', 2],
  ['long-lease', 48],
])

/** Not on the first 100 seeds of chaos: the published schedule takes changes of members that race each other. */
const seedsOfMembershipRace: ReadonlyMap<string, number> = new Map([['change-too-early', 6]])

const limit = 120_000

function runWith(scenario: Scenario, mutant: string, seed: number): Promise<RunResult> {
  return run(scenario, { seed, set: new Map([['mutant', mutant]]), isChecked: false })
}

it('the tables name every planted bug', () => {
  const found = [...seedsOfChaos.keys(), ...seedsOfMembershipRace.keys()]
  expect(new Set(found)).toEqual(new Set(mutants.keys()))
})

it.each([...seedsOfChaos])(
  'chaos finds %s on seed %i',
  async (name, seed) => {
    expect((await runWith(chaos, name, seed)).outcome.kind).toBe('violated')
  },
  limit,
)

it.each([...seedsOfMembershipRace])(
  'membership-race finds %s on seed %i',
  async (name, seed) => {
    expect((await runWith(membershipRace, name, seed)).outcome.kind).toBe('violated')
  },
  limit,
)
