// A store in the manner of Cassandra. A coordinator that cannot reach a replica keeps what it should have written as a
// hint, and hands it over later. A deletion leaves a tombstone, which wins over older values until it is collected some
// time after all replicas have it. A hint that is older than that finds no tombstone any more: the replica takes what it
// brings for new, and everybody reads again what was deleted. Fixed as in Cassandra: nobody applies a hint that is older
// than tombstones get.

import type { ZooBug } from './bug.ts'
import { arrive } from './parts/arrivals.ts'
import { answers, type Ask, asker } from './parts/asker.ts'
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
const coordinators: readonly NodeId[] = ['coordinator-1', 'coordinator-2']
const quorum = 2
const keys = 10
const collectEvery = ms(50)
/** How old tombstones get before they are collected. */
const graceTime = ms(200)
const handOffEvery = ms(1500)
const replicaPatience = ms(40)
const clientPatience = ms(150)

/** What was last written to a key, and when. */
interface Cell extends DataRecord {
  /** Null in a tombstone. */
  readonly value: string | null
  readonly at: number
}

/** Keeps the latest cell of each key. */
function replica(isHintExpiring: boolean): Program {
  return (env) => {
    const cells = new Map<number, Cell>()
    const isTooOld = ({ at }: Cell): boolean => env.clock.wall() > at + graceTime
    const write = ({ key, cell }: DataRecord): DataRecord => {
      const written = cell as Cell
      if (written.at > (cells.get(Number(key))?.at ?? 0)) cells.set(Number(key), written)
      return {}
    }

    answers(env, 'read', ({ key }) => ({ cell: cells.get(Number(key)) ?? null }))
    answers(env, 'write', write)
    answers(env, 'hint', (hint) => (isHintExpiring && isTooOld(hint['cell'] as Cell) ? {} : write(hint)))
    env.timers.every(collectEvery, () => {
      for (const [key, cell] of cells) if (cell.value === null && isTooOld(cell)) cells.delete(key)
    })
  }
}

interface Hint {
  readonly target: NodeId
  readonly key: number
  readonly cell: Cell
}

/** Reads from and writes to the replicas, and keeps hints for those that did not answer. */
const coordinator: Program = (env) => {
  const ask = asker(env, replicaPatience)
  let hints: readonly Hint[] = []

  const write = async (key: number, value: string | null): Promise<number> => {
    const cell = { value, at: env.clock.wall() }
    const missing = await unanswered(ask, { kind: 'write', key, cell })
    hints = [...hints, ...missing.map((target) => ({ target, key, cell }))]
    return replicas.length - missing.length
  }
  const read = async (key: number): Promise<DataRecord> => {
    const all = await Promise.all(replicas.map(async (name) => ask(name, { kind: 'read', key })))
    const found = all.filter((answer) => answer !== null)
    const cells = found.map((answer) => answer['cell'] as Cell | null).filter((cell) => cell !== null)
    const latest = cells.toSorted((a, b) => b.at - a.at)[0]
    return { isDone: found.length >= quorum, value: latest?.value ?? null }
  }
  const handOff = async (): Promise<void> => {
    const due = hints
    hints = []
    const left = await Promise.all(
      due.map(async ({ target, key, cell }) => ask(target, { kind: 'hint', key, cell })),
    )
    hints = [...due.filter((_, place) => left[place] === null), ...hints]
  }

  handle(env, 'get', async ({ key }) => read(Number(key)))
  handle(env, 'put', async ({ key, value }) => ({
    isDone: (await write(Number(key), value as string)) >= quorum,
  }))
  // A deletion counts once all replicas have the tombstone.
  handle(env, 'delete', async ({ key }) => ({ isDone: (await write(Number(key), null)) === replicas.length }))
  env.timers.every(handOffEvery, handOff)
}

/** Asks all replicas; gives those that did not answer. */
async function unanswered(
  ask: Ask,
  question: DataRecord & { readonly kind: string },
): Promise<readonly NodeId[]> {
  const all = await Promise.all(replicas.map(async (name) => ask(name, question)))
  return replicas.filter((_, place) => all[place] === null)
}

/** Lets a program answer questions of a kind once it knows the answer. */
function handle(env: Env, kind: string, reply: (question: DataRecord) => Promise<DataRecord>): void {
  env.messages.on(kind, async (question, source) => {
    const answer = await reply(question)
    env.messages.send(source, { ...answer, kind: 'answer', id: question['id'] ?? null })
  })
}

