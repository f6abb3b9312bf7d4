import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { countsAsNew } from './coverage.ts'
import type { Job } from './pool.ts'
import { shardOf } from './seed-range.ts'
import { seedResult, type SeedResult } from './seed-result.ts'
import { sweep, type SweepOptions, type SweepResult } from './sweep.ts'
import { isFailure } from './sweep-state.ts'
import { run } from '../run.ts'
import failsSometimes from '../testing/fails-sometimes.ts'
import { type Instant, ms } from '../time.ts'

const dice: Job = {
  scenarioUrl: new URL('../testing/fails-sometimes.ts', import.meta.url).href,
  set: new Map(),
  plan: null,
  isChecked: false,
}
const seeds = { first: 1, last: 40 }

let folder = ''
const execArguments = [...process.execArgv]

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'faultline-sweep-'))
  // The threads of a sweep load TypeScript as the command does, not as the test runner.
  process.execArgv.push('--import', new URL('../../cli/register.js', import.meta.url).href)
})

afterAll(() => {
  process.execArgv = execArguments
  rmSync(folder, { recursive: true })
})

describe('a sweep', () => {
  test('reports of each seed what a run of it shows, in the order of the seeds', async () => {
    const { results, failures, isInterrupted } = await sweep(dice, { seeds: { first: 3, last: 9 }, jobs: 2 })
    const alone: SeedResult[] = []
    for (const seed of [3, 4, 5, 6, 7, 8, 9]) alone.push(seedResult(await run(failsSometimes, { seed })))
    expect(results).toEqual(alone)
    expect([failures, isInterrupted]).toEqual([alone.filter(isFailure), false])
  })

  test('gives the same with one thread, two and three, checked or not', async () => {
    const one = await sweep(dice, { seeds, jobs: 1 })
    expect(one.results.map(({ seed }) => seed)).toEqual(Array.from({ length: 40 }, (_, index) => index + 1))
    expect(one.failures.length).toBeGreaterThan(2)
    expect(one.failures.length).toBeLessThan(38)
    expect(await sweep(dice, { seeds, jobs: 2 })).toEqual(one)
    expect(await sweep({ ...dice, isChecked: true }, { seeds, jobs: 3 })).toEqual(one)
  })

  test('that has enough after so many failures reports all seeds up to the last of them, whatever the threads did', async () => {
    const all = (await sweep(dice, { seeds, jobs: 1 })).failures.map(({ seed }) => seed)
    for (const jobs of [1, 2]) {
      const { results, failures } = await sweep(dice, { seeds, jobs, failuresMax: 2 })
      expect(failures.map(({ seed }) => seed)).toEqual(all.slice(0, 2))
      expect(results.map(({ seed }) => seed)).toEqual(
        Array.from({ length: all[1] ?? 0 }, (_, index) => index + 1),
      )
    }
  })

  test('in shards is the whole sweep, each seed in one of them', async () => {
    const all = await sweep(dice, { seeds, jobs: 2 })
    const parts: SeedResult[] = []
    for (const index of [1, 2, 3]) {
      const shard = shardOf(seeds, { index, count: 3 })
      if (shard !== null) parts.push(...(await sweep(dice, { seeds: shard, jobs: 2 })).results)
    }
    expect(parts.toSorted((a, b) => a.seed - b.seed)).toEqual(all.results)
  })

  test.each([{}, { failuresMax: 3 }])(
    'that was interrupted and goes on gives what it would have given: %j',
    async (own) => {
      const whole = await sweep(dice, { seeds, jobs: 2, ...own })
      const part = await sweep(dice, { seeds, jobs: 2, ...own, onSeed: (_, done) => done < 7 })
      const ran: number[] = []
      const onSeed: SweepOptions['onSeed'] = ({ seed }) => ran.push(seed) > 0
      const rest = await sweep(dice, { seeds, jobs: 2, ...own, done: part.results, onSeed })
      expect([part.isInterrupted, rest]).toEqual([true, whole])
      expect(ran.some((seed) => part.results.some((done) => done.seed === seed))).toBe(false)
    },
  )

  test('until a plateau ends when nothing new came for long enough in the order of seeds, whatever the threads did', async () => {
    const job = { ...dice, hasCoverage: true }
    const one = await sweep(job, { seeds, jobs: 1, plateau: 6 })
    const { coverage, results } = one
    expect([coverage?.isPlateau, results.length < 40]).toEqual([true, true])
    expect(results.at(-1)?.seed).toBe((coverage?.lastNew ?? 0) + 6)
    const reached = new Set(results.flatMap(({ features = [] }) => features))
    expect([...reached].filter(countsAsNew)).toHaveLength(coverage?.features ?? 0)
    expect(await sweep(job, { seeds, jobs: 3, plateau: 6 })).toEqual(one)
    const part = await sweep(job, { seeds, jobs: 2, plateau: 6, onSeed: (_, done) => done < 4 })
    expect(await sweep(job, { seeds, jobs: 2, plateau: 6, done: part.results })).toEqual(one)
  })

  test('hears of each seed once, and can be interrupted, keeping what it has', async () => {
    const heard: number[] = []
    const listening = (enough: number): Promise<SweepResult> => {
      heard.length = 0
      const onSeed: SweepOptions['onSeed'] = ({ seed }, done) => {
        heard.push(seed)
        return done < enough
      }
      return sweep(dice, { seeds, jobs: 2, onSeed })
    }
    expect((await listening(100)).isInterrupted).toBe(false)
    expect(heard.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 40 }, (_, index) => index + 1))
    const { results, isInterrupted } = await listening(5)
    expect([isInterrupted, results.length >= 5, results.length < 40]).toEqual([true, true, true])
  })

  test('takes parameters and a plan to its threads', async () => {
    const at = ms(20) as number as Instant
    const job: Job = {
      ...dice,
      set: new Map([['sides', 1]]),
      plan: [{ kind: 'pause', node: 'peer-1', at, for: ms(5) }],
    }
    const { results } = await sweep(job, { seeds: { first: 1, last: 4 }, jobs: 2 })
    expect(results.every(({ outcome }) => outcome.kind === 'violated')).toBe(true)
    expect(results.map(({ faults }) => faults)).toEqual(
      results.map(() => [['pause', { planned: 1, begun: 0, effective: 0 }]]),
    )
  })

  test('with more threads than seeds is no different', async () => {
    expect((await sweep(dice, { seeds: { first: 5, last: 5 }, jobs: 4 })).results).toHaveLength(1)
  })
})

