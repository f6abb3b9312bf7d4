// The sending half of one end of a stream: cuts what was written into segments as the window allows, and keeps each
// until it is acknowledged.

import { ByteQueue } from './byte-queue.ts'
import { RetransmissionTimer, type Retransmitting } from './retransmission.ts'
import type { Piece } from './segment.ts'
import type { Simulation } from '../../kernel/index.ts'
import type { RandomStream } from '../../random.ts'
import type { Instant } from '../../time.ts'
import type { StreamProfile } from '../profile.ts'

/** What a sender needs of its end of the stream. */
export interface SenderHost {
  readonly simulation: Simulation
  readonly profile: StreamProfile
  /** From which the sizes of segments are drawn. */
  readonly sizes: RandomStream
  transmit(piece: Piece): void
  /** The peer has not been heard for too long; `cause` is the seq behind what it never acknowledged. */
  giveUp(cause: number): void
}

interface Sent {
  readonly piece: Piece
  readonly at: Instant
  /** Whether it was sent more than once: then an acknowledgement does not tell how long it took. */
  isRepeated: boolean
}

/** The sending half. Offsets count the bytes from the start of the stream. */
export class Sender implements Retransmitting {
  readonly #host: SenderHost
  readonly #timer: RetransmissionTimer
  readonly #unsent = new ByteQueue()
  #inFlight: Sent[] = []
  #head = 0
  #nextOffset = 0
  #acknowledged = 0
  #limit: number
  /** What was in flight up to here when the timer fired is sent again as fast as acknowledgements come. */
  #repeatUpTo = 0
  #lastCause = 0
  #endCause: number | null = null
  #isEndSent = false
  #isExpecting = false

  constructor(host: SenderHost) {
    this.#host = host
    this.#limit = host.profile.window
    this.#timer = new RetransmissionTimer(host.simulation, host.profile, this)
  }

  /** How many bytes were written and are not acknowledged. */
  get backlog(): number {
    return this.#unsent.length + this.#nextOffset - this.#acknowledged
  }

  /** Whether no more may be written. */
  get isEnding(): boolean {
    return this.#endCause !== null
  }

  /** Whether everything has arrived, the end included. */
  get isDone(): boolean {
    return this.#isEndSent && this.#acknowledged === this.#nextOffset
  }

  get isWaiting(): boolean {
    return this.#head < this.#inFlight.length || this.#unsent.length > 0
  }

  /** Takes bytes to be sent; `flush` sends them. */
  write(bytes: Uint8Array, cause: number): void {
    this.#unsent.put(bytes, cause)
    this.#lastCause = cause
  }

  /** Nothing more will be written. */
  end(cause: number): void {
    this.#endCause ??= cause
  }

  /** Sends as much as the window allows, and the end once everything is sent. */
  flush(): void {
    for (;;) {
      const available = Math.min(this.#unsent.length, this.#limit - this.#nextOffset)
      if (available <= 0) break
      const { bytes, cause } = this.#unsent.take(this.#drawSize(available))
      this.#send({ offset: this.#nextOffset, bytes, isEnd: false, cause })
    }
    if (this.#endCause !== null && !this.#isEndSent && this.#unsent.length === 0) {
      this.#isEndSent = true
      this.#send({ offset: this.#nextOffset, bytes: empty, isEnd: true, cause: this.#endCause })
    }
    if (this.isWaiting && !this.#isExpecting) this.#timer.expect()
    this.#isExpecting = this.isWaiting
  }

  /** The peer has everything before `received`, and room up to `limit`. */
  acknowledge(received: number, limit: number): void {
    if (limit > this.#limit) this.#limit = limit
    if (received > this.#acknowledged) this.#forget(received)
    else this.#timer.heard(null)
    this.flush()
  }

  /** Sends nothing any more. */
  stop(): void {
    this.#timer.stop()
    this.#inFlight = []
    this.#head = 0
  }

  retransmit(): void {
    this.#repeatUpTo = this.#nextOffset
    if (this.#head < this.#inFlight.length) this.#repeatFirst()
    // The window is closed, and the word that it has opened again may have been lost: an empty piece asks.
    else
      this.#host.transmit({
        offset: this.#nextOffset,
        bytes: empty,
        isEnd: false,
        cause: this.#lastCause,
      })
  }

  giveUp(): void {
    this.#host.giveUp(this.#inFlight[this.#head]?.piece.cause ?? this.#lastCause)
  }

  #send(piece: Piece): void {
    this.#inFlight.push({ piece, at: this.#host.simulation.now, isRepeated: false })
    this.#nextOffset = endOf(piece)
    this.#host.transmit(piece)
  }

  #forget(received: number): void {
    this.#acknowledged = received
    let roundTrip: number | null = null
    for (let sent = this.#inFlight[this.#head]; sent !== undefined; sent = this.#inFlight[this.#head]) {
      if (endOf(sent.piece) > received) break
      roundTrip = sent.isRepeated ? null : this.#host.simulation.now - sent.at
      this.#head++
    }
    this.#compact()
    this.#timer.heard(roundTrip)
    if (received < this.#repeatUpTo && this.#head < this.#inFlight.length) this.#repeatFirst()
  }

  #compact(): void {
    if (this.#head < this.#inFlight.length && this.#head < 256) return
    this.#inFlight = this.#inFlight.slice(this.#head)
    this.#head = 0
  }

  #repeatFirst(): void {
    const first = this.#inFlight[this.#head] as Sent
    first.isRepeated = true
    this.#host.transmit(first.piece)
  }

  // Often all there is, otherwise cut at a random place, more often near the front: a reader has to cope with any split.
  #drawSize(available: number): number {
    const { segmentMax, splitRatio } = this.#host.profile
    const most = Math.min(available, segmentMax)
    const u = this.#host.sizes.float()
    if (u >= splitRatio) return most
    const part = u / splitRatio
    return 1 + Math.floor((most - 1) * part * part)
  }
}

const empty = new Uint8Array(0)

/** Where the next piece begins: an end counts as one byte. */
export function endOf(piece: Piece): number {
  return piece.offset + (piece.isEnd ? 1 : piece.bytes.length)
}
