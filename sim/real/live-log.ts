// The log of a real node as a trace file that grows while the node runs: what a kill leaves is whole up to its last lines. The
// node is what matters: where its log can grow no further it goes on without one, and the log ends as one that a kill cut off.

import { closeSync, openSync, writeSync } from 'node:fs'

import type { Event } from '../event.ts'
import { TraceEncoder, type TraceHeader } from '../log/index.ts'

const flushEveryMs = 200
const pendingMax = 256 * 1024

/** What a log that is being written may be told besides. */
export interface LiveLogOptions {
  /** How large it may grow, in bytes (default: without a bound). */
  readonly bytesMax?: number
  /** Told once, where nothing more is written before the node has ended: why. */
  readonly onCut?: (why: string) => void
}

/** A trace being written. */
export class LiveLog {
  readonly #fd: number
  readonly #encoder: TraceEncoder
  readonly #timer: NodeJS.Timeout
  readonly #bytesMax: number
  readonly #onCut: (why: string) => void
  #bytes = 0
  #isCut = false

  /** Throws Node's error when the file is there already, cannot be made or cannot be written to. */
  constructor(
    path: string,
    header: TraceHeader,
    { bytesMax = Number.POSITIVE_INFINITY, onCut = () => undefined }: LiveLogOptions = {},
  ) {
    this.#bytesMax = bytesMax
    this.#onCut = onCut
    this.#fd = openSync(path, 'wx')
    this.#encoder = new TraceEncoder(header)
    this.#append(this.#encoder.take())
    this.#timer = setInterval(() => {
      this.#flush()
    }, flushEveryMs)
    this.#timer.unref()
  }

  /** Adds the next event. */
  write(event: Event): void {
    if (this.#isCut) return
    this.#encoder.event(event)
    if (this.#encoder.pending > pendingMax) this.#flush()
  }

  /** Adds the last line and gives the file back. */
  finish(outcome: string): void {
    clearInterval(this.#timer)
    if (!this.#isCut) this.#encoder.footer({ outcome, violations: [] })
    this.#flush()
    closeSync(this.#fd)
  }

  #flush(): void {
    if (this.#isCut || this.#encoder.pending === 0) return
    const bytes = this.#encoder.take()
    if (this.#bytes + bytes.length > this.#bytesMax)
      return this.#cut(`it has the ${this.#bytesMax} bytes that it may have`)
    try {
      this.#append(bytes)
    } catch (error) {
      this.#cut(error instanceof Error ? error.message : String(error))
    }
  }

  #append(bytes: Uint8Array): void {
    for (let done = 0; done < bytes.length;) done += writeSync(this.#fd, bytes, done)
    this.#bytes += bytes.length
  }

  /** What is left out in between could not be told from what was altered: nothing comes after it. */
  #cut(why: string): void {
    this.#isCut = true
    clearInterval(this.#timer)
    this.#onCut(why)
  }
}
