// Walter replicates a store between sites: every key has a preferred site, which alone commits writes to it and hands
// them on later. Each site applies the commits of one other site in order, and none before those that it has seen itself
// (parallel snapshot isolation). Two sites may still disagree on the order of commits that did not see each other: a
// reader at one site sees x without y, a reader at the other y without x, which no single snapshot order explains. Fixed
// by what PSI gave up: all writes commit at one site, whose order is everybody's, so that each snapshot is a part of the
// next (snapshot isolation).

import type { ZooBug } from './bug.ts'
import { arrive } from './parts/arrivals.ts'
import { answers, asker } from './parts/asker.ts'
import { fold } from '../../invariants/index.ts'
import {
  type Data,
  type DataRecord,
  group,
  type Invariant,
  ms,
  type NodeId,
  partitions,
  type Program,
  type Scenario,
  scenario,
  seconds,
} from '../../sim/index.ts'

const sites = ['site-1', 'site-2'] as const
const keys = ['x', 'y'] as const
const patience = ms(200)
const pullTime = ms(100)
/** Each pair of keys is written and read for so long; a key is written once, or several times with the same effect. */
const pairTime = ms(250)

/** A commit of one site: which one, and what its transaction had seen of each site. */
interface Commit extends DataRecord {
  readonly place: number
  readonly seen: readonly number[]
  readonly pair: Data
  readonly key: Data
}

/** One site. Its snapshot is how many commits of each site it has applied: a vector timestamp. */
const site: Program = (env) => {
  const self = sites.findIndex((name) => name === env.name)
  const others = sites.filter((name) => name !== env.name)
  const snapshot = sites.map(() => 0)
  const own: Commit[] = []
  const written = new Map<Data, Set<Data>>()

  const apply = (origin: number, { place, pair, key }: Commit): void => {
    snapshot[origin] = place
    written.set(pair, (written.get(pair) ?? new Set()).add(key))
  }
  const isNext = (origin: number, { place, seen }: Commit): boolean =>
    place === (snapshot[origin] ?? 0) + 1 &&
    seen.every((count, other) => other === origin || count <= (snapshot[other] ?? 0))
  const propagate = (target: NodeId, commits: readonly Commit[]): void =>
    env.messages.send(target, { kind: 'commits', commits })

  answers(env, 'write', ({ pair = null, key = null }) => {
    const commit = { place: own.length + 1, seen: [...snapshot], pair, key }
    own.push(commit)
    apply(self, commit)
    for (const other of others) propagate(other, [commit])
    return {}
  })
  answers(env, 'read', ({ pair = null }) => ({ keys: [...(written.get(pair) ?? [])] }))
  env.messages.on('commits', ({ commits }, source) => {
    const origin = sites.findIndex((name) => name === source)
    for (const commit of commits as readonly Commit[]) if (isNext(origin, commit)) apply(origin, commit)
  })
  // What a partition swallowed is asked for again.
  env.timers.every(pullTime, () => {
    for (const other of others) env.messages.send(other, { kind: 'pull', snapshot: [...snapshot] })
  })
  env.messages.on('pull', ({ snapshot: theirs }, source) => {
    const missing = own.slice((theirs as readonly number[])[self])
    if (missing.length > 0) propagate(source, missing)
  })
}

/** Writes a key at its preferred site; reads both keys of a pair in one snapshot, at whichever site is near. */
function client(isFixed: boolean): Program {
  return (env) => {
    const ask = asker(env, patience)

    const write = async (pair: number, chosen: 0 | 1): Promise<void> => {
      const operation = env.invoke({ f: 'write', key: pair, value: keys[chosen] })
      const preferred = sites[isFixed ? 0 : chosen]
      if ((await ask(preferred, { kind: 'write', pair, key: keys[chosen] })) === null)
        operation.info('no answer')
      else operation.ok()
    }

    const read = async (pair: number, near: NodeId): Promise<void> => {
      const operation = env.invoke({ f: 'read', key: pair })
      const found = await ask(near, { kind: 'read', pair })
      if (found === null) operation.fail('no answer')
      else operation.ok(found['keys'])
    }

    arrive(env, {
      every: ms(50),
      mix: [
        [1, 'write'],
        [2, 'read'],
      ],
      call: async (f, place) => {
        const chosen = env.randomFor(`call ${place}`).boolean(0.5) ? 0 : 1
        const pair = Math.floor(env.clock.monotonic() / pairTime)
        return f === 'write' ? write(pair, chosen) : read(pair, sites[chosen])
      },
    })
  }
}

/** Who has seen one key of a pair without the other: the seq of a read for each of the two. */
type Fork = Map<Data, number>

const oneOrder: Invariant = fold({
  name: 'readers agree on the order of writes',
  kinds: ['operation'],
  initial: () => ({ forks: new Map<Data, Fork>(), looked: 0 }),
  on: (state, { phase, f, key: pair, value, seq }) => {
    if (f !== 'read' || phase !== 'ok') return null
    state.looked++
    const seen = value as readonly Data[]
    const [only = null] = seen
    if (seen.length !== 1) return null
    const fork: Fork = state.forks.get(pair) ?? new Map<Data, number>()
    state.forks.set(pair, fork.set(only, seq))
    if (fork.size < 2) return null
    const message = 'one reader saw x without y, another one y without x'
    return { kind: 'violated', message, witnesses: [...fork.values()].toReversed() }
  },
  looked: ({ looked }) => looked,
})

const longFork: Scenario = scenario({
  title: 'two writes commit at two sites, and readers at the two sites see them in different orders',
  parameters: { isFixed: false },
  nodes: ({ isFixed }) => [
    ...group('site', sites.length, site, { quorum: 1 }),
    ...group('client', 4, client(isFixed), { quorum: 0, operations: ['write', 'read'] }),
  ],
  faults: [partitions({ of: 'site', every: seconds(3), for: [ms(100), seconds(1)] })],
  invariants: [oneOrder],
  duration: seconds(6),
  settle: seconds(1),
})

/** The entry in the zoo. */
export const bug: ZooBug = {
  name: 'long-fork',
  source:
    'Sovran, Power, Aguilera and Li, "Transactional storage for geo-replicated systems", SOSP 2011: parallel snapshot isolation allows a long fork',
  invariant: 'readers agree on the order of writes',
  seedsMax: 100,
  scenario: longFork,
}

export default longFork
