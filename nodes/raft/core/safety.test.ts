import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { mutants } from '../mutants/index.ts'
import { live } from '../testing/schedule.ts'
import { randomStream } from '../../../sim/index.ts'

const schedule = fc.array(fc.nat(999_999), { minLength: 200, maxLength: 1500, size: 'max' })

function schedules(count: number, length: number): number[][] {
  return Array.from({ length: count }, (_, seed) => {
    const random = randomStream(seed, 'schedule')
    return Array.from({ length }, () => random.int(0, 999_999))
  })
}

function violation(choices: readonly number[], name: string): string | null {
  try {
    live(choices, { rules: mutants.get(name)!.rules })
    return null
  } catch (error) {
    return (error as Error).message
  }
}

describe('safety (figure 3) under drops, delays, duplicates, crashes, partitions and changes of members', () => {
  it('holds for every schedule', () => {
    const result = fc.check(
      fc.property(schedule, (choices) => void live(choices)),
      { numRuns: 200, seed: 42 },
    )
    expect(fc.defaultReportMessage(result)).toBe(undefined)
  })

  it('holds for long schedules, which do elect, commit, compact and restart', () => {
    const commits = schedules(30, 8000).map((choices) => {
      const cluster = live(choices)
      expect(cluster.probesOf('raft.recover').length).toBeGreaterThan(5)
      return cluster.probesOf('raft.commit').length + cluster.probesOf('raft.snapshot').length
    })
    expect(commits.reduce((sum, count) => sum + count, 0)).toBeGreaterThan(1000)
  })

  it.each([
    ['vote-twice', /votes/],
    ['ignore-log-on-vote', /leader completeness|state machine safety|committed/],
    ['count-stale-votes', /election safety/],
    ['forget-vote', /forgot its vote/],
    ['acknowledge-before-sync', /leader completeness|state machine safety|committed/],
    ['truncate-on-match', /leader completeness|committed/],
  ])('is violated by %s', (name, how) => {
    const found = schedules(80, 8000)
      .map((choices) => violation(choices, name))
      .filter((message) => message !== null)
    expect(found.some((message) => how.test(message))).toBe(true)
  })
})
