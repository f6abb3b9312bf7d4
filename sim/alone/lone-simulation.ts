// The simulation of one node that runs alone: nothing happens by itself. What the machine, its program and its devices
// schedule is held until the recording says that it happened; only the turns of the recording are on the kernel's queue.

import { type Action, type PendingId, Simulation } from '../kernel/index.ts'
import { Machine, Process } from '../node/index.ts'
import type { Instant } from '../time.ts'

/** Something that would happen by itself if the whole cluster ran. */
export interface Held {
  readonly id: PendingId
  readonly action: Action<unknown, unknown>
  readonly subject: unknown
  readonly payload: unknown
  readonly extra: number
  readonly cause: number
}

/** Who acts when something held happens: an incarnation of the program, or the machine under it. */
export type Actor = 'program' | 'machine'

/** A simulation in which time passes as recorded. */
export class LoneSimulation extends Simulation {
  readonly #held = new Map<PendingId, Held>()
  readonly #byCause = new Map<number, Held[]>()
  #count = 0

  override schedule<S, P>(
    _at: Instant,
    action: Action<S, P>,
    subject: S,
    payload: P,
    extra: number,
    cause: number,
  ): PendingId {
    const id = -++this.#count
    // A machine that wakes would look into its inbox, which is empty: what is recorded has waited already.
    if (subject instanceof Machine && payload === undefined) return id
    const held = { id, action: action as Action<unknown, unknown>, subject, payload, extra, cause }
    this.#held.set(id, held)
    const others = this.#byCause.get(cause)
    if (others === undefined) this.#byCause.set(cause, [held])
    else others.push(held)
    return id
  }

  override cancel(id: PendingId): void {
    const held = this.#held.get(id)
    if (held !== undefined) this.#drop(held)
  }

  /** Runs a turn of the recording at an instant, as a step of its own. */
  scheduleTurn(at: Instant, turn: () => void): void {
    super.schedule(at, runTurn, turn, undefined, 0, 0)
  }

  /** Lets happen what was held with a cause; false when nothing is. */
  release(cause: number, actor: Actor): boolean {
    const held = this.#byCause
      .get(cause)
      ?.find(({ subject }) => subject instanceof Process === (actor === 'program'))
    if (held === undefined) return false
    this.#drop(held)
    this.log.cause = cause
    held.action(held.subject, held.payload, held.extra, cause)
    return true
  }

  #drop(held: Held): void {
    this.#held.delete(held.id)
    const others = this.#byCause.get(held.cause)?.filter((other) => other !== held) ?? []
    if (others.length === 0) this.#byCause.delete(held.cause)
    else this.#byCause.set(held.cause, others)
  }
}

function runTurn(turn: () => void): void {
  turn()
}
