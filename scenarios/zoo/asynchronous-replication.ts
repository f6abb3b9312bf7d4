// Redis with Sentinel: the primary acknowledges a write at once and sends it to its replicas later. When the sentinel does
// not hear from the primary it promotes a replica, which may lack acknowledged writes; a primary that is only cut off goes
// on acknowledging, and drops it all when it comes back as a replica of the new one. Fixed by what every replicated log
// has: an answer waits until a majority has what it rests on, a replica that was asked about its state by the sentinel
// takes nothing more from earlier primaries, and the most complete one of a majority is promoted.

import type { ZooBug } from './bug.ts'
import { arrive } from './parts/arrivals.ts'
import { answers, asker } from './parts/asker.ts'
import { fold } from '../../invariants/index.ts'
import {
  after,
  type Data,
  type DataRecord,
  group,
  type Instant,
  instantMax,
  type Invariant,
  ms,
  type NodeId,
  partitions,
  pauses,
  type Program,
  type Scenario,
  scenario,
  seconds,
} from '../../sim/index.ts'

const servers = ['redis-1', 'redis-2', 'redis-3'] as const
const majority = 2
const resendTime = ms(50)
const pingTime = ms(100)
const downAfter = ms(150)
const patience = ms(150)
const noticeTime = ms(500)

/** An answer that waits until a majority has taken part in a round of replication. */
interface Waiting {
  readonly round: number
  readonly client: NodeId
  readonly answer: DataRecord & { readonly kind: string }
}

/** One server: a primary while the sentinel's last configuration that it knows says so, otherwise a replica. */
function server(isFixed: boolean): Program {
  return (env) => {
    const others = servers.filter((name) => name !== env.name)
    let epoch = 1
    let primary: NodeId | null = servers[0]
    // The elements in the order in which they were added, and the epoch whose primary they come from.
    let elements: readonly Data[] = []
    let elementsEpoch = 1
    let round = 0
    let waiting: readonly Waiting[] = []

    const replicate = (): void => {
      round++
      for (const other of others)
        env.messages.send(other, { kind: 'replicate', epoch, round, elements: [...elements] })
    }
    const configure = (nextEpoch: number, next: NodeId | null): void => {
      if (nextEpoch <= epoch && primary !== null) return
      epoch = nextEpoch
      primary = next
      waiting = []
      if (next !== env.name) return
      elementsEpoch = epoch
      replicate()
    }
    const serve = (client: NodeId, id: Data): void => {
      const answer = { kind: 'answer', id, isDone: true, elements: [...elements] }
      replicate()
      if (isFixed) waiting = [...waiting, { round, client, answer }]
      else env.messages.send(client, answer)
    }
    for (const f of ['add', 'read'])
      env.messages.on(f, ({ id = null, element = null }, client) => {
        if (primary !== env.name) return env.messages.send(client, { kind: 'answer', id, isDone: false })
        if (f === 'add') elements = [...elements, element]
        return serve(client, id)
      })

    env.messages.on('replicate', (message, source) => {
      const theirs = Number(message['epoch'])
      const received = message['elements'] as readonly Data[]
      if (theirs < epoch || source === env.name) return
      configure(theirs, source)
      if (theirs > elementsEpoch || received.length > elements.length) elements = received
      elementsEpoch = theirs
      env.messages.send(source, { kind: 'replicated', epoch, round: message['round'] ?? 0 })
    })
    // With one of the two others, which has at least what the round sent, this is a majority.
    env.messages.on('replicated', (message) => {
      if (message['epoch'] !== epoch || primary !== env.name) return
      const isHeld = (held: Waiting): boolean => held.round > Number(message['round'])
      for (const { client, answer } of waiting.filter((each) => !isHeld(each)))
        env.messages.send(client, answer)
      waiting = waiting.filter(isHeld)
    })
    env.timers.every(resendTime, () => {
      if (primary === env.name) replicate()
    })

    answers(env, 'ping', () => ({}))
    answers(env, 'status', ({ epoch: next }) => {
      if (isFixed) configure(Number(next), null)
      return { elementsEpoch, count: elements.length }
    })
    env.messages.on('configuration', ({ epoch: next, primary: named }) =>
      configure(Number(next), named as NodeId),
    )
  }
}

