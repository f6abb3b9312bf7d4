// A disk for the core's tests: what was synced, as whole batches, and nothing else.

import type { Entry } from '../core/entry.ts'
import type { Snapshot } from '../core/progress.ts'
import type { HardState } from '../core/rules.ts'
import { nothing, type Batch } from '../core/staging.ts'
import type { Recovered } from '../core/state.ts'

/** What survives a crash of a server whose batches are given to `write`. */
export class MemoryDisk {
  #state: HardState = { term: 0, vote: null }
  #snapshot: Snapshot | null = null
  #entries: Entry[] = []

  write(batch: Batch): void {
    if (batch.state !== null) this.#state = batch.state
    if (batch.snapshot !== null) {
      this.#snapshot = batch.snapshot
      this.#entries = [...batch.entries]
    } else if (batch.from !== nothing) {
      this.#entries.length = batch.from - 1 - (this.#snapshot?.index ?? 0)
      this.#entries.push(...batch.entries)
    }
  }

  read(): Recovered {
    return { state: this.#state, snapshot: this.#snapshot, entries: [...this.#entries] }
  }
}
