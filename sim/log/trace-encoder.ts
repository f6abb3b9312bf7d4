// A trace as bytes: header line, one line an event, footer line. Each event's line ends with `digest`, the first 8 digits
// of the running digest after it: an altered line is refused where it stands, and two traces can be compared at any line
// without reading what lies before. The footer has the whole digest and a checksum of every byte before it.

import { Buffer } from 'node:buffer'
import { crc32 } from 'node:zlib'

import type { Event } from '../event.ts'
import { ByteWriter } from './byte-writer.ts'
import { Digest } from './digest.ts'
import { encodeEvent } from './event-encoder.ts'
import { recordOf } from './event-record.ts'
import {
  type TraceEnd,
  type TraceFooter,
  type TraceHeader,
  encodeFooter,
  encodeHeader,
} from './trace-header.ts'

/** Encodes one trace. Bytes gather until `take` is called. */
export class TraceEncoder {
  readonly #out: ByteWriter = new ByteWriter()
  readonly #digest: Digest
  readonly #feeds: boolean
  #checksum = 0
  #events = 0

  /**
   * With the digest of a live event log, whose events are then to be passed one by one as they are emitted, the encoder
   * reads its checkpoints instead of computing them a second time.
   */
  constructor(header: TraceHeader, liveDigest?: Digest) {
    this.#digest = liveDigest ?? new Digest()
    this.#feeds = liveDigest === undefined
    this.#out.append(Buffer.from(encodeHeader(header)))
  }

  /** How many bytes wait to be taken. */
  get pending(): number {
    return this.#out.length
  }

  /** Adds the next event; its seq must be one more than that of the last. */
  event(event: Event): void {
    if (event.seq !== this.#events + 1) throw new RangeError(`event ${event.seq} after event ${this.#events}`)
    this.#events++
    if (this.#feeds) this.#digest.mixEvent(recordOf(event))
    encodeEvent(this.#out, event)
    this.#out.raw(',"digest":"')
    this.#out.hex(this.#digest.checkpoint)
    this.#out.raw('"}\n')
  }

  /** Adds the last line; nothing may follow. */
  footer(end: TraceEnd): TraceFooter {
    const out = this.#out
    const checksum = crc32(out.bytes.subarray(0, out.length), this.#checksum)
    const footer = { ...end, events: this.#events, digest: this.#digest.value }
    out.append(Buffer.from(encodeFooter(footer, checksum)))
    return footer
  }

  /** Hands out what has gathered. The bytes are valid until the next call of any method. */
  take(): Uint8Array {
    const bytes = this.#out.bytes.subarray(0, this.#out.length)
    this.#checksum = crc32(bytes, this.#checksum)
    this.#out.clear()
    return bytes
  }
}

/** A whole trace in memory, for tests and short runs. */
export function encodeTrace(header: TraceHeader, events: Iterable<Event>, end: TraceEnd): Buffer {
  const encoder = new TraceEncoder(header)
  const parts: Buffer[] = []
  for (const event of events) {
    encoder.event(event)
    if (encoder.pending > partSize) parts.push(Buffer.from(encoder.take()))
  }
  encoder.footer(end)
  return Buffer.concat([...parts, encoder.take()])
}

const partSize = 256 * 1024