describe('a sweep cannot be mistaken for a success when a thread', () => {
  const moduleOf = (name: string, code: string): string => {
    const path = join(folder, name)
    writeFileSync(path, code)
    return pathToFileURL(path).href
  }
  const ending = `import { node, scenario, ms } from 'faultline'\n`

  test.each([
    ['finds no module', 'missing', '', 'failed to load'],
    ['finds no scenario', 'none.ts', 'export const nothing = 1', 'got no default export, wanted'],
    ['finds something else', 'other.ts', 'export default 5', 'got number, wanted'],
    ['finds a module that does not load', 'broken.ts', 'export default (', 'broken.ts'],
    [
      'is given a parameter that is not there',
      'plain.ts',
      `${ending}export default scenario({ title: 't', nodes: () => [node('a', () => {})], duration: ms(1) })`,
      'parameter sides',
    ],
    [
      'throws what is a bug',
      'throws.ts',
      `${ending}export default { ...scenario({ title: 't', nodes: () => [], duration: ms(1) }), prepare: null }`,
      /^seed [12] of .*throws\.ts: ScenarioError: /,
    ],
    [
      'ends itself',
      'exits.ts',
      `${ending}export default scenario({ title: 't', parameters: { sides: 1 }, nodes: () => process.exit(0), duration: ms(1) })`,
      /^seed [12] of .*exits\.ts: the thread that ran it ended with code 0 before it had a verdict$/,
    ],
  ])('%s', async (_what, name, code, said) => {
    const scenarioUrl = code === '' ? pathToFileURL(join(folder, name)).href : moduleOf(name, code)
    const job: Job = { ...dice, scenarioUrl, set: new Map([['sides', 2]]) }
    await expect(sweep(job, { seeds: { first: 1, last: 2 }, jobs: 2 })).rejects.toThrow(said)
  })
})
