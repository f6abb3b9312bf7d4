// Each bug of the zoo is found within its budget of seeds, by the invariant that it names; its fixed twin never fails.

import { readdirSync } from 'node:fs'
import { basename } from 'node:path'
import { expect, test } from 'vitest'

import { zoo, type ZooBug } from './index.ts'
import { run, type RunResult } from '../../sim/index.ts'

const limit = 120_000
const fixed = new Map([['isFixed', true]])
const twinSeeds = Array.from({ length: 20 }, (_, place) => place + 1)

/** The first run that does not pass, of the seeds from 1 to the bug's budget. */
async function firstFailure({ scenario, seedsMax }: ZooBug): Promise<RunResult | null> {
  for (let seed = 1; seed <= seedsMax; seed++) {
    const result = await run(scenario, { seed, isChecked: false })
    if (result.outcome.kind !== 'passed') return result
  }
  return null
}

test('every file of the folder is an entry, under its own name', () => {
  const files = readdirSync(new URL('.', import.meta.url))
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .map((file) => basename(file, '.ts'))
    .filter((name) => name !== 'bug' && name !== 'index')
  expect(zoo.map(({ name }) => name).toSorted()).toEqual(files.toSorted())
})

test.each(zoo)(
  '$name is found within $seedsMax seeds',
  async (bug) => {
    const failure = await firstFailure(bug)
    expect([failure?.outcome.kind, failure?.violations.map(({ invariant }) => invariant)]).toEqual([
      'violated',
      [bug.invariant],
    ])
  },
  limit,
)

test.each(zoo)(
  '$name, fixed, passes and does work that is judged',
  async ({ scenario, invariant }) => {
    let [looked, operations] = [0, 0]
    for (const seed of twinSeeds) {
      const result = await run(scenario, { seed, set: fixed, isChecked: false })
      expect([seed, result.outcome, result.violations]).toEqual([seed, { kind: 'passed' }, []])
      looked += result.invariants.find((report) => report.invariant === invariant)?.looked ?? 0
      operations += result.operations.ok
    }
    expect(looked).toBeGreaterThan(twinSeeds.length)
    expect(operations).toBeGreaterThan(twinSeeds.length)
  },
  limit,
)
