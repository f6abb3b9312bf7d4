// The operations of a path as far as they can matter to anybody who judges them: what each process called, what came of
// it, and which calls had returned when it called. Which of two calls that overlap began first is not part of it, so that
// paths which differ in nothing else lead to the same state. (The history that Stateright's consistency testers keep.)

import type { EventOf } from '../../event.ts'

interface Call {
  readonly asked: string
  /** How many calls of each other process had returned. */
  readonly after: string
  answer: string
}

/** The operations of one path. */
export class OperationHistory {
  readonly #calls = new Map<string, Call[]>()
  readonly #open = new Map<number, Call>()
  readonly #returned = new Map<string, number>()

  /** Takes in the next event. */
  add(event: EventOf<'operation'>): void {
    const { phase, id, process, f, key, value } = event
    if (phase === 'invoke') {
      const call = { asked: JSON.stringify([f, key, value]), after: this.#returnedText(process), answer: '' }
      this.#open.set(id, call)
      const calls = this.#calls.get(process)
      if (calls === undefined) this.#calls.set(process, [call])
      else calls.push(call)
      return
    }
    const call = this.#open.get(id)
    if (call === undefined) return
    call.answer = JSON.stringify([phase, value, event.error ?? null])
    this.#open.delete(id)
    this.#returned.set(process, (this.#returned.get(process) ?? 0) + 1)
  }

  /** All of it as text; '' when there were no operations. */
  get text(): string {
    if (this.#calls.size === 0) return ''
    const processes = [...this.#calls.keys()].sort()
    return JSON.stringify(
      processes.map((process) => [
        process,
        this.#calls.get(process)?.map(({ asked, after, answer }) => [asked, after, answer]),
      ]),
    )
  }

  #returnedText(caller: string): string {
    const others = [...this.#returned].filter(([process]) => process !== caller)
    return others
      .map(([process, count]) => `${process} ${count}`)
      .sort()
      .join()
  }
}
