import { expect, test } from 'vitest'

import { Coverage } from './coverage.ts'
import type { Program } from '../env.ts'
import type { Invariant } from '../invariant.ts'
import type { EventLog } from '../log/index.ts'
import { run } from '../run.ts'
import { group, type Scenario, scenario } from '../scenario.ts'
import { type Instant, ms } from '../time.ts'

const at = (milliseconds: number): Instant => ms(milliseconds) as number as Instant

const point = (name: string, looked: number): Invariant => ({
  name,
  kinds: [],
  isPoint: true,
  begin: () => ({ on: () => null, looked: () => looked }),
})

const leader: Program = (env) => {
  env.probe('state', { role: 'leader', term: 3 })
  env.probe('mood', 'calm')
  env.probe('note', 'note 17 of many')
  env.timers.after(ms(60), () => env.messages.send('nobody', { kind: 'hello' }))
}

const scene: Scenario = scenario({
  title: 'a leader is paused, and crashes',
  nodes: () => group('peer', 1, leader, { quorum: 0 }),
  faults: [
    { kind: 'pause', node: 'peer-1', at: at(10), for: ms(5) },
    { kind: 'loss', ratio: 0.5, at: at(20), for: ms(5) },
  ],
  invariants: [point('reached', 2), point('missed', 0)],
  duration: ms(100),
})

test('a run has reached its points, probes, faults by the state of their node, losses and outcome', async () => {
  const coverage = new Coverage()
  const result = await run(scene, {
    seed: 1,
    onLog: (log) => {
      coverage.subscribe(log)
    },
  })
  expect(coverage.features(result)).toEqual([
    'drop no-such-node',
    'fault loss',
    'fault loss at mood calm',
    'fault loss at state leader',
    'fault pause',
    'fault pause at mood calm',
    'fault pause at state leader',
    'outcome passed',
    'point reached',
    'probe mood',
    'probe mood calm',
    'probe note',
    'probe state',
    'probe state leader',
  ])
  expect(coverage.faultStates()).toEqual([
    'fault loss at mood calm',
    'fault loss at state leader',
    'fault pause at mood calm',
    'fault pause at state leader',
    'probe mood calm',
    'probe state leader',
  ])
})

test('collecting changes nothing in the run', async () => {
  const coverage = new Coverage()
  const watched = await run(scene, {
    seed: 1,
    onLog: (log) => {
      coverage.subscribe(log)
    },
  })
  expect(watched.digest).toBe((await run(scene, { seed: 1 })).digest)
})

test('a fault that hits nodes without a state says so, in what counts and in what is only told', async () => {
  const coverage = new Coverage()
  const silent = scenario({
    title: 'a node that publishes nothing is paused',
    nodes: () => group('peer', 1, () => undefined, { quorum: 0 }),
    faults: [{ kind: 'pause', node: 'peer-1', at: at(10), for: ms(5) }],
    duration: ms(100),
  })
  const onLog = (log: EventLog): void => {
    coverage.subscribe(log)
  }
  const result = await run(silent, { seed: 1, onLog })
  expect(coverage.faultStates()).toEqual(['fault pause at - no state'])
  expect(coverage.features(result)).toContain('fault pause at - no state')
})

test('a primary that publishes numbers is hit as one, until it says that it is none any more', async () => {
  const coverage = new Coverage()
  const primary: Program = (env) => {
    env.probe('primary', 2)
    env.timers.after(ms(20), () => env.probe('primary', false))
    env.timers.after(ms(30), () => env.probe('queue', 7))
  }
  const result = await run(
    scenario({
      title: 'a primary is paused, and again when it is none any more',
      nodes: () => group('peer', 1, primary, { quorum: 0 }),
      faults: [
        { kind: 'pause', node: 'peer-1', at: at(10), for: ms(5) },
        { kind: 'slow-cpu', node: 'peer-1', at: at(40), for: ms(5), factor: 2 },
      ],
      duration: ms(100),
    }),
    { seed: 1, onLog: (log) => coverage.subscribe(log) },
  )
  expect(result.outcome).toEqual({ kind: 'passed' })
  expect(coverage.faultStates()).toEqual([
    'fault pause at primary primary',
    'fault slow-cpu at - no state',
    'probe primary primary',
  ])
})