/** Watches the primary, and names another when it does not answer. It stands for a quorum of sentinels that agree. */
function sentinel(isFixed: boolean): Program {
  return async (env) => {
    const ask = asker(env, downAfter)
    const needed = isFixed ? majority : 1
    let epoch = 1
    let primary: NodeId = servers[0]

    const announce = (): void => {
      for (const name of servers) env.messages.send(name, { kind: 'configuration', epoch, primary })
    }
    const chosen = async (): Promise<NodeId | null> => {
      const question = { kind: 'status', epoch: epoch + 1 }
      const asked = await Promise.all(servers.map(async (name) => ask(name, question)))
      const found = servers.flatMap((name, place) => {
        const status = asked[place] ?? null
        return status === null ? [] : [{ name, status }]
      })
      const best = found.toSorted((a, b) => completeness(b.status) - completeness(a.status))[0]
      return best === undefined || found.length < needed ? null : best.name
    }

    answers(env, 'primary', () => ({ primary }))
    env.timers.every(pingTime, announce)
    for (;;) {
      await env.sleep(pingTime)
      if ((await ask(primary, { kind: 'ping' })) !== null) continue
      let next: NodeId | null = null
      while (next === null) next = await chosen()
      epoch++
      primary = next
      announce()
    }
  }
}

/** How much a server has: what comes from a later primary counts for more than any number of elements. */
function completeness({ elementsEpoch, count }: DataRecord): number {
  return Number(elementsEpoch) * 1_000_000 + Number(count)
}

/** Adds elements and reads them; stays with a primary for as long as it answers. */
const client: Program = (env) => {
  const ask = asker(env, patience)
  let primary: NodeId = servers[0]

  const find = async (): Promise<void> => {
    const found = await ask('sentinel-1', { kind: 'primary' })
    if (found !== null) primary = found['primary'] as NodeId
  }
  const call = async (f: 'add' | 'read', place: number): Promise<void> => {
    const element = f === 'add' ? `${env.name}.${place}` : null
    const operation = env.invoke({ f, value: element })
    const answer = await ask(primary, { kind: f, element })
    if (answer?.['isDone'] === true) return operation.ok(f === 'read' ? answer['elements'] : element)
    if (answer !== null || f === 'read') operation.fail('no primary answered')
    else operation.info('no answer')
    return find()
  }

  arrive(env, {
    every: ms(150),
    mix: [
      [3, 'add'],
      [1, 'read'],
    ],
    call,
  })
}

interface Survival {
  /** From when on nobody takes an old primary for the present one. */
  judgedFrom: Instant
  readonly acknowledged: { readonly element: Data; readonly seq: number }[]
  /** How many elements were acknowledged when each open read began. */
  readonly reads: Map<number, number>
  looked: number
}

/** Reads that begin once the faults are over see all that was acknowledged before. (Earlier ones may only be stale.) */
const survival: Invariant = fold<Survival, 'operation' | 'phase'>({
  name: 'acknowledged writes survive',
  kinds: ['operation', 'phase'],
  initial: () => ({ judgedFrom: instantMax, acknowledged: [], reads: new Map(), looked: 0 }),
  on: (state, event) => {
    if (event.kind === 'phase') {
      if (event.phase === 'healed') state.judgedFrom = after(event.at, noticeTime)
      return null
    }
    const { phase, f, id, value, seq } = event
    if (f === 'add' && phase === 'ok') state.acknowledged.push({ element: value, seq })
    if (f === 'read' && phase === 'invoke' && event.at > state.judgedFrom)
      state.reads.set(id, state.acknowledged.length)
    const count = state.reads.get(id)
    if (phase !== 'ok' || count === undefined) return null
    state.looked++
    const seen = new Set(value as readonly Data[])
    const lost = state.acknowledged.slice(0, count).find(({ element }) => !seen.has(element))
    if (lost === undefined) return null
    const message = `an acknowledged write is lost\n${JSON.stringify(lost.element)}`
    return { kind: 'violated', message, witnesses: [seq, lost.seq] }
  },
  looked: ({ looked }) => looked,
})

const asynchronousReplication: Scenario = scenario({
  title: 'a replica is promoted that lacks writes which the old primary has acknowledged',
  parameters: { isFixed: false },
  nodes: ({ isFixed }) => [
    ...group('redis', servers.length, server(isFixed)),
    ...group('sentinel', 1, sentinel(isFixed)),
    ...group('client', 3, client, { quorum: 0, operations: ['add', 'read'] }),
  ],
  faults: [
    partitions({ of: 'redis', every: seconds(3), for: [ms(100), seconds(1.5)] }),
    pauses({ of: 'redis', every: seconds(3), for: [ms(50), seconds(1)] }),
  ],
  invariants: [survival],
  duration: seconds(8),
  settle: seconds(2),
})

/** The entry in the zoo. */
export const bug: ZooBug = {
  name: 'asynchronous-replication',
  source:
    'Kyle Kingsbury, "Jepsen: Redis", aphyr.com, 18 May 2013, and "Asynchronous replication with failover", 2013',
  invariant: 'acknowledged writes survive',
  seedsMax: 100,
  scenario: asynchronousReplication,
}

export default asynchronousReplication
