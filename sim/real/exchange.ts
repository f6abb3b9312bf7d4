// What passed over the connections of a real node, as a record: bytes in, bytes out, and what the clock said meanwhile.
// `replay-exchanges.ts` gives it to the program in a simulation.

import { Buffer } from 'node:buffer'

import type { Clock, Env, Program } from '../env.ts'
import type { Instant } from '../time.ts'

/** What passed over one connection that a program accepted, in its order. */
export interface Exchange {
  /** The port on which the program listened. */
  readonly port: number
  /** When it began, among all that was recorded of the node. */
  readonly order: number
  readonly steps: readonly ExchangeStep[]
  /** Whether more passed than is recorded. */
  readonly isCut?: boolean
}

/** A step, and when it was among all that was recorded of the node. */
export type ExchangeStep = WhatPassed & { readonly order: number }

/** Bytes that the program received or sent, the end of what its peer sent, or what it read from the wall clock after that. */
export type WhatPassed =
  | { readonly kind: 'received' | 'sent'; readonly bytes: Uint8Array }
  | { readonly kind: 'ended' }
  | { readonly kind: 'clock'; readonly wall: Instant }

/** More than this is not recorded of one connection, and of all together: bytes, and 64 for each step. */
const recordedMax = 16 * 1024 * 1024
const recordedOfAllMax = 64 * 1024 * 1024
const stepSize = 64
/** What a program reads from its clock before anything has come, as far as it is recorded. */
const earlyMax = 1000

/** What the program said in an exchange. */
export function saidIn({ steps }: Exchange): Uint8Array {
  return Buffer.concat(steps.flatMap((step) => (step.kind === 'sent' ? [step.bytes] : [])))
}

/** Records the connections of one node. */
export class ExchangeTape {
  #order = 0
  #size = 0
  /** The connection on which something came last: what the program reads from its clock then is for that. */
  #last: ExchangeRecorder | null = null
  /** What it read before there was one, which goes with the first. */
  #early: ExchangeStep[] = []

  /** Records a connection to a port. */
  record(port: number): ExchangeRecorder {
    const early = this.#early
    this.#early = []
    return new ExchangeRecorder(port, this, early)
  }

  /** Whether there is room for so much more. */
  takes(size: number): boolean {
    if (this.#size + size > recordedOfAllMax) return false
    this.#size += size
    return true
  }

  /** The program, whose readings of the wall clock are recorded. */
  listeningTo(program: Program): Program {
    return (env) =>
      program(
        withWallClock(env, () => {
          const wall = env.clock.wall()
          if (this.#last !== null) this.#last.add({ kind: 'clock', wall })
          else if (this.#early.length < earlyMax)
            this.#early.push({ kind: 'clock', wall, order: ++this.#order })
          return wall
        }),
      )
  }

  /** The number of what happens now on a connection. */
  next(recorder: ExchangeRecorder, isFromOutside: boolean): number {
    if (isFromOutside) this.#last = recorder
    return ++this.#order
  }
}

/** Records one connection. */
export class ExchangeRecorder {
  readonly #port: number
  readonly #tape: ExchangeTape
  readonly #order: number
  readonly #steps: ExchangeStep[]
  #size = 0
  #isCut = false

  /** `early`: what was before it. */
  constructor(port: number, tape: ExchangeTape, early: readonly ExchangeStep[]) {
    this.#port = port
    this.#tape = tape
    this.#steps = [...early]
    this.#order = tape.next(this, true)
  }

  add(passed: WhatPassed): void {
    const order = this.#tape.next(this, passed.kind === 'received' || passed.kind === 'ended')
    const size = stepSize + ('bytes' in passed ? passed.bytes.length : 0)
    this.#size += size
    // What is missing in the middle would make nonsense of what follows.
    this.#isCut ||= this.#size > recordedMax || !this.#tape.takes(size)
    if (!this.#isCut) this.#steps.push({ ...passed, order })
  }

  get exchange(): Exchange {
    const isCut = this.#isCut
    return { port: this.#port, order: this.#order, steps: this.#steps, ...(isCut ? { isCut } : {}) }
  }
}

/** The same environment with another wall clock. */
export function withWallClock(env: Env, wall: () => Instant): Env {
  const clock: Clock = { wall, monotonic: () => env.clock.monotonic() }
  return new Proxy(env, {
    get: (target, key) => {
      if (key === 'clock') return clock
      const value: unknown = Reflect.get(target, key)
      return typeof value === 'function' ? (value.bind(target) as unknown) : value
    },
  })
}
