// A client of the store as a program: calls operations at a rate, tries again until a deadline, and tells the history
// honestly how each ended.
//
// The history, for a checker's model (keys are independent, a missing key reads null):
//
// | f      | value at invoke | ok's value          |
// | ------ | --------------- | ------------------- |
// | get    | null            | string, or null     |
// | put    | string          | null                |
// | append | string          | null                |
// | cas    | [expected, new] | whether it swapped  |
// | delete | null            | null                |
//
// `fail` means that it did not happen and never will: no request was ever sent that could make it happen, or it only
// reads. Some checkers take a failed compare-and-swap or delete for one that observed that it could not be done; so these
// two never fail here. A compare-and-swap that did not match is `ok` with false, an observation like any other; one that
// was never sent is `info`, which is true whatever a checker thinks of `fail`. Once a request for a write has left, not
// even a refusal makes it certain that nothing happens, since the network may hold another copy: it is sent again, in its
// session and under its number, so that it takes effect once; and if the deadline passes it is `info`, and its process
// goes on under a new name.

import { CallTable } from './call-table.ts'
import { namesIn } from './names.ts'
import type { StoreMessage } from './message.ts'
import { Workload, type OperationMix } from './workload.ts'
import {
  ms,
  seconds,
  type Duration,
  type Env,
  type NodeId,
  type Program,
  type RandomStream,
} from '../../sim/index.ts'

/** What a client does. */
export interface StoreClientOptions {
  /** The replicas. By default the node's parameter `replicas`. */
  readonly replicas?: readonly NodeId[]
  /** How many keys, named `k1`, `k2`, …; at least 1. Default 4. */
  readonly keys?: number
  /** The mean time between two operations; see `loop`. Default 100 ms. */
  readonly rate?: Duration
  /**
   * `open`: operations come at exponentially distributed times whether or not earlier ones have ended, up to `processes`
   * at once. `closed`: each process waits for its answer, and then as long as `rate` says. Default open.
   */
  readonly loop?: 'open' | 'closed'
  /** How many operations may be open at once. Default 8 for an open loop, 1 for a closed one. */
  readonly processes?: number
  readonly mix?: OperationMix
  /** How long an answer is waited for before the request is sent again. Default 250 ms. */
  readonly attemptTimeout?: Duration
  /** How long an operation is tried. Default 2 s. */
  readonly deadline?: Duration
  /** How long to wait, up to twice that, when nobody knows a leader. Default 25 ms. */
  readonly backoff?: Duration
  /** No more operations than this. Default: no limit. */
  readonly operationsMax?: number
}

const mixDefault: OperationMix = { get: 5, put: 3, append: 1, cas: 2, delete: 0.5 }

/** A client of the store. */
export function storeClient(options: StoreClientOptions = {}): Program {
  return (env) => new StoreClient(env as Env<StoreMessage>, options).start()
}

class StoreClient {
  readonly #env: Env<StoreMessage>
  readonly #rate: Duration
  readonly #loop: 'open' | 'closed'
  readonly #processes: number
  // Of its own: a call less, and what retrying it would have drawn, leaves the calls that follow as they were.
  readonly #random: RandomStream
  readonly #workload: Workload
  readonly #calls: CallTable
  #left: number

  constructor(env: Env<StoreMessage>, options: StoreClientOptions) {
    const { keys = 4, rate = ms(100), loop = 'open', mix = mixDefault } = options
    const names = Array.from({ length: keys }, (_, place) => `k${place + 1}`)
    this.#env = env
    this.#rate = rate
    this.#loop = loop
    this.#processes = options.processes ?? (loop === 'open' ? 8 : 1)
    this.#left = options.operationsMax ?? Number.MAX_SAFE_INTEGER
    this.#random = env.randomFor('workload')
    this.#workload = new Workload(this.#random, mix, names, `${env.name}.${env.incarnation}.`)
    this.#calls = new CallTable(env, {
      replicas: options.replicas ?? namesIn(env.parameters['replicas']) ?? [],
      attemptTimeout: options.attemptTimeout ?? ms(250),
      deadline: options.deadline ?? seconds(2),
      backoff: options.backoff ?? ms(25),
      saw: (key, value) => this.#workload.saw(key, value),
      ended: () => {
        if (this.#loop === 'closed') this.#callLater()
      },
    })
  }

  start(): void {
    if (this.#loop === 'open') this.#arriveLater()
    else for (let process = 0; process < this.#processes; process++) this.#callLater()
  }

  // The next arrival does not depend on what becomes of this one.
  #arriveLater(): void {
    if (this.#left <= 0) return
    this.#env.timers.after(this.#pause(), () => {
      if (this.#calls.openCount < this.#processes) {
        this.#left--
        this.#call()
      }
      this.#arriveLater()
    })
  }

  #callLater(): void {
    if (this.#left <= 0) return
    this.#left--
    this.#env.timers.after(this.#pause(), () => this.#call())
  }

  #call(): void {
    const operation = this.#workload.next()
    if (this.#env.admits(operation.f)) this.#calls.begin(operation)
    else if (this.#loop === 'closed') this.#callLater()
  }

  #pause(): Duration {
    return Math.floor(this.#random.exponential(this.#rate)) as Duration
  }
}
