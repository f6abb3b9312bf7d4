// The log of a real node as a trace file that grows while the node runs: what a kill leaves is whole up to its last lines.

import { closeSync, openSync, writeSync } from 'node:fs'

import type { Event } from '../event.ts'
import { TraceEncoder, type TraceHeader } from '../log/index.ts'

const flushEveryMs = 200
const pendingMax = 256 * 1024

/** A trace being written. */
export class LiveLog {
  readonly #fd: number
  readonly #encoder: TraceEncoder
  readonly #timer: NodeJS.Timeout

  /** Throws Node's error when the file is there already or cannot be made. */
  constructor(path: string, header: TraceHeader) {
    this.#fd = openSync(path, 'wx')
    this.#encoder = new TraceEncoder(header)
    this.#flush()
    this.#timer = setInterval(() => {
      this.#flush()
    }, flushEveryMs)
    this.#timer.unref()
  }

  /** Adds the next event. */
  write(event: Event): void {
    this.#encoder.event(event)
    if (this.#encoder.pending > pendingMax) this.#flush()
  }

  /** Adds the last line and gives the file back. */
  finish(outcome: string): void {
    clearInterval(this.#timer)
    this.#encoder.footer({ outcome, violations: [] })
    this.#flush()
    closeSync(this.#fd)
  }

  #flush(): void {
    if (this.#encoder.pending === 0) return
    const bytes = this.#encoder.take()
    for (let done = 0; done < bytes.length;) done += writeSync(this.#fd, bytes, done)
  }
}
