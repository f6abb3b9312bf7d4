// A recording as the script of a node that runs alone: which input is next, and which output must come before it.

import type { Event, EventKind, EventOf } from '../event.ts'
import type { NodeRecording, RecordedInput, RecordedOutput } from '../log/index.ts'
import type { RecordedPort } from '../node/index.ts'

/** How far the recording of a node has been replayed. */
export class Script implements RecordedPort {
  readonly #recording: NodeRecording
  /** The inputs that led to an output besides the `stop` that ends the incarnation. */
  readonly #fruitful: ReadonlySet<number>
  /** The seqs that events of the recording have now. */
  readonly #seqs = new Map<number, number>()
  /** How many inputs were fed. */
  fed = 0
  /** How many outputs have come, all as recorded. */
  produced = 0

  constructor(recording: NodeRecording) {
    this.#recording = recording
    const outputs = recording.outputs.filter(({ event }) => event.kind !== 'stop')
    this.#fruitful = new Set(outputs.map(({ input }) => input))
  }

  /** The next input; null when there is none. */
  get nextInput(): RecordedInput | null {
    return this.#recording.inputs[this.fed] ?? null
  }

  /** The output that must come before the next input; null when none does. */
  get dueOutput(): RecordedOutput | null {
    const output = this.#recording.outputs[this.produced]
    if (output === undefined) return null
    const input = this.nextInput
    return input === null || output.event.seq < input.event.seq ? output : null
  }

  get due(): Event | null {
    return this.dueOutput?.event ?? null
  }

  input<K extends EventKind>(kind: K): EventOf<K> | null {
    const event = this.nextInput?.event
    return event?.kind === kind ? (event as EventOf<K>) : null
  }

  /** Whether the input at a place led to outputs of its own. */
  isFruitful(place: number): boolean {
    return this.#fruitful.has(place)
  }

  /** The seq that an event of the recording has now; 0 when it is none of this node. */
  seqOf(recorded: number): number {
    return this.#seqs.get(recorded) ?? 0
  }

  /** The next input has been fed. */
  passInput(event: Event, seq: number): void {
    this.#seqs.set(event.seq, seq)
    this.fed++
  }

  /** The output that was due has come. */
  passOutput(event: Event, seq: number): void {
    this.#seqs.set(event.seq, seq)
    this.produced++
  }
}
