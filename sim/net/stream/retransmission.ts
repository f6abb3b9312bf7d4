// When a stream sends again what nobody has acknowledged: first after a few round trips, then ever less often, until it
// gives up. One timer a direction, moved lazily: an acknowledgement only notes that the peer was heard.

import type { PendingId, Simulation } from '../../kernel/index.ts'
import type { Instant } from '../../time.ts'
import type { StreamProfile } from '../profile.ts'

/** What the timer asks for. */
export interface Retransmitting {
  /** Whether an answer of the peer is outstanding. */
  readonly isWaiting: boolean
  /** Sends again what has waited longest. */
  retransmit(): void
  /** The peer has not been heard for too long. */
  giveUp(): void
}

/** The retransmission timer of one direction of a stream. */
export class RetransmissionTimer {
  readonly #simulation: Simulation
  readonly #profile: StreamProfile
  readonly #client: Retransmitting
  #roundTrip = 0
  #interval: number
  #heardAt = 0
  #deadline = 0
  /** When the timer's record comes up, which may be before the deadline; infinity when there is none. */
  #comesUpAt = Infinity
  #pending: PendingId = 0

  constructor(simulation: Simulation, profile: StreamProfile, client: Retransmitting) {
    this.#simulation = simulation
    this.#profile = profile
    this.#client = client
    this.#interval = profile.retransmissionMin
  }

  /** Something is sent of which an answer is expected, and nothing was expected before. */
  expect(): void {
    this.#heardAt = this.#simulation.now
    this.#wait(this.#base())
  }

  /** The peer answered; `roundTrip` says how long that took, where it is known. */
  heard(roundTrip: number | null): void {
    if (roundTrip !== null) this.#measure(roundTrip)
    this.#heardAt = this.#simulation.now
    this.#wait(this.#base())
  }

  /** Nothing is expected any more. */
  stop(): void {
    if (this.#comesUpAt !== Infinity) this.#simulation.cancel(this.#pending)
    this.#comesUpAt = Infinity
  }

  /** The timer's record has come up. */
  check(): void {
    this.#comesUpAt = Infinity
    if (!this.#client.isWaiting) return
    const { now } = this.#simulation
    if (now < this.#deadline) this.#comeUpBy(this.#deadline)
    else if (now - this.#heardAt >= this.#profile.giveUpAfter) this.#client.giveUp()
    else {
      this.#wait(Math.min(this.#interval * 2, Math.max(this.#profile.retransmissionMax, this.#base())))
      this.#client.retransmit()
    }
  }

  #wait(interval: number): void {
    this.#interval = interval
    this.#deadline = Math.min(this.#simulation.now + interval, this.#heardAt + this.#profile.giveUpAfter)
    this.#comeUpBy(this.#deadline)
  }

  #comeUpBy(at: number): void {
    if (this.#comesUpAt <= at) return
    this.stop()
    this.#comesUpAt = at
    const simulation = this.#simulation
    this.#pending = simulation.schedule(at as Instant, timerDue, this, undefined, 0, simulation.log.cause)
  }

  // As in RFC 6298 a smoothed round trip, with a plain factor in place of the variance.
  #measure(roundTrip: number): void {
    this.#roundTrip = this.#roundTrip === 0 ? roundTrip : Math.floor((this.#roundTrip * 7 + roundTrip) / 8)
  }

  #base(): number {
    return Math.max(this.#profile.retransmissionMin, this.#roundTrip * 3)
  }
}

function timerDue(timer: RetransmissionTimer): void {
  timer.check()
}
