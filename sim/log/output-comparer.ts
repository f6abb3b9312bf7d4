// Compares what a node produces that runs alone against its recorded inputs with what it produced in the trace. Numbers
// that are given out across the whole simulation (seqs, timers, streams, operations) differ when only one node runs: outputs
// are compared without seqs, by the input that led to them, and with numbers mapped one to one.

import type { Event } from '../event.ts'
import { type Difference, eventDifference } from './event-difference.ts'
import { recordOf } from './event-record.ts'
import type { NodeRecording, RecordedOutput } from './node-recording.ts'

/** Numbers that are given out across the simulation, by field. */
const numberFields: ReadonlySet<string> = new Set(['timer', 'stream', 'id'])

/** Where the outputs of a node that runs alone leave the recorded ones. */
export interface OutputParting {
  /** The place among the outputs. */
  readonly place: number
  /** As recorded; null when the recorded ones were over. */
  readonly recorded: RecordedOutput | null
  /** As produced now; null when the node produced no more. */
  readonly replayed: RecordedOutput | null
  /** The first field that differs; null when one is missing, or when they stem from different inputs. */
  readonly difference: Difference | null
}

/** Compares the outputs of a node that runs alone with the recorded ones as they come. */
export class OutputComparer {
  readonly #recorded: readonly RecordedOutput[]
  readonly #numbers = new Map<string, number>()
  readonly #taken = new Map<string, number>()
  #place = 0
  #parting: OutputParting | null = null

  constructor(recording: NodeRecording) {
    this.#recorded = recording.outputs
  }

  /** Where the outputs parted; null as long as they are the same. */
  get parting(): OutputParting | null {
    return this.#parting
  }

  /** Takes the next output. */
  add(replayed: RecordedOutput): void {
    if (this.#parting !== null) return
    const recorded = this.#recorded[this.#place] ?? null
    const difference = recorded === null ? null : this.#difference(recorded.event, replayed.event)
    if (recorded === null || difference !== null || recorded.input !== replayed.input)
      this.#parting = { place: this.#place, recorded, replayed, difference }
    else this.#place++
  }

  /** The node is done: where it parted, or null when all recorded outputs came again. */
  end(): OutputParting | null {
    const recorded = this.#recorded[this.#place]
    if (this.#parting !== null || recorded === undefined) return this.#parting
    return { place: this.#place, recorded, replayed: null, difference: null }
  }

  #difference(recorded: Event, replayed: Event): Difference | null {
    const fields = recordOf(replayed)
    const mapped: { [field: string]: unknown } = { ...fields, cause: recorded.cause }
    for (const field of numberFields) {
      if (typeof fields[field] === 'number')
        mapped[field] = this.#recordedNumber(field, fields[field], recorded)
    }
    const event: object = mapped
    return eventDifference(recorded, event as Event)
  }

  /** The recorded number that a number of the new run stands for: that of its first appearance, one to one. */
  #recordedNumber(field: string, number: number, recorded: Event): number {
    const known = this.#numbers.get(`${field} ${number}`)
    if (known !== undefined) return known
    const candidate = recordOf(recorded)[field]
    if (typeof candidate !== 'number' || this.#taken.has(`${field} ${candidate}`)) return number
    this.#numbers.set(`${field} ${number}`, candidate)
    this.#taken.set(`${field} ${candidate}`, number)
    return candidate
  }
}
