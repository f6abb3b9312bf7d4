// What a trace says of one node: the inputs that its program received, in order, and the outputs that it then produced.
// Feeding the inputs to the program alone must give the outputs again.

import type { Event, EventKind, NodeId } from '../event.ts'
import { inputKinds } from './causal-rules.ts'

/** One node's part of a trace. */
export interface NodeRecording {
  readonly node: NodeId
  /**
   * What the node received, in order: inputs of its program, the faults that concern it, and the end of all faults, from
   * which on no buggify site fires.
   */
  readonly inputs: readonly RecordedInput[]
  /** What the node produced, in order. */
  readonly outputs: readonly RecordedOutput[]
}

/** An input with the output that it answers. */
export interface RecordedInput {
  readonly event: Event
  /**
   * The place among the outputs of the one that led to it: the `timer-set` of a `timer-fire`, the `disk-request` of a
   * `disk-result`; -1 when it came from elsewhere.
   */
  readonly output: number
}

/** An output with the input that led to it. */
export interface RecordedOutput {
  readonly event: Event
  /** The place among the inputs of the one that led to it; -1 when something else did. */
  readonly input: number
}

/**
 * What happens to a node's machine without the program having a part in it: neither input nor output. A drop or duplicate
 * is the network's, damage the disk's.
 */
const outsideKinds: ReadonlySet<string> = new Set<EventKind>([
  'drop',
  'duplicate',
  'disk-crash',
  'disk-damage',
])

/** Gathers the recording of one node from the events of a run, from the first on. */
export class NodeRecorder {
  readonly node: NodeId
  readonly #inputs: RecordedInput[] = []
  readonly #outputs: RecordedOutput[] = []
  readonly #placeOfInput = new Map<number, number>()
  readonly #placeOfOutput = new Map<number, number>()
  readonly #faults = new Set<number>()

  constructor(node: NodeId) {
    this.node = node
  }

  /** Takes the next event of the run. */
  add(event: Event): void {
    if (event.node !== this.node) this.#addFromWorld(event)
    else if (isInput(event)) this.#addInput(event)
    else if (!outsideKinds.has(event.kind)) this.#addOutput(event)
  }

  /** What was gathered so far. */
  recording(): NodeRecording {
    return { node: this.node, inputs: this.#inputs, outputs: this.#outputs }
  }

  #addInput(event: Event): void {
    this.#placeOfInput.set(event.seq, this.#inputs.length)
    this.#inputs.push({ event, output: this.#placeOfOutput.get(event.cause) ?? -1 })
  }

  #addOutput(event: Event): void {
    this.#placeOfOutput.set(event.seq, this.#outputs.length)
    this.#outputs.push({ event, input: this.#placeOfInput.get(event.cause) ?? -1 })
  }

  #addFromWorld(event: Event): void {
    if (event.kind === 'fault-begin' && mentions(event.fault, this.node)) {
      this.#faults.add(event.index)
      this.#addInput(event)
    } else if (event.kind === 'fault-end' && this.#faults.has(event.index)) {
      this.#addInput(event)
    } else if (event.kind === 'core' || (event.kind === 'phase' && event.phase === 'healed'))
      this.#addInput(event)
  }
}

/** The recording of one node from a whole run. */
export async function nodeRecording(
  batches: AsyncIterable<{ readonly events: readonly Event[] }>,
  node: NodeId,
): Promise<NodeRecording> {
  const recorder = new NodeRecorder(node)
  for await (const { events } of batches) for (const event of events) recorder.add(event)
  return recorder.recording()
}

/** A reset of the node's own making is what its program did; one of the peer is what it learnt. */
function isInput(event: Event): boolean {
  return inputKinds.has(event.kind) && !(event.kind === 'stream-reset' && event.why === 'own')
}

/** Whether plain data names a node anywhere. */
function mentions(value: unknown, node: NodeId): boolean {
  if (typeof value === 'string') return value === node
  return (
    typeof value === 'object' && value !== null && Object.values(value).some((item) => mentions(item, node))
  )
}
