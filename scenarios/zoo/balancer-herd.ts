// A load balancer gives each new session to the back-end that has the fewest. A back-end that comes back has none, so that
// it gets all new sessions until it has as many as the others, just when its caches are cold and each session costs it
// most. Fixed by a slow start: for some time after it came back a back-end counts for less than the others.

import type { ZooBug } from './bug.ts'
import { arrive } from './parts/arrivals.ts'
import { asker } from './parts/asker.ts'
import { eventually, fold, progress } from '../../invariants/index.ts'
import {
  crashes,
  type DataRecord,
  type Env,
  group,
  type Invariant,
  ms,
  node,
  type NodeId,
  perSecond,
  type Program,
  type Scenario,
  scenario,
  seconds,
} from '../../sim/index.ts'

const backends: readonly NodeId[] = ['backend-1', 'backend-2', 'backend-3']
const sessionTime = seconds(1)
const patience = seconds(3)
const [coldWork, warmWork] = [ms(12), ms(1)]
const warmUpTime = seconds(2)
const pingEvery = ms(100)
const silenceMax = ms(350)
const weightMin = 0.1

/** Holds sessions open. Until its caches are warm each costs more. */
const backend: Program = (env) => {
  const isCold = (): boolean => env.incarnation > 1 && env.clock.monotonic() < warmAt
  const warmAt = env.clock.monotonic() + warmUpTime
  env.messages.on('ping', (_ping, balancer) =>
    env.messages.send(balancer, { kind: 'pong', incarnation: env.incarnation }),
  )
  env.messages.on('open', ({ id }, balancer) => {
    env.cpu.charge(isCold() ? coldWork : warmWork)
    env.timers.after(sessionTime, () => env.messages.send(balancer, { kind: 'closed', id: id ?? null }))
  })
}

/** What the balancer knows of a back-end. */
class Upstream {
  readonly #env: Env
  readonly name: NodeId
  /** How many sessions it has. */
  sessions = 0
  #incarnation = 0
  #heardAt = 0
  #recoveredAt = Number.MIN_SAFE_INTEGER

  constructor(env: Env, name: NodeId) {
    this.#env = env
    this.name = name
  }

  get isUp(): boolean {
    return this.#env.clock.monotonic() < this.#heardAt + silenceMax
  }

  /** How much it counts: less than 1 for some time after it came back. */
  get weight(): number {
    const share = (this.#env.clock.monotonic() - this.#recoveredAt) / warmUpTime
    return Math.min(1, Math.max(weightMin, share))
  }

  /** It has answered a ping. A back-end that started again has none of its sessions any more. */
  heard(incarnation: number): void {
    const isBack = this.#incarnation > 0 && (!this.isUp || incarnation !== this.#incarnation)
    this.#heardAt = this.#env.clock.monotonic()
    this.#incarnation = incarnation
    if (!isBack) return
    this.sessions = 0
    this.#recoveredAt = this.#heardAt
    this.#env.probe('recovered', this.name)
  }
}

/** Hands sessions on. With a slow start sessions are compared in proportion to weights. */
function balancer(isStartSlow: boolean): Program {
  return (env) => {
    const upstreams = backends.map((name) => new Upstream(env, name))
    const clients = new Map<number, { readonly client: NodeId; readonly id: number }>()
    let last = 0

    const loadOf = ({ sessions, weight }: Upstream): number => (sessions + 1) / (isStartSlow ? weight : 1)
    const open = ({ id }: DataRecord, client: NodeId): void => {
      const up = upstreams.filter(({ isUp }) => isUp).toSorted((a, b) => loadOf(a) - loadOf(b))
      const [least] = up
      if (least === undefined) return
      clients.set(++last, { client, id: Number(id) })
      least.sessions++
      env.probe('assigned', { name: least.name, up: up.length })
      env.messages.send(least.name, { kind: 'open', id: last })
    }
    const closed = ({ id }: DataRecord, name: NodeId): void => {
      const upstream = upstreams.find((each) => each.name === name)
      if (upstream !== undefined && upstream.sessions > 0) upstream.sessions--
      const session = clients.get(Number(id))
      clients.delete(Number(id))
      if (session !== undefined) env.messages.send(session.client, { kind: 'answer', id: session.id })
    }

    env.messages.on('open', open)
    env.messages.on('closed', closed)
    env.messages.on('pong', ({ incarnation }, name) =>
      upstreams.find((each) => each.name === name)?.heard(Number(incarnation)),
    )
    env.timers.every(pingEvery, () => {
      for (const name of backends) env.messages.send(name, { kind: 'ping' })
    })
  }
}

/** Opens sessions at its rate, however many are open. */
const client: Program = (env) => {
  const ask = asker(env, patience)
  const session = async (place: number): Promise<void> => {
    const operation = env.invoke({ f: 'session', process: `${env.name}.${place}` })
    if ((await ask('balancer', { kind: 'open' })) === null) operation.info('no answer')
    else operation.ok()
  }
  arrive(env, {
    every: perSecond(16),
    mix: [[1, 'session']],
    call: async (_f, place) => env.spawn(async () => session(place)),
  })
}

const sampleSize = 20
const ratioMax = 2

interface Sample {
  /** The back-end that came back. */
  readonly name: NodeId
  assigned: number
  /** How many of these it got. */
  taken: number
  /** How many its fair share is. */
  fair: number
}

interface Samples {
  readonly open: Map<NodeId, Sample>
  judged: number
}

/** Of the first sessions after a back-end came back it gets at most twice its share. */
const noRush: Invariant = fold<Samples, 'probe'>({
  name: 'a back-end that comes back is not rushed',
  kinds: ['probe'],
  initial: () => ({ open: new Map(), judged: 0 }),
  on: (samples, { name, value }) => {
    if (name !== 'recovered') return judge(samples, value as DataRecord)
    const recovered = value as NodeId
    samples.open.set(recovered, { name: recovered, assigned: 0, taken: 0, fair: 0 })
    return null
  },
  looked: ({ judged }) => judged,
})

function judge(samples: Samples, assignment: DataRecord): string | null {
  for (const sample of samples.open.values()) {
    count(sample, assignment)
    if (sample.assigned < sampleSize) continue
    samples.open.delete(sample.name)
    samples.judged++
    if (sample.taken > ratioMax * sample.fair)
      return `it got more than twice its share\n${sample.taken} of ${sampleSize} sessions`
  }
  return null
}

function count(sample: Sample, { name, up }: DataRecord): void {
  sample.assigned++
  sample.fair += 1 / Number(up)
  if (name === sample.name) sample.taken++
}

const balancerHerd: Scenario = scenario({
  title: 'the balancer sends everything to the back-end that has just come back',
  parameters: { isFixed: false },
  nodes: ({ isFixed }) => [
    node('balancer', balancer(isFixed)),
    ...group('backend', backends.length, backend),
    ...group('client', 3, client, { quorum: 0, operations: ['session'] }),
  ],
  faults: [crashes({ of: 'backend', every: seconds(6), for: [ms(50), seconds(1)] })],
  invariants: [noRush, eventually(progress, { within: seconds(3) })],
  duration: seconds(6),
  settle: seconds(3),
})

/** The entry in the zoo. */
export const bug: ZooBug = {
  name: 'balancer-herd',
  source:
    'HAProxy, commit that adds the algorithm leastconn: "upon restart, a server with no connection will take all new ones until its load is balanced with others"; slow start as in its option slowstart and in Envoy (envoyproxy/envoy, pull request 13176)',
  invariant: 'a back-end that comes back is not rushed',
  seedsMax: 100,
  scenario: balancerHerd,
}

export default balancerHerd
