// What the two ends of a stream send each other.

import type { StreamEnd } from './stream-end.ts'
import type { Link } from '../link.ts'
import type { NetworkInterface } from '../network-interface.ts'
import { headerSize, type Parcel, undamaged } from '../parcel.ts'
import type { Packet } from '../rule.ts'
import type { Instant } from '../../time.ts'

/** Consecutive bytes of a stream, or its end, which counts as one byte. */
export interface Piece {
  readonly offset: number
  readonly bytes: Uint8Array
  readonly isEnd: boolean
  /** The seq of the event that made the last of the bytes. */
  readonly cause: number
}

/** What a segment says. */
export type SegmentContent =
  /** Wants a stream to a port. */
  | { readonly kind: 'open'; readonly port: number }
  | { readonly kind: 'opened' }
  | { readonly kind: 'data'; readonly piece: Piece }
  /** Everything before `received` is there, and there is room up to `limit`. */
  | { readonly kind: 'acknowledge'; readonly received: number; readonly limit: number }
  | { readonly kind: 'reset' }

/** From where to where a segment goes. */
export interface SegmentRoute {
  readonly link: Link
  readonly source: StreamEnd
  /** The end that it is for; the node's interface when there is none yet. */
  readonly target: StreamEnd | NetworkInterface
  readonly stream: number
}

/** A segment. */
export class Segment implements Parcel {
  readonly canDouble = false
  readonly route: SegmentRoute
  readonly content: SegmentContent
  readonly cause: number
  sent: number

  constructor(route: SegmentRoute, content: SegmentContent, cause: number) {
    this.route = route
    this.content = content
    this.cause = cause
    this.sent = route.link.source.simulation.log.seq
  }

  get size(): number {
    return headerSize + (this.content.kind === 'data' ? this.content.piece.bytes.length : 0)
  }

  arrive(at: Instant, cause: number, damage: number): void {
    this.route.link.source.simulation.schedule(at, arriveSegment, this, undefined, damage, cause)
  }

  describe(): Packet {
    const { link, stream } = this.route
    const packet = { carries: 'segment' as const, source: link.source.node, target: link.target.node, stream }
    return this.content.kind === 'data' ? { ...packet, bytes: this.content.piece.bytes } : packet
  }
}

/** Sends a segment at once: the node's kernel does so, whatever its program is at. */
export function sendSegment(route: SegmentRoute, content: SegmentContent, cause: number): void {
  const { link } = route
  link.carry(new Segment(route, content, cause), link.drawStreamLatency())
}

function arriveSegment(segment: Segment, _payload: undefined, damage: number, cause: number): void {
  const { link, target } = segment.route
  if (segment.sent <= link.cutThrough) link.dropInFlight(cause)
  else if (isSilent(link)) link.drop(cause, 'node-down')
  else if (damage === undamaged) target.receive(segment)
  else {
    link.drop(cause, 'corruption')
    target.receiveDamaged(segment)
  }
}

// A node that lost its power answers nothing; the kernel of one whose program is gone still does.
function isSilent({ target }: Link): boolean {
  return target.process === null && target.endedBy === 'crash-silent'
}
