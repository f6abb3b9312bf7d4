import { expect, test } from 'vitest'
import { seconds } from '../../sim/index.ts'
import { eventually } from '../eventually.ts'
import { verdictOf } from '../testing/judge.ts'
import { type Recording, recording } from '../testing/recording.ts'
import { leaderElected, stableLeader } from './leader.ts'

const elected = eventually(leaderElected, { within: seconds(5) })
const stable = eventually(stableLeader({ lasting: seconds(2) }), { within: seconds(5) })

const role = (run: Recording, node: string, name: string, term: number): Recording =>
  run.probe(node, 'raft.role', { term, role: name })

test('a leader from before the heal is a leader', async () => {
  const run = role(recording(), 'store-1', 'leader', 1).heal()
  expect(await verdictOf(elected, run)).toBe('holds')
})

test('without a leader that is up there is none', async () => {
  const run = role(role(recording(), 'store-1', 'leader', 1), 'store-2', 'candidate', 2).crash('store-1')
  expect(await verdictOf(elected, run.heal().wait(seconds(6)).heal())).toBe(
    'violated: no leader was elected within 5s after all faults ended',
  )
})

test('a leader that leads for long enough is stable, even if nothing happens meanwhile', async () => {
  const run = role(recording().heal().wait(seconds(3)), 'store-1', 'leader', 1)
    .wait(seconds(3))
    .heal()
  expect(await verdictOf(stable, run)).toBe('holds')
})

test('leaders that come and go are not stable', async () => {
  const run = recording().heal()
  for (let term = 1; term <= 4; term++) {
    role(run, `store-${term % 2}`, 'leader', term).wait(seconds(1.5))
    role(run, `store-${term % 2}`, 'follower', term + 1)
  }
  expect(await verdictOf(stable, run)).toBe(
    'violated: no leader stayed for 2s (7 changes) within 5s after all faults ended',
  )
})

test('a leader of an older term that nobody follows any more does not disturb', async () => {
  const run = role(recording(), 'store-1', 'leader', 1).heal()
  role(run, 'store-2', 'leader', 2).wait(seconds(1))
  expect(await verdictOf(stable, role(run, 'store-1', 'follower', 2).wait(seconds(1)).heal())).toBe('holds')
})
