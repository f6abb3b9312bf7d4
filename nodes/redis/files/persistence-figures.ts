// What durability tells of its work in INFO: what is under way and since when, how often and how long.

import type { Capture } from './snapshot/capture.ts'

/** What is being written in the background. */
export type BackgroundWork = 'snapshot' | 'rewrite' | null

/** Counts and durations of snapshots and rewrites. Times in milliseconds since 1970. */
export class PersistenceFigures {
  work: BackgroundWork = null
  /** What is written, while it is. */
  capture: Capture | null = null
  saves = 0
  rewrites = 0
  /** How many rewrites have failed since one did not. */
  rewriteFailures = 0
  /** Seconds that the last of them took; -1 where there was none. */
  lastSaveTook = -1
  lastRewriteTook = -1
  /** Keys of the snapshot that was loaded last, and those that were left because they had expired. */
  keysLoaded = 0
  keysExpired = 0
  #since = 0

  begin(work: Exclude<BackgroundWork, null>, now: number): void {
    this.work = work
    this.#since = now
    if (work === 'snapshot') this.saves += 1
    else this.rewrites += 1
  }

  end(): void {
    this.work = null
    this.capture = null
  }

  /** How many seconds a work has taken until now; -1 where it is not under way. */
  secondsOf(work: BackgroundWork, now: number): number {
    return this.work === work ? Math.floor((now - this.#since) / 1000) : -1
  }

  /** How far the writing of a data set is. */
  progress(): readonly (readonly [name: string, value: string | number])[] {
    const { size = 0, written = 0 } = this.capture ?? {}
    return [
      // Nothing is copied because somebody writes: there is no child that shares memory.
      ['current_cow_peak', 0],
      ['current_cow_size', 0],
      ['current_cow_size_age', 0],
      ['current_fork_perc', (size === 0 ? 0 : (written * 100) / size).toFixed(2)],
      ['current_save_keys_processed', written],
      ['current_save_keys_total', size],
    ]
  }
}
