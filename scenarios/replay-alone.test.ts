// Every node of the shipped scenarios, replayed alone, does again what it did; a node with a planted bug does not.

import { describe, expect, test } from 'vitest'

import chaos from './chaos.ts'
import clockSkewLease from './clock-skew-lease.ts'
import membershipChange from './membership-change.ts'
import rollingUpgrade from './rolling-upgrade.ts'
import tornWrites from './torn-writes.ts'
import {
  type AloneResult,
  type Data,
  type Event,
  type EventSource,
  memorySource,
  replayAlone,
  run,
  type Scenario,
  seconds,
  setUp,
  type TraceHeader,
} from '../sim/index.ts'

/** The first seconds of a scenario. */
function beginning(scenario: Scenario, duration = seconds(4)): Scenario {
  return { ...scenario, duration, settle: seconds(1) }
}

async function record(scenario: Scenario, seed: number): Promise<EventSource> {
  const events: Event[] = []
  await run(scenario, { seed, isChecked: false, onEvent: (event) => void events.push(event) })
  const header: TraceHeader = {
    scenario: 'test',
    title: scenario.title,
    parameters: {},
    seed,
    plan: [],
    version: '',
    fingerprint: '',
    nodeVersion: '',
    platform: '',
    options: {},
  }
  return memorySource('run', header, JSON.parse(JSON.stringify(events)) as readonly Event[])
}

interface Alone {
  readonly scenario: Scenario
  readonly seed: number
  readonly trace: EventSource
  readonly mutant?: string
}

/** What comes of replaying each node alone. */
async function nodesAlone({ scenario, seed, trace, mutant }: Alone): Promise<readonly AloneResult[]> {
  const set = new Map<string, Data>(mutant === undefined ? [] : [['mutant', mutant]])
  const setup = setUp(scenario, { seed, set })
  const results: AloneResult[] = []
  for (const { name } of setup.prepared.nodes)
    results.push(await replayAlone(trace, { scenario, setup, seed, node: name, isChecked: false }))
  return results
}

describe('a node of a shipped scenario, replayed alone, does again what it did', () => {
  test.each([
    { name: 'chaos', whole: chaos, seed: 1 },
    { name: 'chaos', whole: chaos, seed: 2 },
    { name: 'torn-writes', whole: tornWrites, seed: 1 },
    { name: 'membership-change', whole: membershipChange, seed: 1 },
    { name: 'rolling-upgrade', whole: rollingUpgrade, seed: 1 },
    { name: 'clock-skew-lease', whole: clockSkewLease, seed: 1 },
  ])('$name on seed $seed', async ({ whole, seed }) => {
    const scenario = beginning(whole)
    const trace = await record(scenario, seed)
    const results = await nodesAlone({ scenario, seed, trace })
    expect(results.map(({ kind }) => kind)).toEqual(results.map(() => 'same'))
    expect(results.every(({ inputs, outputs }) => inputs > 0 && outputs > 0)).toBe(true)
    expect(results.reduce((sum, { outputs }) => sum + outputs, 0)).toBeGreaterThan(1000)
  })
})

describe('a node with a planted bug', () => {
  test('that votes twice in a term diverges as soon as a second candidate asks', async () => {
    const scenario = beginning(chaos, seconds(1))
    for (let seed = 1; seed <= 50; seed++) {
      const trace = await record(scenario, seed)
      const results = await nodesAlone({ scenario, seed, trace, mutant: 'vote-twice' })
      const first = results.find(({ kind }) => kind === 'diverged')
      if (first?.kind !== 'diverged') continue
      const { before } = first.divergence
      expect(votesAsked(before).size).toBeGreaterThan(1)
      return
    }
    expect.unreachable('no seed had two candidates in a term')
  })

  test.each(['forget-vote', 'acknowledge-before-sync', 'truncate-on-match'])(
    'diverges and says where: %s',
    async (mutant) => {
      const scenario = beginning(chaos)
      const trace = await record(scenario, 1)
      const results = await nodesAlone({ scenario, seed: 1, trace, mutant })
      const diverged = results.filter(({ kind }) => kind === 'diverged')
      expect(diverged.length).toBeGreaterThan(0)
      // Clients have no part in the bug.
      expect(diverged.every(({ node }) => node.startsWith('store-'))).toBe(true)
    },
  )
})

/** The candidates that asked for a vote, with their terms. */
function votesAsked(inputs: readonly Event[]): ReadonlySet<string> {
  const votes = inputs.flatMap((event) => {
    if (event.kind !== 'deliver' || event.message['kind'] !== 'raft.vote') return []
    return event.message['isPreVote'] === true ? [] : [event.source]
  })
  return new Set(votes)
}
