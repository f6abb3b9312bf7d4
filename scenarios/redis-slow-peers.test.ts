// Each guard of `redis-slow-peers` is needed, and each planted bug found: without it the invariant fires that is there for it.

import { expect, test } from 'vitest'

import redisSlowPeers from './redis-slow-peers.ts'
import { type Data, run, type Scenario } from '../sim/index.ts'

const seeds = [1, 2, 3]

/** The same with one of its invariants alone: the first violation ends a run. */
function only(name: string): Scenario {
  return {
    ...redisSlowPeers,
    prepare: (streams, set) => {
      const prepared = redisSlowPeers.prepare(streams, set)
      return { ...prepared, invariants: prepared.invariants.filter((each) => each.name === name) }
    },
  }
}

/** What is said of it on the first seed on which it is violated. */
async function told(invariant: string, set: Readonly<Record<string, Data>>): Promise<string | undefined> {
  for (const seed of seeds) {
    const options = { seed, set: new Map(Object.entries(set)), isChecked: false }
    const { violations } = await run(only(invariant), options)
    if (violations[0] !== undefined) return violations[0].message
  }
  return undefined
}

test.each([
  ['others are served beside slow peers', { timeout: 0 }, 'requests were not answered'],
  ['what waits for who does not read is bounded', { limitsOutput: false }, 'too much waits'],
  ['who does not read is ended', { limitsOutput: false }, 'was not ended within'],
  ['each job is given to one', { steals: true }, 'job was given to two'],
  ['no job is lost or stays behind', { pops: true }, 'job was done by nobody'],
  ['no job is lost or stays behind', { forgets: true }, 'job was done by nobody'],
  ['nobody waits while there is a job', { wakesNobody: true }, 'jobs wait, and so do workers'],
  ['each entry is given to one', { steals: true }, 'entry was given to two'],
  ['no entry is lost or stays behind', { isUnkept: true }, 'entry was done by nobody'],
  ['no entry is lost or stays behind', { forgets: true }, 'entry was done by nobody'],
  ['what was delivered is pending until it is acknowledged', { isUnkept: true }, 'neither pending nor'],
  ['caches are no older than their last word', { trustMs: 3_600_000 }, 'a cache is out of date'],
  ['caches are no older than their last word', { tracks: false }, 'a cache is out of date'],
])(
  '%s: not with %o',
  async (invariant, set, message) => {
    expect(await told(invariant, set)).toContain(message)
  },
  120_000,
)
