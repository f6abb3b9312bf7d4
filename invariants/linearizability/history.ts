// From events (invoke, then ok, fail or info) to operations, one event at a time, so that a fold can feed it online.

import type { Data } from '../../sim/index.ts'
import { unhurried, type Check } from './deadline.ts'
import { HistoryError, quote } from './history-error.ts'
import type { Operation } from './operation.ts'

/** One event of a history. */
export interface HistoryEvent {
  /** Its line or seq; places ascend strictly. */
  readonly place: number
  readonly process: string
  readonly phase: 'invoke' | 'ok' | 'fail' | 'info'
  readonly f: string
  readonly key?: Data
  readonly value: Data
  /** Pairs an invoke with its end where a process may have several calls open; without it the process does. */
  readonly id?: number
}

/** Bounds of a history. */
export interface HistoryLimits {
  /** Most operations a history may have, by default 5 million. */
  readonly operationsMax?: number
  /** Called every few events; may throw to end the reading. */
  readonly check?: Check
}

const EVENTS_BETWEEN_CHECKS = 64

/**
 * Collects the events of a history. Throws a HistoryError on an end without an invoke, a second invoke of a process
 * (or id) that still has one open, an end that names another operation, and places that do not ascend.
 */
export class History {
  readonly #operations: Operation[] = []
  readonly #open = new Map<string | number, number>()
  readonly #operationsMax: number
  readonly #check: Check
  #place = -1
  #sinceCheck = 0

  constructor(limits: HistoryLimits = {}) {
    this.#operationsMax = limits.operationsMax ?? 5_000_000
    this.#check = limits.check ?? unhurried
  }

  /** How many operations have begun. */
  get size(): number {
    return this.#operations.length
  }

  /** Takes the next event. */
  add(event: HistoryEvent): void {
    if (event.place <= this.#place)
      throw this.#error(event, `place ${event.place} after ${this.#place}`, 'places that ascend')
    this.#place = event.place
    if (this.#sinceCheck++ % EVENTS_BETWEEN_CHECKS === 0) this.#check()
    if (event.phase === 'invoke') this.#invoke(event)
    else this.#end(event, event.phase)
  }

  /** All operations in the order of their invokes; those still open have no known end (`info`). Nothing is consumed. */
  finish(): readonly Operation[] {
    return this.#operations.slice()
  }

  #invoke(event: HistoryEvent): void {
    const pairing = event.id ?? event.process
    const open = this.#open.get(pairing)
    if (open !== undefined)
      throw this.#error(
        event,
        `invoke of ${describe(event)} while its ${quote(this.#at(open).f)} of ${this.#at(open).call} is open`,
        'an end of that operation first',
      )
    if (this.#operations.length >= this.#operationsMax)
      throw this.#error(event, `more than ${this.#operationsMax} operations`, 'a shorter history')
    this.#open.set(pairing, this.#operations.length)
    this.#operations.push(opened(event))
  }

  #end(event: HistoryEvent, outcome: 'ok' | 'fail' | 'info'): void {
    const pairing = event.id ?? event.process
    const index = this.#open.get(pairing)
    if (index === undefined)
      throw this.#error(event, `${outcome} of ${describe(event)} without an invoke`, 'an invoke first')
    const operation = this.#at(index)
    if (operation.f !== event.f)
      throw this.#error(event, `${outcome} of ${quote(event.f)}`, `the end of ${quote(operation.f)}`)
    this.#open.delete(pairing)
    if (outcome !== 'info') this.#operations[index] = ended(operation, event, outcome)
  }

  #at(index: number): Operation {
    return this.#operations[index] as Operation
  }

  #error(event: HistoryEvent, got: string, wanted: string): HistoryError {
    return new HistoryError({ line: event.place }, got, wanted)
  }
}

/** The operations of a complete list of events. Throws like `History.add`. */
export function operationsOf(
  events: Iterable<HistoryEvent>,
  limits: HistoryLimits = {},
): readonly Operation[] {
  const history = new History(limits)
  for (const event of events) history.add(event)
  return history.finish()
}

function opened(event: HistoryEvent): Operation {
  return {
    process: event.process,
    f: event.f,
    key: event.key ?? null,
    input: event.value,
    output: null,
    outcome: 'info',
    call: event.place,
    return: Infinity,
  }
}

function ended(operation: Operation, event: HistoryEvent, outcome: 'ok' | 'fail'): Operation {
  return {
    process: operation.process,
    f: operation.f,
    key: operation.key,
    input: operation.input,
    output: event.value,
    outcome,
    call: operation.call,
    return: event.place,
  }
}

function describe(event: HistoryEvent): string {
  return `${quote(event.f)} by process ${quote(event.process)}${event.id === undefined ? '' : ` (id ${event.id})`}`
}
