// Clients ask a server again when no answer came in time. A pause of the server makes a queue in which all requests wait
// for longer than that, so that each is sent several times; the server spends itself on answers that nobody waits for any
// more, and the queue grows. The pause is long over, and the load is what it always was: the retries alone keep the server
// from ever catching up. Fixed by a budget: a client may retry a tenth of what it calls, and gives up on the rest.

import type { ZooBug } from './bug.ts'
import { arrive } from './parts/arrivals.ts'
import {
  after,
  type Env,
  type Event,
  type EventOf,
  type Finding,
  group,
  type Instant,
  type Invariant,
  type InvariantFold,
  ms,
  pauses,
  perSecond,
  type Program,
  type Scenario,
  scenario,
  seconds,
} from '../../sim/index.ts'

/** The server can do 50 requests a second; 5 clients ask for 28. */
const work = ms(20)
const clients = 5
const rate = perSecond(5.6)
const attemptTimeout = ms(400)
const attemptsMax = 4
/** How much of a retry each call pays for, and how many can be saved up. */
const budgetRatio = 0.1
const budgetMax = 2

/** Works on requests in the order in which they came, whether or not anybody still waits. */
const server: Program = (env) => {
  env.messages.on('request', (request, client) => {
    env.cpu.charge(work)
    env.messages.send(client, { ...request, kind: 'response' })
  })
}

/** Calls at its rate, whatever became of earlier calls. */
function client(isFixed: boolean): Program {
  return (env) => {
    const budget = isFixed ? new RetryBudget() : null
    const responded = new Map<number, () => void>()
    env.messages.on('response', ({ id }) => responded.get(Number(id))?.())
    arrive(env, {
      every: rate,
      mix: [[1, 'call']],
      call: async (_f, id) => call(env, id, { responded, budget }),
    })
  }
}

interface Caller {
  /** What to do when a response comes, by the number of the call. */
  readonly responded: Map<number, () => void>
  readonly budget: RetryBudget | null
}

/** Sends a request, and again each time that no response came in time. */
function call(env: Env, id: number, { responded, budget }: Caller): void {
  const operation = env.invoke({ f: 'call', process: `${env.name}.${id}` })
  budget?.earn()
  let attempts = 0
  const attempt = (): void => {
    attempts++
    env.messages.send('server-1', { kind: 'request', id })
    const timer = env.timers.after(attemptTimeout, () => {
      responded.delete(id)
      if (attempts < attemptsMax && budget?.isSpent() !== true) attempt()
      else operation.info('no response')
    })
    responded.set(id, () => {
      responded.delete(id)
      timer.cancel()
      operation.ok()
    })
  }
  attempt()
}

/** Allows retries in proportion to calls. */
class RetryBudget {
  #saved = budgetMax

  earn(): void {
    this.#saved = Math.min(budgetMax, this.#saved + budgetRatio)
  }

  /** Whether there is nothing left for a retry; otherwise one is paid for. */
  isSpent(): boolean {
    if (this.#saved < 1) return true
    this.#saved--
    return false
  }
}

const recoveryTime = seconds(6)
const sampleSize = 40
const lossesMax = 4

/** Once the system has had time to recover, nearly all calls succeed again. */
const goodputIsBack: Invariant = {
  name: 'goodput is back',
  kinds: ['operation', 'phase'],
  begin: () => new GoodputFold(),
}

class GoodputFold implements InvariantFold {
  #recoveredAt: Instant | null = null
  readonly #sample = new Set<number>()
  #ended = 0
  #lost = 0

  on(event: Event): Finding | null {
    if (event.kind === 'phase' && event.phase === 'healed') this.#recoveredAt = after(event.at, recoveryTime)
    return event.kind === 'operation' ? this.#see(event) : null
  }

  isSettled(): boolean {
    return this.#ended === sampleSize
  }

  looked(): number {
    return this.#ended
  }

  #see({ phase, id, at }: EventOf<'operation'>): Finding | null {
    const isInSample = this.#sample.has(id)
    if (phase === 'invoke') {
      const isTime = this.#recoveredAt !== null && at >= this.#recoveredAt
      if (isTime && this.#sample.size < sampleSize) this.#sample.add(id)
      return null
    }
    if (!isInSample) return null
    this.#ended++
    if (phase !== 'ok') this.#lost++
    return this.#lost > lossesMax ? { kind: 'violated', message: 'calls keep failing after the fault' } : null
  }
}

const retryStorm: Scenario = scenario({
  title: 'retries keep a server overloaded long after the pause that made clients retry',
  parameters: { isFixed: false },
  nodes: ({ isFixed }) => [
    ...group('server', 1, server, { quorum: 0 }),
    ...group('client', clients, client(isFixed), { quorum: 0, operations: ['call'] }),
  ],
  faults: [pauses({ of: 'server', every: seconds(4), for: [ms(200), ms(1500)] })],
  invariants: [goodputIsBack],
  duration: seconds(5),
  settle: seconds(10),
})

/** The entry in the zoo. */
export const bug: ZooBug = {
  name: 'retry-storm',
  source:
    'Bronson, Aghayev, Charapko and Zhu, "Metastable Failures in Distributed Systems", HotOS 2021; Huang et al., "Metastable Failures in the Wild", OSDI 2022',
  invariant: 'goodput is back',
  seedsMax: 100,
  scenario: retryStorm,
}

export default retryStorm
