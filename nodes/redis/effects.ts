// What changes data is told to those who keep copies of it (the append-only file, replicas) as commands that have the same
// effect at any time and place: EXPIRE as PEXPIREAT, SPOP as SREM. Commands that took effect together are told together.

import type { ByteString } from './value.ts'

/** One command that changes data, as it is to be repeated. */
export interface Effect {
  readonly db: number
  readonly args: readonly ByteString[]
}

/** Takes effects: all that one command (or transaction) had, in order; never none. More than one belong in MULTI and EXEC. */
export type EffectSink = (unit: readonly Effect[]) => void

/** Gathers the effects of the unit that is under way. */
export class Effects {
  readonly #sinks: EffectSink[] = []
  #unit: Effect[] = []

  /** Whether anybody listens; where not, effects need not be made. */
  get isWanted(): boolean {
    return this.#sinks.length > 0
  }

  addSink(sink: EffectSink): void {
    this.#sinks.push(sink)
  }

  removeSink(sink: EffectSink): void {
    const at = this.#sinks.indexOf(sink)
    if (at >= 0) this.#sinks.splice(at, 1)
  }

  /** Adds an effect to the unit that is under way. */
  add(db: number, args: readonly ByteString[]): void {
    if (this.isWanted) this.#unit.push({ db, args })
  }

  /** Ends the unit: its effects are told. */
  end(): void {
    if (this.#unit.length === 0) return
    const unit = this.#unit
    this.#unit = []
    for (const sink of this.#sinks) sink(unit)
  }
}
