// Numbers for the processes of a history. Jepsen's processes are whole numbers with one call at a time, and one whose call
// ended with `info` never calls again; ours are named, and may have several calls open.

import type { EventOf } from '../../sim/index.ts'

/** Gives out numbers from 0 on. */
export class ProcessNumbers {
  /** Numbers of each process that have no call open. */
  readonly #idle = new Map<string, number[]>()
  readonly #busy = new Map<number, number>()
  #next = 0

  /** The number for an event; events of one operation have the same. */
  of({ phase, id, process }: EventOf<'operation'>): number {
    if (phase === 'invoke') {
      const number = this.#idle.get(process)?.pop() ?? this.#next++
      this.#busy.set(id, number)
      return number
    }
    const number = this.#busy.get(id) ?? this.#next++
    this.#busy.delete(id)
    if (phase === 'info') return number
    const idle = this.#idle.get(process)
    if (idle === undefined) this.#idle.set(process, [number])
    else idle.push(number)
    return number
  }
}