/** Reads, writes and deletes by any coordinator. */
const client: Program = (env) => {
  const ask = asker(env, clientPatience)

  const call = async (f: 'get' | 'put' | 'delete', place: number): Promise<void> => {
    const random = env.randomFor(`call ${place}`)
    const [target, key] = [random.pick(coordinators), random.int(1, keys)]
    const value = f === 'put' ? `${env.name}.${place}` : null
    const operation = env.invoke({ f, key, value })
    const answer = await ask(target, { kind: f, key, value })
    if (answer?.['isDone'] === true) operation.ok(answer['value'] ?? null)
    else operation.info('too few answers')
  }

  arrive(env, {
    every: ms(70),
    mix: [
      [3, 'get'],
      [1, 'put'],
      [1, 'delete'],
    ],
    call,
  })
}

interface Deletions {
  /** The values of each key whose writes were acknowledged and that no acknowledged deletion has taken away. */
  readonly live: Map<number, readonly string[]>
  /** What each open write writes, and what each open deletion is to take away, by id. */
  readonly open: Map<number, readonly string[]>
  /** How many values were deleted when an open read began, by its id. */
  readonly reads: Map<number, number>
  /** The values that were deleted, in order. */
  readonly deleted: Map<string, number>
  looked: number
}

/** A value that was written before an acknowledged deletion began is not read any more after it. */
const staysDeleted: Invariant = fold<Deletions, 'operation'>({
  name: 'what was deleted stays so',
  kinds: ['operation'],
  initial: () => ({ live: new Map(), open: new Map(), reads: new Map(), deleted: new Map(), looked: 0 }),
  on: (state, { phase, f, id, key, value }) => {
    if (phase === 'invoke') begin(state, { f, id, key: Number(key), value: value as string })
    else if (phase === 'ok' && f === 'get') return judge(state, value as string, state.reads.get(id) ?? 0)
    else if (phase === 'ok') end(state, { f, id, key: Number(key) })
    return null
  },
  looked: ({ looked }) => looked,
})

interface Call {
  readonly f: string
  readonly id: number
  readonly key: number
}

function begin({ live, open, reads, deleted }: Deletions, call: Call & { readonly value: string }): void {
  if (call.f === 'get') reads.set(call.id, deleted.size)
  else open.set(call.id, call.f === 'put' ? [call.value] : (live.get(call.key) ?? []))
}

function end({ live, open, deleted }: Deletions, { f, id, key }: Call): void {
  const values = open.get(id) ?? []
  const known = live.get(key) ?? []
  live.set(key, f === 'put' ? [...known, ...values] : known.filter((value) => !values.includes(value)))
  if (f === 'delete') for (const value of values) if (!deleted.has(value)) deleted.set(value, deleted.size)
}

function judge(state: Deletions, value: string, before: number): string | null {
  state.looked++
  const isBack = (state.deleted.get(value) ?? before) < before
  return isBack ? `a value was read that had been deleted\n${value}` : null
}

const hintResurrects: Scenario = scenario({
  title: 'a hint arrives after the tombstone was collected, and brings back what was deleted',
  parameters: { isFixed: false },
  nodes: ({ isFixed }) => [
    ...group('replica', replicas.length, replica(isFixed)),
    ...group('coordinator', coordinators.length, coordinator, { quorum: 1 }),
    ...group('client', 3, client, { quorum: 0, operations: ['get', 'put', 'delete'] }),
  ],
  faults: [
    partitions({
      of: 'replica',
      every: seconds(3),
      for: [ms(200), seconds(1)],
      shapes: ['isolate', 'one-way'],
    }),
  ],
  invariants: [staysDeleted, eventually(progress, { within: seconds(2) })],
  duration: seconds(6),
  settle: seconds(2),
})

/** The entry in the zoo. */
export const bug: ZooBug = {
  name: 'hint-resurrects',
  source:
    'Apache Cassandra, org.apache.cassandra.hints.Hint («Why do we need to track gc grace seconds?»); scylladb/scylladb, issue 23712, "Potential data resurrection with tombstone_gc=repair and HH", 2025',
  invariant: 'what was deleted stays so',
  seedsMax: 100,
  scenario: hintResurrects,
}

export default hintResurrects
