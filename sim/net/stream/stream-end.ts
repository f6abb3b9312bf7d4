// One end of a byte stream, as its node's kernel keeps it: sends, acknowledges, puts in order. It may outlive its
// program: what a program wrote before it stopped still arrives.

import { Receiver } from './receiver.ts'
import { type Piece, type Segment, type SegmentContent, sendSegment } from './segment.ts'
import { Sender, type SenderHost } from './sender.ts'
import type { EventFields } from '../../event.ts'
import type { Simulation } from '../../kernel/index.ts'
import type { EndOf, Process } from '../../node/index.ts'
import type { RandomStream } from '../../random.ts'
import type { Link } from '../link.ts'
import type { NetworkInterface } from '../network-interface.ts'
import type { StreamProfile } from '../profile.ts'

/** What is needed to make an end of a stream. */
export interface StreamEndSpec {
  readonly stream: number
  readonly process: Process
  readonly networkInterface: NetworkInterface
  /** To the node of the other end. */
  readonly link: Link
  readonly localPort: number
  /** The other end, where it is known from the start. */
  readonly peer: StreamEnd | null
}

/** Why a stream is gone, and the seq of the event behind it. */
export interface StreamFailure {
  readonly why: EventFields<'stream-reset'>['why']
  readonly cause: number
}

/** What an end tells the side that the program sees. */
export interface StreamListener {
  /** The peer has taken the stream; only on the side that opened it. */
  opened(): void
  /** Bytes arrived, room was made, or the stream ended or failed. */
  news(): void
}

/** One end of a stream. */
export class StreamEnd implements SenderHost {
  readonly stream: number
  readonly process: Process
  readonly link: Link
  readonly localPort: number
  readonly simulation: Simulation
  readonly profile: StreamProfile
  readonly sizes: RandomStream
  readonly sender: Sender
  readonly receiver: Receiver
  peer: StreamEnd | null
  /** `done`: both sides have ended and everything has arrived; `gone`: nothing comes through any more. */
  state: 'opening' | 'open' | 'done' | 'gone'
  /** Why it is gone, unless this side wanted it. */
  failure: StreamFailure | null = null
  /** Whether the program has it in its hands. */
  isTaken = false
  listener: StreamListener | null = null
  readonly #interface: NetworkInterface
  #isFlushSet = false

  constructor(spec: StreamEndSpec) {
    const { stream, process, networkInterface, link, localPort, peer } = spec
    this.stream = stream
    this.process = process
    this.link = link
    this.localPort = localPort
    this.peer = peer
    this.state = peer === null ? 'opening' : 'open'
    this.simulation = process.machine.simulation
    this.profile = networkInterface.network.streamProfile
    this.sizes = process.machine.stream(`${link.name}/segments`)
    this.sender = new Sender(this)
    this.receiver = new Receiver(this.profile.window)
    this.#interface = networkInterface
    networkInterface.ends.add(this)
  }

  // ---- what the program does

  /** Takes bytes, and sends them when the node has done the work charged so far; writes of one step go together. */
  write(bytes: Uint8Array, cause: number): void {
    if (this.state !== 'open') return
    this.sender.write(bytes, cause)
    this.#flushSoon()
  }

  /** Nothing more will be written. */
  end(cause: number): void {
    if (this.state !== 'open') return
    this.sender.end(cause)
    this.#flushSoon()
  }

  /** The program has read bytes: the peer hears of the room when it is worth it. */
  hasRead(count: number): void {
    if (this.receiver.hasRead(count) && this.state === 'open') this.#acknowledge(this.simulation.log.cause)
  }

  /** Gives the stream up; the peer is told. */
  abort(cause: number): void {
    if (this.state === 'gone') return
    this.#leave('gone')
    if (this.peer !== null) this.transmitContent({ kind: 'reset' }, cause)
  }

