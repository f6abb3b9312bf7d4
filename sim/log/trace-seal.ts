// The checksum over a whole trace against the one in its footer: nothing is parsed but the last line.

import { Buffer } from 'node:buffer'
import { crc32 } from 'node:zlib'

import { lineLengthMax } from './trace-decoder.ts'
import { isSealed, parseFooter, type TraceFooter } from './trace-header.ts'

const lineFeed = 10
const empty = Buffer.alloc(0)

/** Takes the bytes of a trace in chunks of any size; holds at most one unfinished line. */
export class TraceSeal {
  #checksum = 0
  /** The last line so far, which may be the footer. */
  #line: Buffer = empty

  /** Takes the next bytes. False when they cannot be those of a trace. */
  push(chunk: Uint8Array): boolean {
    const bytes = Buffer.concat([this.#line, chunk])
    const start = bytes.lastIndexOf(lineFeed, -2) + 1
    this.#checksum = crc32(bytes.subarray(0, start), this.#checksum)
    this.#line = bytes.subarray(start)
    return this.#line.length <= lineLengthMax
  }

  /** The footer, if the last line is one and seals all that stands before it; otherwise null. */
  end(): TraceFooter | null {
    if (this.#line.at(-1) !== lineFeed) return null
    const line = this.#line.toString('utf8', 0, this.#line.length - 1)
    return isSealed(line, this.#checksum) ? parseFooter(line) : null
  }
}
