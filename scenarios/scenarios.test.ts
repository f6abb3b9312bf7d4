// Every shipped scenario: passes, is deterministic, breaks what it says it breaks, and looks at what it says it looks at.
//
// The digests of seed 1 are pinned in __snapshots__: they are what `faultline run NAME --seed 1` prints, on every machine
// and every version of Node. They change when a program, a scenario or the simulator changes what happens, and only then;
// after such a change renew them with `npx vitest run scenarios -u`, and look at whether all of those that changed should.
import { readdirSync } from 'node:fs'
import { basename } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import {
  causalProblem,
  type Event,
  type FaultSource,
  loadScenario,
  ms,
  ns,
  run,
  type RunResult,
  type Scenario,
  seconds,
  sweep,
} from '../sim/index.ts'

const names = readdirSync(new URL('.', import.meta.url))
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
  .map((file) => basename(file, '.ts'))
const urlOf = (name: string): string => new URL(`${name}.ts`, import.meta.url).href
const limit = 60_000

interface Told {
  readonly result: RunResult
  readonly events: readonly Event[]
}

/** A run in which everything that there is to see is looked at. */
async function tell(scenario: Scenario, seed: number): Promise<Told> {
  const events: Event[] = []
  const result = await run(scenario, { seed, onEvent: (event) => void events.push(event) })
  return { result, events }
}

test('there are the scenarios that everybody counts on', () => {
  expect(names).toEqual(
    expect.arrayContaining(['chaos', 'steady-state', 'torn-writes', 'clock-skew-lease-broken']),
  )
  expect(names.length).toBeGreaterThanOrEqual(12)
})

describe.each(names)('%s', (name) => {
  let told: Told

  beforeAll(async () => {
    told = await tell(await loadScenario(urlOf(name)), 1)
  }, limit)

  afterAll(() => {
    // A hundred thousand events each.
    told = { ...told, events: [] }
  })

  test('passes on seed 1, with the digest that it always had', () => {
    const { outcome, violations } = told.result
    expect([outcome, outcome.kind === 'passed' ? [] : violations]).toEqual([{ kind: 'passed' }, []])
    expect(`${told.result.digest}, ${told.result.events} events`).toMatchSnapshot()
  })

  test('lets each of its faults begin, and have effects', () => {
    const { faults } = told.result
    expect(faults.filter(({ begun }) => begun === 0)).toEqual([])
    expect(faults.some(({ effects }) => effects > 0)).toBe(name !== 'steady-state')
  })

  test('puts each of its invariants to the test', () => {
    expect(told.result.invariants.filter(({ looked }) => looked === 0)).toEqual([])
    expect(told.result.operations.ok).toBeGreaterThan(100)
  })

  test('logs causes that are complete, earlier than what they cause, and of the right kind', () => {
    const { events } = told
    const problems = events.map((event) => causalProblem(event, events[event.cause - 1] ?? null))
    expect(problems.filter((problem) => problem !== null)).toEqual([])
    // Everything stems from the event that begins the run.
    expect(events.filter(({ cause, seq }) => cause === 0 && seq > 1)).toEqual([])
  })

  test(
    'is the same run again, checked or not, with events or without',
    async () => {
      const scenario = shortened(await loadScenario(urlOf(name)))
      for (const seed of [2, 3]) {
        const { result } = await tell(scenario, seed)
        const again = await run(scenario, { seed, isChecked: false })
        expect([again.digest, again.events, again.outcome]).toEqual([
          result.digest,
          result.events,
          result.outcome,
        ])
        expect(['passed', 'not-violated']).toContain(result.outcome.kind)
      }
    },
    limit,
  )
})

/** The same with less time for faults: what is deterministic for seconds is for minutes. */
function shortened(scenario: Scenario): Scenario {
  const duration = ns(Math.min(scenario.duration, seconds(5)))
  const isSoon = (source: FaultSource): boolean => !('at' in source) || Number(source.at) <= duration
  return {
    ...scenario,
    duration,
    settle: ms(11_000),
    prepare: (streams, set) => {
      const prepared = scenario.prepare(streams, set)
      return { ...prepared, faults: prepared.faults.flat().filter(isSoon) }
    },
  }
}

test(
  'a sweep of chaos gives the same with one thread and with two',
  async () => {
    const before = [...process.execArgv]
    // The threads of a sweep load TypeScript as the command does, not as the test runner.
    process.execArgv.push('--import', new URL('../cli/register.js', import.meta.url).href)
    try {
      const job = { scenarioUrl: urlOf('chaos'), set: new Map(), plan: null, isChecked: false }
      const seeds = { first: 1, last: 4 }
      const [one, two] = [await sweep(job, { seeds, jobs: 1 }), await sweep(job, { seeds, jobs: 2 })]
      expect(two).toEqual(one)
      expect(one.results.map(({ outcome }) => outcome.kind)).toEqual(['passed', 'passed', 'passed', 'passed'])
    } finally {
      process.execArgv = before
    }
  },
  limit,
)