  /**
   * The program has ended. A silent crash leaves silence; another one, a failure, or something that the program left
   * unread, a reset. Otherwise the kernel sends what was written and then the end.
   */
  letGo(how: EndOf, cause: number): void {
    const isClean = how === 'stop' || how === 'exit'
    if (how === 'crash-silent') this.#leave('gone')
    else if (isClean && this.state === 'open' && this.isTaken && this.receiver.unread === 0) this.end(cause)
    else this.abort(cause)
  }

  // ---- what arrives

  /** A segment for this end has arrived. */
  receive(segment: Segment): void {
    const { content, cause } = segment
    if (this.state === 'gone') this.#refuse(segment)
    else if (!this.process.isAlive && bytesIn(content) > 0) this.#refuse(segment)
    else if (content.kind === 'reset') {
      if (this.state !== 'done') this.fail({ why: 'peer', cause })
    } else {
      if (this.state === 'opening') this.#opened(segment)
      if (content.kind === 'acknowledge') this.sender.acknowledge(content.received, content.limit)
      else if (content.kind === 'data') this.#receivePiece(content.piece)
      this.#settle()
    }
  }

  /** A damaged segment has arrived: nothing in the stream can be trusted any more. */
  receiveDamaged(segment: Segment): void {
    if (this.state === 'gone' || segment.content.kind !== 'data') return
    this.transmitContent({ kind: 'reset' }, segment.cause)
    this.fail({ why: 'corruption', cause: segment.cause })
  }

  /** The peer asks again for a stream that it has: the answer was lost. */
  confirm(cause: number): void {
    this.transmitContent({ kind: this.state === 'gone' ? 'reset' : 'opened' }, cause)
  }

  // ---- what the halves ask for

  transmit(piece: Piece): void {
    this.transmitContent({ kind: 'data', piece }, piece.cause)
  }

  giveUp(cause: number): void {
    this.fail({ why: 'timeout', cause })
  }

  /** Sends something to the other end. */
  transmitContent(content: SegmentContent, cause: number): void {
    if (this.peer === null) return
    const { link, peer, stream } = this
    sendSegment({ link, source: this, target: peer, stream }, content, cause)
  }

  /** The stream is gone, not by the will of this side. */
  fail(failure: StreamFailure): void {
    this.failure = failure
    this.#leave('gone')
    this.listener?.news()
  }

  #opened(segment: Segment): void {
    this.state = 'open'
    this.peer = segment.route.source
    this.listener?.opened()
  }

  #receivePiece(piece: Piece): void {
    this.receiver.take(piece)
    this.#acknowledge(piece.cause)
  }

  #acknowledge(cause: number): void {
    const limit = this.receiver.announce()
    this.transmitContent({ kind: 'acknowledge', received: this.receiver.received, limit }, cause)
  }

  #settle(): void {
    if (this.state === 'open' && this.sender.isDone && this.receiver.endCause !== null) this.#leave('done')
    this.listener?.news()
  }

  // Whoever still sends to an end that is gone, or whose program is, learns it by a reset.
  #refuse({ content, cause, route }: Segment): void {
    if (content.kind === 'reset') return
    if (bytesIn(content) > 0) route.link.drop(cause, this.process.machine.isUp ? 'no-handler' : 'node-down')
    this.peer = route.source
    this.transmitContent({ kind: 'reset' }, cause)
    this.#leave('gone')
  }

  #leave(state: 'done' | 'gone'): void {
    this.state = state
    this.sender.stop()
    this.#interface.ends.delete(this)
  }

  #flushSoon(): void {
    if (this.#isFlushSet) return
    this.#isFlushSet = true
    const { departure } = this.process.machine
    this.simulation.schedule(departure, flushEnd, this, undefined, 0, this.simulation.log.cause)
  }

  /** Sends what was written. */
  flush(): void {
    this.#isFlushSet = false
    if (this.state === 'open') this.sender.flush()
  }
}

function flushEnd(end: StreamEnd): void {
  end.flush()
}

function bytesIn(content: SegmentContent): number {
  return content.kind === 'data' ? content.piece.bytes.length : 0
}
