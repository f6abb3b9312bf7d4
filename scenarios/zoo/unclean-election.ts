// One partition of a Kafka topic on two brokers. The leader takes a record as committed once all in-sync replicas have it,
// and a follower that lags leaves that set: then the leader commits alone. When it dies in this state nobody in sync is
// left, and the controller elects the follower that lags: the offsets of acknowledged records are given to others, and
// the old leader, back again, truncates its log to match. Fixed as Kafka did in 0.11 (KIP-106):
// unclean.leader.election.enable is false, and the partition is offline until somebody of the in-sync replicas is back.

import type { ZooBug } from './bug.ts'
import { arrive } from './parts/arrivals.ts'
import { answers, asker } from './parts/asker.ts'
import { fold } from '../../invariants/index.ts'
import {
  after,
  type Data,
  type DataRecord,
  type Duration,
  type Env,
  group,
  type Instant,
  type Invariant,
  ms,
  node,
  type NodeId,
  partitions,
  pauses,
  type Program,
  type Scenario,
  scenario,
  seconds,
} from '../../sim/index.ts'

const brokers = ['broker-1', 'broker-2'] as const
const tickTime = ms(50)
const fetchTime = ms(20)
const lagTimeMax = ms(200)
const sessionTimeout = ms(300)
const patience = ms(200)
const pollMax = 3

/** What the controller says of the partition. Each change has the next version, each election the next epoch. */
interface State extends DataRecord {
  readonly version: number
  readonly epoch: number
  readonly leader: NodeId | null
  readonly inSync: readonly NodeId[]
}

const initial: State = { version: 1, epoch: 1, leader: brokers[0], inSync: brokers }

/** What a broker keeps: who took it as the leader, and what a producer sent. */
interface Entry extends DataRecord {
  readonly epoch: number
  readonly record: Data
}

/** Watches the brokers, and elects a leader. */
function controller(isFixed: boolean): Program {
  return (env) => {
    const heard = new Map<NodeId, Instant>()
    let state = initial

    const change = (changes: Partial<State>): void => {
      state = { ...state, ...changes, version: state.version + 1 }
      announce()
    }
    const announce = (): void => {
      for (const broker of brokers) env.messages.send(broker, { kind: 'state', state })
    }
    const isAlive = (broker: NodeId): boolean =>
      isSince(heard.get(broker), env.clock.monotonic(), sessionTimeout)
    const elect = (): void => {
      const alive = brokers.filter(isAlive)
      const inSync = alive.filter((broker) => state.inSync.includes(broker))
      const [leader = null] = inSync.length > 0 || isFixed ? inSync : alive
      if (leader === null && state.leader === null) return
      if (leader === null) change({ leader })
      else change({ leader, epoch: state.epoch + 1, inSync: inSync.length > 0 ? inSync : [leader] })
    }

    env.messages.on('heartbeat', (_, broker) => void heard.set(broker, env.clock.monotonic()))
    env.messages.on('alter-in-sync', ({ version, inSync }, broker) => {
      if (version === state.version && broker === state.leader)
        change({ inSync: inSync as readonly NodeId[] })
    })
    answers(env, 'leader', () => ({ leader: state.leader }))
    env.timers.every(tickTime, () => {
      if (state.leader === null || !isAlive(state.leader)) elect()
      announce()
    })
    for (const broker of brokers) heard.set(broker, env.clock.monotonic())
  }
}

function isSince(then: Instant | undefined, now: Instant, limit: Duration): boolean {
  return then !== undefined && after(then, limit) >= now
}

/** Keeps the log: takes records and commits them while it leads, fetches them from the leader otherwise. */
const broker: Program = (env) => new Broker(env).start()

class Broker {
  readonly #env: Env
  readonly #log: Entry[] = []
  #state = initial
  #highWatermark = 0
  // What the leader knows of the followers: how far their logs go, and when they last had all of its own.
  #ends = new Map<NodeId, number>()
  #caughtUp = new Map<NodeId, Instant>()
  #proposed: readonly NodeId[] = []
  #waiting: readonly { readonly offset: number; readonly client: NodeId; readonly id: Data }[] = []

  constructor(env: Env) {
    this.#env = env
  }

