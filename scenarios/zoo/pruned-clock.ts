// A store in the manner of Dynamo keeps for each value a vector clock of who has written. So that clocks stay small, each
// replica keeps only their latest entries. A replica that has missed some writes still has an old value whose writer is
// among the entries that were dropped elsewhere: the newer value does not descend from it any more as far as anybody can
// tell, and what was overwritten long ago comes back as if it had been written at the same time. Fixed as Riak did it in
// practice: clocks may grow so large that nothing is pruned which anybody might still compare.

import type { ZooBug } from './bug.ts'
import { arrive } from './parts/arrivals.ts'
import { answers, asker } from './parts/asker.ts'
import { eventually, fold, progress } from '../../invariants/index.ts'
import {
  type DataRecord,
  type Env,
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

const replicas: readonly NodeId[] = ['replica-1', 'replica-2', 'replica-3']
const quorum = 2
const keys = 2
const patience = ms(60)
const entriesMaxEarly = 4
const entriesMaxLate = 50

/** That somebody has written so many times, the last time when his clock showed `at`. */
interface Entry extends DataRecord {
  readonly writer: NodeId
  readonly count: number
  readonly at: number
}

type Clock = readonly Entry[]

/** A value with all that was known when it was written. */
interface Version extends DataRecord {
  readonly value: string
  readonly clock: Clock
}

function countOf(clock: Clock, writer: NodeId): number {
  return clock.find((entry) => entry.writer === writer)?.count ?? 0
}

/** Whether a clock knows everything that another one knows. */
function descends(clock: Clock, other: Clock): boolean {
  return other.every(({ writer, count }) => countOf(clock, writer) >= count)
}

/** What both clocks know. */
function joined(clock: Clock, other: Clock): Clock {
  const isNews = ({ writer, count }: Entry): boolean => count > countOf(clock, writer)
  const news = other.filter(isNews)
  return [...clock.filter(({ writer }) => !news.some((entry) => entry.writer === writer)), ...news]
}

/** The latest entries of a clock. */
function pruned(clock: Clock, entriesMax: number): Clock {
  return clock.toSorted((a, b) => b.at - a.at || b.count - a.count).slice(0, entriesMax)
}

/** Versions of which none descends from another one: the siblings that are left when a version is added. */
function withVersion(siblings: readonly Version[], added: Version): readonly Version[] {
  if (siblings.some(({ clock }) => descends(clock, added.clock))) return siblings
  return [...siblings.filter(({ clock }) => !descends(added.clock, clock)), added]
}

/** Keeps the siblings of each key. */
function replica(entriesMax: number): Program {
  return (env) => {
    const store = new Map<number, readonly Version[]>()
    const siblingsOf = (key: number): readonly Version[] => store.get(key) ?? []
    answers(env, 'get', ({ key }) => ({ siblings: siblingsOf(Number(key)) }))
    answers(env, 'put', ({ key, version }) => {
      const siblings = withVersion(siblingsOf(Number(key)), version as Version)
      store.set(
        Number(key),
        siblings.map(({ value, clock }) => ({ value, clock: pruned(clock, entriesMax) })),
      )
      return {}
    })
  }
}

/** Reads, and writes over all that it has read before. */
const client: Program = (env) => {
  const { get, put } = quorumCalls(env)
  let count = 0

  const read = async (key: number): Promise<void> => {
    const operation = env.invoke({ f: 'read', key })
    const siblings = await get(key)
    if (siblings === null) operation.fail('no quorum')
    else operation.ok(siblings.map(({ value }) => value))
  }
  const write = async (key: number, value: string): Promise<void> => {
    const siblings = await get(key)
    if (siblings === null) return
    const over = siblings.map((version) => version.value)
    const operation = env.invoke({ f: 'write', key, value: { value, over } })
    const own = { writer: env.name, count: ++count, at: env.clock.wall() }
    const clock = joined(siblings.map((version) => version.clock).reduce<Clock>(joined, []), [own])
    if (await put(key, { value, clock })) operation.ok()
    else operation.info('no quorum')
  }

  arrive(env, {
    every: ms(120),
    mix: [
      [1, 'read'],
      [2, 'write'],
    ],
    call: async (f, place) => {
      const key = env.randomFor(`call ${place}`).int(1, keys)
      return f === 'read' ? read(key) : write(key, `${env.name}.${place}`)
    },
  })
}

interface QuorumCalls {
  readonly get: (key: number) => Promise<readonly Version[] | null>
  readonly put: (key: number, version: Version) => Promise<boolean>
}

/** Calls all replicas, a quorum of which has to answer. */
function quorumCalls(env: Env): QuorumCalls {
  const ask = asker(env, patience)
  const askAll = async (question: DataRecord & { readonly kind: string }): Promise<readonly DataRecord[]> => {
    const all = await Promise.all(replicas.map(async (name) => ask(name, question)))
    return all.filter((answer) => answer !== null)
  }
  return {
    get: async (key) => {
      const found = await askAll({ kind: 'get', key })
      if (found.length < quorum) return null
      const versions = found.flatMap((answer) => answer['siblings'] as readonly Version[])
      return versions.reduce<readonly Version[]>(withVersion, [])
    },
    put: async (key, version) => (await askAll({ kind: 'put', key, version })).length >= quorum,
  }
}

interface Overwritten {
  /** The values that an open write is to replace, by its id. */
  readonly writes: Map<number, readonly string[]>
  /** How many values were overwritten when an open read began, by its id. */
  readonly reads: Map<number, number>
  /** The values that were overwritten, in order. */
  readonly values: Map<string, number>
  looked: number
}

/** A value that an acknowledged write has replaced is not read any more. */
const staysOverwritten: Invariant = fold<Overwritten, 'operation'>({
  name: 'what was overwritten stays so',
  kinds: ['operation'],
  initial: () => ({ writes: new Map(), reads: new Map(), values: new Map(), looked: 0 }),
  on: (state, { phase, f, id, value }) => {
    if (phase === 'invoke' && f === 'read') state.reads.set(id, state.values.size)
    else if (phase === 'invoke') state.writes.set(id, (value as DataRecord)['over'] as readonly string[])
    else if (phase === 'ok' && f === 'write') overwrite(state, state.writes.get(id) ?? [])
    else if (phase === 'ok') return judge(state, value as readonly string[], state.reads.get(id) ?? 0)
    return null
  },
  looked: ({ looked }) => looked,
})

function overwrite({ values }: Overwritten, over: readonly string[]): void {
  for (const value of over) if (!values.has(value)) values.set(value, values.size)
}

function judge(state: Overwritten, read: readonly string[], before: number): string | null {
  state.looked++
  const back = read.find((value) => (state.values.get(value) ?? before) < before)
  return back === undefined ? null : `a value was read that had been overwritten\n${back}`
}

const prunedClock: Scenario = scenario({
  title: 'vector clocks are pruned, and a value that was overwritten comes back as a sibling',
  parameters: { isFixed: false },
  nodes: ({ isFixed }) => [
    ...group('replica', replicas.length, replica(isFixed ? entriesMaxLate : entriesMaxEarly)),
    ...group('client', 6, client, { quorum: 0, operations: ['read', 'write'] }),
  ],
  faults: [partitions({ of: 'replica', every: seconds(4), for: [ms(100), seconds(1.5)] })],
  invariants: [staysOverwritten, eventually(progress, { within: seconds(2) })],
  duration: seconds(5),
  settle: seconds(2),
})

/** The entry in the zoo. */
export const bug: ZooBug = {
  name: 'pruned-clock',
  source:
    'DeCandia et al., "Dynamo: Amazon\'s Highly Available Key-value Store", SOSP 2007, section 4.4 (clock truncation); basho/riak_core, issue 613; basho/riak_kv, pull request 283',
  invariant: 'what was overwritten stays so',
  seedsMax: 100,
  scenario: prunedClock,
}

export default prunedClock
