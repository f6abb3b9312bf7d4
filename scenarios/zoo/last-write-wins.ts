// Three replicas, of which any coordinates a call, as in Cassandra: quorum writes, quorum reads with read repair, and of
// two values the one with the later timestamp wins. The timestamp is the coordinator's wall clock: a write by a
// coordinator whose clock is behind is acknowledged by a quorum, and lost to an older value that wins everywhere. Fixed
// by timestamps that follow what happened: a coordinator asks a quorum first, and goes above whatever that has seen (the
// register of Attiya, Bar-Noy and Dolev, JACM 1995, with more than one writer).

import type { ZooBug } from './bug.ts'
import { arrive } from './parts/arrivals.ts'
import { answers, type Ask, asker } from './parts/asker.ts'
import { kv, linearizable } from '../../invariants/index.ts'
import {
  clockSteps,
  type Data,
  type DataRecord,
  type Env,
  group,
  ms,
  type Program,
  type Scenario,
  scenario,
  seconds,
} from '../../sim/index.ts'

const replicas = ['replica-1', 'replica-2', 'replica-3'] as const
const keys = ['a', 'b'] as const
const quorum = 2
const patience = ms(300)

/** A value with its timestamp; `writer` decides between equal times. */
interface Cell extends DataRecord {
  readonly value: Data
  readonly time: number
  readonly writer: string
}

const nothing: Cell = { value: null, time: 0, writer: '' }

function isLater(a: Cell, b: Cell): boolean {
  return a.time > b.time || (a.time === b.time && a.writer > b.writer)
}

/** Keeps cells, and coordinates what clients call. */
function replica(isFixed: boolean): Program {
  return (env) => {
    keepCells(env)
    const ask = asker(env, patience)
    let latest = 0

    const query = async (key: Data): Promise<Cell | null> => {
      const found = await askQuorum(ask, { kind: 'fetch', key })
      const cells = found?.map(({ cell }) => cell as Cell)
      return cells?.reduce((best, cell) => (isLater(cell, best) ? cell : best)) ?? null
    }
    const store = async (key: Data, cell: Cell): Promise<boolean> =>
      (await askQuorum(ask, { kind: 'store', key, cell })) !== null
    const timestamp = async (key: Data): Promise<number | null> => {
      if (!isFixed) return env.clock.wall()
      const known = await query(key)
      if (known === null) return null
      latest = Math.max(latest, known.time) + 1
      return latest
    }

    env.messages.on('put', async ({ id = null, key = null, value = null }, client) => {
      const time = await timestamp(key)
      if (time === null || !(await store(key, { value, time, writer: env.name }))) return
      env.messages.send(client, { kind: 'answer', id })
    })
    env.messages.on('get', async ({ id = null, key = null }, client) => {
      const cell = await query(key)
      if (cell === null || !(await store(key, cell))) return
      env.messages.send(client, { kind: 'answer', id, value: cell.value })
    })
  }
}

/** The part of a replica that only stores: the later cell wins. */
function keepCells(env: Env): void {
  const cells = new Map<Data, Cell>()
  answers(env, 'fetch', ({ key = null }) => ({ cell: cells.get(key) ?? nothing }))
  answers(env, 'store', ({ key = null, cell }) => {
    if (isLater(cell as Cell, cells.get(key) ?? nothing)) cells.set(key, cell as Cell)
    return {}
  })
}

/** Asks all replicas, and gives the first answers that make a quorum; null when there are not enough. */
async function askQuorum(
  ask: Ask,
  question: DataRecord & { readonly kind: string },
): Promise<readonly DataRecord[] | null> {
  return new Promise((resolve) => {
    const found: DataRecord[] = []
    const take = async (asked: Promise<DataRecord | null>): Promise<void> => {
      const answer = await asked
      if (answer !== null && found.push(answer) === quorum) resolve(found)
    }
    void Promise.all(replicas.map(async (name) => take(ask(name, question)))).then(() => resolve(null))
  })
}

/** Puts and gets, each time by another coordinator. */
const client: Program = (env) => {
  const ask = asker(env, (2 * patience) as typeof patience)

  const call = async (f: 'put' | 'get', place: number): Promise<void> => {
    const random = env.randomFor(`call ${place}`)
    const [coordinator, key] = [random.pick(replicas), random.pick(keys)]
    const value = f === 'put' ? `${env.name}.${place}` : null
    const operation = env.invoke({ f, key, value })
    const answer = await ask(coordinator, { kind: f, key, value })
    if (answer !== null) operation.ok(answer['value'] ?? null)
    else if (f === 'put') operation.info('no answer')
    else operation.fail('no answer')
  }

  arrive(env, {
    every: ms(150),
    mix: [
      [1, 'put'],
      [1, 'get'],
    ],
    call,
  })
}

const lastWriteWins: Scenario = scenario({
  title: 'a write is acknowledged, and lost to an older one whose coordinator had its clock ahead',
  parameters: { isFixed: false },
  nodes: ({ isFixed }) => [
    ...group('replica', replicas.length, replica(isFixed)),
    ...group('client', 3, client, { quorum: 0, operations: ['put', 'get'] }),
  ],
  faults: [clockSteps({ of: 'replica', every: seconds(6), by: [ms(1), ms(150)] })],
  invariants: [linearizable(kv)],
  duration: seconds(6),
  settle: seconds(1),
})

/** The entry in the zoo. */
export const bug: ZooBug = {
  name: 'last-write-wins',
  source: 'Kyle Kingsbury, "Jepsen: Cassandra" and "The trouble with timestamps", aphyr.com, 2013',
  invariant: 'linearizable kv',
  seedsMax: 100,
  scenario: lastWriteWins,
}

export default lastWriteWins
