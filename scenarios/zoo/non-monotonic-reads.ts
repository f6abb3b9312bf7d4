// A group of databases with one primary, as MySQL Group Replication: the group agrees on the order of all writes before
// one is acknowledged, and each member applies them to its table in this order, at the pace of its own disk. When the
// primary falls silent the group names another, which serves at once, while it still has a backlog to apply: who has read
// from the old primary sees time go back. Fixed as in MySQL 8.0.14 (BEFORE_ON_PRIMARY_FAILOVER): a new primary serves
// once it has applied all that was agreed on when it was named.

import type { ZooBug } from './bug.ts'
import { arrive } from './parts/arrivals.ts'
import { answers, asker } from './parts/asker.ts'
import { fold } from '../../invariants/index.ts'
import {
  type Data,
  type DataRecord,
  group,
  hdd,
  type Invariant,
  ms,
  node,
  type NodeId,
  pauses,
  type Program,
  type Scenario,
  scenario,
  seconds,
  slowDisks,
} from '../../sim/index.ts'

const members = ['member-1', 'member-2', 'member-3'] as const
const pingTime = ms(100)
const downAfter = ms(150)
const waitTime = ms(10)
const patience = ms(250)

/** A write on its way: who took it, and who waits for it. */
interface Entry extends DataRecord {
  readonly origin: NodeId
  readonly client: NodeId
  readonly id: Data
}

/** Orders all writes, and names the primary. It stands for the agreement of the group (Paxos), which is not at fault. */
const agreement: Program = async (env) => {
  const ask = asker(env, downAfter)
  const log: Entry[] = []
  const received = new Map<NodeId, number>()
  let [view, primary, backlog]: [number, NodeId, number] = [1, members[0], 0]

  const deliver = (): void => {
    for (const member of members) {
      const from = received.get(member) ?? 0
      env.messages.send(member, { kind: 'deliver', from, entries: log.slice(from), view, primary, backlog })
    }
  }
  const isAlive = async (member: NodeId): Promise<boolean> => (await ask(member, { kind: 'ping' })) !== null
  const successor = async (): Promise<NodeId | null> => {
    for (const member of env.random.shuffle(members))
      if (member !== primary && (await isAlive(member))) return member
    return null
  }

  env.messages.on('broadcast', ({ entry }) => {
    log.push(entry as Entry)
    deliver()
  })
  env.messages.on('received', ({ count }, member) => void received.set(member, Number(count)))
  answers(env, 'primary', () => ({ view, primary }))
  env.timers.every(pingTime, deliver)
  for (;;) {
    await env.sleep(pingTime)
    if (await isAlive(primary)) continue
    const next = await successor()
    if (next === null) continue
    ;[view, primary, backlog] = [view + 1, next, log.length]
    deliver()
  }
}

/** Applies what is agreed on, and serves clients while it is the primary. */
function member(isFixed: boolean): Program {
  return async (env) => {
    const table = await env.disk.open('/table', { create: true, sync: true })
    const log: Entry[] = []
    let applied = 0
    let isApplying = false
    let [view, primary, backlog]: [number, NodeId, number] = [1, members[0], 0]

    const apply = async (): Promise<void> => {
      isApplying = true
      for (let entry = log[applied]; entry !== undefined; entry = log[applied]) {
        await table.write(0, Buffer.from(String(applied + 1)))
        applied++
        const { origin, client, id } = entry
        if (origin === env.name) env.messages.send(client, { kind: 'answer', id, version: applied })
      }
      isApplying = false
    }

    answers(env, 'ping', () => ({}))
    env.messages.on('deliver', (message, source) => {
      const entries = message['entries'] as readonly Entry[]
      log.push(...entries.slice(Math.max(0, log.length - Number(message['from']))))
      if (Number(message['view']) > view) {
        view = Number(message['view'])
        primary = message['primary'] as NodeId
        backlog = Number(message['backlog'])
      }
      env.messages.send(source, { kind: 'received', count: log.length })
      if (!isApplying) env.spawn(apply)
    })
    const mayServe = async (asked: Data | undefined): Promise<boolean> => {
      const mustWait = (): boolean => isFixed && asked === view && applied < backlog
      while (mustWait()) await env.sleep(waitTime)
      return asked === view && primary === env.name
    }
    env.messages.on('write', async ({ id = null, view: asked }, client) => {
      const entry = { origin: env.name, client, id }
      if (await mayServe(asked)) env.messages.send('agreement', { kind: 'broadcast', entry })
    })
    env.messages.on('read', async ({ id = null, view: asked }, client) => {
      if (await mayServe(asked)) env.messages.send(client, { kind: 'answer', id, version: applied })
    })
  }
}

/** Writes, and reads the version that the table has. */
const client: Program = (env) => {
  const ask = asker(env, patience)
  const call = async (f: 'read' | 'write'): Promise<void> => {
    const operation = env.invoke({ f })
    const found = await ask('agreement', { kind: 'primary' })
    if (found === null) return operation.fail('no primary is known')
    const answer = await ask(found['primary'] as NodeId, { kind: f, view: found['view'] })
    if (answer !== null) return operation.ok(answer['version'])
    return f === 'read' ? operation.fail('no answer') : operation.info('no answer')
  }
  arrive(env, {
    every: ms(60),
    mix: [
      [1, 'read'],
      [1, 'write'],
    ],
    call,
  })
}

/** Each session, that is each client, reads versions that never go back (Terry et al.: monotonic reads). */
const monotonicReads: Invariant = fold({
  name: 'reads are monotonic',
  kinds: ['operation'],
  initial: () => ({ last: new Map<NodeId, { readonly version: number; readonly seq: number }>(), looked: 0 }),
  on: (state, { node, phase, f, value, seq }) => {
    if (f !== 'read' || phase !== 'ok') return null
    state.looked++
    const version = Number(value)
    const last = state.last.get(node) ?? { version: 0, seq }
    state.last.set(node, { version, seq })
    if (version >= last.version) return null
    const message = `a client reads an older version than before\n${version} after ${last.version}`
    return { kind: 'violated', message, witnesses: [seq, last.seq] }
  },
  looked: ({ looked }) => looked,
})

const nonMonotonicReads: Scenario = scenario({
  title: 'after a fail-over a client reads from a primary that has not yet applied what the client has seen',
  parameters: { isFixed: false },
  nodes: ({ isFixed }) => [
    node('agreement', agreement),
    ...group('member', members.length, member(isFixed)),
    ...group('client', 3, client, { quorum: 0, operations: ['read', 'write'] }),
  ],
  disk: hdd,
  faults: [
    pauses({ of: 'member', every: seconds(1.5), for: [ms(200), seconds(1.5)] }),
    slowDisks({ of: 'member', every: seconds(1.5), for: [seconds(1), seconds(3)], factor: [5, 50] }),
  ],
  invariants: [monotonicReads],
  duration: seconds(6),
  settle: seconds(1),
})

/** The entry in the zoo. */
export const bug: ZooBug = {
  name: 'non-monotonic-reads',
  source:
    'MySQL Blog Archive, "Group Replication: Preventing stale reads on primary fail-over!" (MySQL 8.0.14); monotonic reads: Terry et al., "Session Guarantees for Weakly Consistent Replicated Data", PDIS 1994',
  invariant: 'reads are monotonic',
  seedsMax: 100,
  scenario: nonMonotonicReads,
}

export default nonMonotonicReads
