// Leases on a cached value, as first published: whoever holds one answers reads from its cache, and a write waits until each
// holder has given its lease back or it has expired. Server and holders take the end of a lease from their wall clocks, one
// of which jumps: the server believes that a lease is over, or the holder that it is not, and a read shows an old value.
// Fixed as the paper asks: lengths of time by clocks that do not jump, and leases that end earlier for their holders, by
// more than clocks can drift.

import type { ZooBug } from './bug.ts'
import { arrive } from './parts/arrivals.ts'
import { answers, asker } from './parts/asker.ts'
import { linearizable, register } from '../../invariants/index.ts'
import {
  clockDrifts,
  clockSteps,
  type Data,
  type DataRecord,
  type Duration,
  type Env,
  group,
  ms,
  type NodeId,
  partitions,
  type Program,
  scale,
  type Scenario,
  scenario,
  seconds,
} from '../../sim/index.ts'

const serverName = 'server-1'
const leaseTime = ms(500)
/** Clocks drift by two parts in a hundred at most, each of the two in its own direction. */
const heldShare = 0.9
const pause = ms(10)

/** The clock by which leases end. */
function clockOf(env: Env, isFixed: boolean): () => number {
  return isFixed ? () => env.clock.monotonic() : () => env.clock.wall()
}

class Server {
  readonly #env: Env
  readonly #now: () => number
  readonly #ask: ReturnType<typeof asker>
  /** When the lease of each holder ends. */
  readonly #leases = new Map<NodeId, number>()
  #value: Data = null
  #writes = 0
  // One write after the other.
  #turn: Promise<void> = Promise.resolve()

  constructor(env: Env, isFixed: boolean) {
    this.#env = env
    this.#now = clockOf(env, isFixed)
    this.#ask = asker(env, ms(50))
    answers(env, 'read', (_, client) => this.#read(client))
    env.messages.on('write', async (message, client) => {
      this.#writes++
      this.#turn = this.#turn.then(async () => this.#write(message, client))
      await this.#turn
    })
  }

  // While a write waits there are no new leases, which it would have to wait for as well.
  #read(client: NodeId): DataRecord {
    if (this.#writes > 0) return { value: this.#value, length: 0 }
    this.#leases.set(client, this.#now() + leaseTime)
    return { value: this.#value, length: leaseTime }
  }

  async #write({ id = null, value = null }: DataRecord, client: NodeId): Promise<void> {
    await Promise.all([...this.#leases.keys()].map(async (holder) => this.#ending(holder)))
    this.#value = value
    this.#writes--
    this.#env.messages.send(client, { kind: 'answer', id })
  }

  /** Returns when a lease has been given back, or has ended. */
  async #ending(holder: NodeId): Promise<void> {
    const isOver = (): boolean => this.#now() >= (this.#leases.get(holder) ?? 0)
    if (!isOver() && (await this.#ask(holder, { kind: 'give back' })) === null)
      while (!isOver()) await this.#env.sleep(pause)
    this.#leases.delete(holder)
  }
}

/** Reads from its cache while it holds a lease. */
class Holder {
  readonly #env: Env
  readonly #now: () => number
  readonly #share: number
  readonly #ask: ReturnType<typeof asker>
  #value: Data = null
  #until = Number.NEGATIVE_INFINITY
  /** What was asked for before a lease was given back is no lease any more. */
  #returned = 0

  constructor(env: Env, isFixed: boolean) {
    this.#env = env
    this.#now = clockOf(env, isFixed)
    this.#share = isFixed ? heldShare : 1
    this.#ask = asker(env, seconds(1))
    answers(env, 'give back', () => {
      this.#giveBack()
      return {}
    })
    const call = async (f: 'read' | 'write', place: number): Promise<void> =>
      f === 'read' ? this.#read() : this.#write(`${env.name}.${place}`)
    const mix = [
      [4, 'read'],
      [1, 'write'],
    ] as const
    arrive(env, { every: ms(50), mix, call })
  }

  #giveBack(): void {
    this.#returned++
    this.#until = Number.NEGATIVE_INFINITY
  }

  async #read(): Promise<void> {
    const operation = this.#env.invoke({ f: 'read' })
    if (this.#now() < this.#until) return operation.ok(this.#value)
    const [asked, returned] = [this.#now(), this.#returned]
    const answer = await this.#ask(serverName, { kind: 'read' })
    if (answer === null) return operation.fail('no answer')
    if (returned === this.#returned) {
      this.#value = answer['value'] ?? null
      this.#until = asked + scale(Number(answer['length']) as Duration, this.#share)
    }
    return operation.ok(answer['value'])
  }

  async #write(value: string): Promise<void> {
    const operation = this.#env.invoke({ f: 'write', value })
    this.#giveBack()
    const answer = await this.#ask(serverName, { kind: 'write', value })
    if (answer === null) operation.info('no answer')
    else operation.ok()
  }
}

const staleLease: Scenario = scenario({
  title: 'a clock jumps, and a cached value is read under a lease that is over',
  parameters: { isFixed: false },
  nodes: ({ isFixed }) => [
    ...group('server', 1, ((env) => void new Server(env, isFixed)) satisfies Program),
    ...group('client', 3, ((env) => void new Holder(env, isFixed)) satisfies Program, {
      quorum: 0,
      operations: ['read', 'write'],
    }),
  ],
  faults: [
    clockSteps({ every: seconds(2), by: [ms(50), ms(800)] }),
    clockDrifts({ every: seconds(3) }),
    partitions({ of: 'client', every: seconds(3), for: [ms(200), seconds(1)] }),
  ],
  invariants: [linearizable(register)],
  duration: seconds(8),
  settle: seconds(2),
})

/** The entry in the zoo. */
export const bug: ZooBug = {
  name: 'stale-lease',
  source:
    'Cary G. Gray and David R. Cheriton, "Leases: An Efficient Fault-Tolerant Mechanism for Distributed File Cache Consistency", SOSP 1989, section 5 (clock failures)',
  invariant: 'linearizable register',
  seedsMax: 100,
  scenario: staleLease,
}

export default staleLease
