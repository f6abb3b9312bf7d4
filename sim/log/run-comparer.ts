// Compares a run with a recorded one while it goes on, knowing of the recorded one only the digest after each event.

import type { Event } from '../event.ts'
import { Digest } from './digest.ts'
import { recordOf } from './event-record.ts'
import type { EventSource } from './event-source.ts'

const checkpointsMin = 4096

/** Where a run leaves the recorded one: at which seq, and with which event (null: it ended). */
export interface Parting {
  readonly seq: number
  readonly event: Event | null
}

/** Compares the events of a run with the digests of a recorded one as they come. */
export class RunComparer {
  readonly #recorded: ArrayLike<number>
  readonly #digest: Digest = new Digest()
  #count = 0
  #parting: Parting | null = null

  /** `recorded` has for each event of the recorded run the digest after it (`Digest.checkpoint`). */
  constructor(recorded: ArrayLike<number>) {
    this.#recorded = recorded
  }

  /** Whether the runs have parted; what comes after does not count any more. */
  get isDiverged(): boolean {
    return this.#parting !== null
  }

  /** The digest of the events so far. */
  get digest(): string {
    return this.#digest.value
  }

  /** Takes the next event of the run. */
  add(event: Event): void {
    if (this.#parting !== null) return
    this.#digest.mixEvent(recordOf(event))
    if (this.#recorded[this.#count] === this.#digest.checkpoint) this.#count++
    else this.#parting = { seq: this.#count + 1, event }
  }

  /** The run is over: where it left the recorded one, or null when both are the same to the end. */
  end(): Parting | null {
    if (this.#parting !== null || this.#count === this.#recorded.length) return this.#parting
    return { seq: this.#count + 1, event: null }
  }
}

/** Reads a trace and keeps for each event the digest after it. */
export async function readCheckpoints(trace: EventSource): Promise<Uint32Array> {
  let checkpoints = new Uint32Array(checkpointsMin)
  let count = 0
  for await (const batch of trace.batches()) {
    while (count + batch.checkpoints.length > checkpoints.length) {
      const larger = new Uint32Array(checkpoints.length * 2)
      larger.set(checkpoints)
      checkpoints = larger
    }
    checkpoints.set(batch.checkpoints, count)
    count += batch.checkpoints.length
  }
  return checkpoints.subarray(0, count)
}