  start(): void {
    const { messages, timers } = this.#env
    messages.on('state', ({ state }) => this.#adopt(state as State))
    messages.on('produce', ({ id = null, record = null }, client) => this.#produce(record, client, id))
    messages.on('fetch', (message, follower) => this.#answerFetch(message, follower))
    messages.on('fetched', (message) => this.#takeFetched(message))
    answers(this.#env, 'poll', () => this.#poll())
    timers.every(fetchTime, () => this.#fetch())
    timers.every(tickTime, () => {
      messages.send('controller', { kind: 'heartbeat' })
      this.#proposeInSync()
    })
  }

  get #isLeader(): boolean {
    return this.#state.leader === this.#env.name
  }

  #adopt(next: State): void {
    const { version, epoch, leader } = this.#state
    if (next.version <= version) return
    this.#state = next
    this.#proposed = []
    if (next.epoch !== epoch || next.leader !== leader) this.#begin()
    this.#commit()
  }

  /** Another leader, or none: whoever waits here is not answered any more. */
  #begin(): void {
    const now = this.#env.clock.monotonic()
    this.#ends = new Map()
    this.#caughtUp = new Map(brokers.map((name) => [name, now]))
    this.#waiting = []
  }

  // ---- the leader

  #produce(record: Data, client: NodeId, id: Data): void {
    if (!this.#isLeader) return this.#env.messages.send(client, { kind: 'answer', id, offset: null })
    this.#waiting = [...this.#waiting, { offset: this.#log.length, client, id }]
    this.#log.push({ epoch: this.#state.epoch, record })
    return this.#commit()
  }

  #poll(): DataRecord {
    if (!this.#isLeader) return { records: null }
    const from = Math.max(0, this.#highWatermark - pollMax)
    const entries = this.#log.slice(from, this.#highWatermark)
    return { records: entries.map(({ record }, place) => [from + place, record]) }
  }

  /** Until the controller has answered, those that are in sync before or after a change must have what is committed. */
  #commit(): void {
    if (!this.#isLeader) return
    const needed = new Set([...this.#state.inSync, ...this.#proposed])
    needed.delete(this.#env.name)
    const ends = [...needed].map((name) => this.#ends.get(name) ?? 0)
    this.#highWatermark = Math.max(this.#highWatermark, Math.min(this.#log.length, ...ends))
    const isCommitted = ({ offset }: { readonly offset: number }): boolean => offset < this.#highWatermark
    for (const { offset, client, id } of this.#waiting.filter(isCommitted))
      this.#env.messages.send(client, { kind: 'answer', id, offset })
    this.#waiting = this.#waiting.filter((each) => !isCommitted(each))
  }

  #proposeInSync(): void {
    if (!this.#isLeader) return
    const wanted = brokers.filter((name) => name === this.#env.name || this.#isInSync(name))
    const { inSync, version } = this.#state
    if (this.#proposed.length === 0 && wanted.join() !== inSync.join()) this.#proposed = wanted
    if (this.#proposed.length === 0) return
    this.#env.messages.send('controller', { kind: 'alter-in-sync', version, inSync: this.#proposed })
  }

  /** One that comes back must have all that was committed without it, not only what there was a moment ago. */
  #isInSync(follower: NodeId): boolean {
    if (!isSince(this.#caughtUp.get(follower), this.#env.clock.monotonic(), lagTimeMax)) return false
    return this.#state.inSync.includes(follower) || (this.#ends.get(follower) ?? 0) >= this.#highWatermark
  }

  #answerFetch(message: DataRecord, follower: NodeId): void {
    const { epoch } = this.#state
    const offset = Number(message['offset'])
    if (!this.#isLeader || message['epoch'] !== epoch) return
    const isDiverged = offset > this.#log.length || this.#epochBefore(offset) !== message['lastEpoch']
    const entries = isDiverged ? [] : this.#log.slice(offset)
    const highWatermark = this.#highWatermark
    this.#env.messages.send(follower, { kind: 'fetched', epoch, offset, isDiverged, entries, highWatermark })
    if (isDiverged) return
    this.#ends.set(follower, offset)
    if (entries.length === 0) this.#caughtUp.set(follower, this.#env.clock.monotonic())
    this.#commit()
  }

  // ---- the follower

  #fetch(): void {
    const { leader, epoch } = this.#state
    if (this.#isLeader || leader === null) return
    const offset = this.#log.length
    const lastEpoch = this.#epochBefore(offset)
    this.#env.messages.send(leader, { kind: 'fetch', epoch, offset, lastEpoch })
  }

  /** Takes what follows its own log; where that is not the leader's, truncates it, a record at a time. */
  #takeFetched(message: DataRecord): void {
    if (this.#isLeader || message['epoch'] !== this.#state.epoch) return
    if (message['offset'] !== this.#log.length) return
    if (message['isDiverged'] === true) this.#log.pop()
    else this.#log.push(...(message['entries'] as readonly Entry[]))
    this.#highWatermark = Math.min(this.#log.length, Number(message['highWatermark']))
  }

  #epochBefore(offset: number): number {
    return this.#log[offset - 1]?.epoch ?? 0
  }
}

/** Produces with acks=all, and polls what was committed last; stays with a leader for as long as it answers. */
const client: Program = (env) => {
  const ask = asker(env, patience)
  let leader: NodeId = brokers[0]

  const find = async (): Promise<void> => {
    const found = (await ask('controller', { kind: 'leader' }))?.['leader'] ?? null
    if (found !== null) leader = found as NodeId
  }
  const produce = async (record: Data): Promise<void> => {
    const operation = env.invoke({ f: 'send', value: record })
    const answer = await ask(leader, { kind: 'produce', record })
    const offset = answer?.['offset'] ?? null
    if (offset !== null) return operation.ok([[offset, record]])
    if (answer === null) operation.info('no answer')
    else operation.fail('not the leader')
    return find()
  }
  const poll = async (): Promise<void> => {
    const operation = env.invoke({ f: 'poll' })
    const records = (await ask(leader, { kind: 'poll' }))?.['records'] ?? null
    if (records !== null) return operation.ok(records)
    operation.fail('no leader answered')
    return find()
  }

  arrive(env, {
    every: ms(150),
    mix: [
      [3, 'send'],
      [1, 'poll'],
    ],
    call: async (f, place) => (f === 'send' ? produce(`${env.name}.${place}`) : poll()),
  })
}

/** Whoever is told of an offset, by an acknowledgement or a poll, is told of the same record. */
const stableOffsets: Invariant = fold({
  name: 'an offset keeps its record',
  kinds: ['operation'],
  initial: () => new Map<Data, { readonly record: Data; readonly seq: number }>(),
  on: (known, { phase, value, seq }) => {
    if (phase !== 'ok') return null
    for (const [offset, record] of value as readonly (readonly [Data, Data])[]) {
      const earlier = known.get(offset)
      if (earlier === undefined) known.set(offset, { record, seq })
      else if (earlier.record !== record) {
        const message = `an offset has another record than before\n${JSON.stringify([offset, earlier.record, record])}`
        return { kind: 'violated', message, witnesses: [seq, earlier.seq] }
      }
    }
    return null
  },
  looked: (known) => known.size,
})

const uncleanElection: Scenario = scenario({
  title: 'the last broker in sync dies, one that lags is elected, and committed records are truncated',
  parameters: { isFixed: false },
  nodes: ({ isFixed }) => [
    node('controller', controller(isFixed)),
    ...group('broker', brokers.length, broker, { quorum: 1 }),
    ...group('client', 3, client, { quorum: 0, operations: ['send', 'poll'] }),
  ],
  faults: [
    partitions({ of: 'broker', every: seconds(2), for: [ms(200), seconds(2)] }),
    pauses({ of: 'broker', every: seconds(2), for: [ms(200), seconds(1.5)] }),
  ],
  invariants: [stableOffsets],
  duration: seconds(8),
  settle: seconds(1),
})

/** The entry in the zoo. */
export const bug: ZooBug = {
  name: 'unclean-election',
  source:
    'Apache Kafka, KIP-106, "Change Default unclean.leader.election.enabled from True to False", 2017 (KAFKA-5257); Kyle Kingsbury, "Jepsen: Kafka", aphyr.com, 2013',
  invariant: 'an offset keeps its record',
  seedsMax: 100,
  scenario: uncleanElection,
}

export default uncleanElection
