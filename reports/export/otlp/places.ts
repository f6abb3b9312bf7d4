// Where each event belongs: in which trace and under which span. A trace begins where something happens by itself: a timer,
// a start, the world. Messages, requests to the disk and the like carry it on. What a step does after it has invoked an
// operation belongs to that operation.

import type { Event, NodeId } from '../../../sim/index.ts'

/** The place of an event. */
export interface Place {
  /** The event with which the trace began. */
  readonly root: number
  /** The event with which the enclosing span began; 0 at the root. */
  readonly parent: number
}

const rootKinds: ReadonlySet<string> = new Set(['start', 'timer-fire'])
/** Kinds that begin a span. */
const spanKinds: ReadonlySet<string> = new Set([
  'start',
  'timer-fire',
  'send',
  'deliver',
  'datagram-send',
  'datagram-deliver',
  'stream-read',
  'accept',
  'disk-request',
  'cpu',
])
/** Results go on where the request was made, not within the request. */
const resultKinds: ReadonlySet<string> = new Set(['disk-result', 'cpu-done'])
const capacityMin = 1024

/** Takes the events of a run in order: 12 bytes of each are kept. */
export class Places {
  #root = new Uint32Array(capacityMin)
  #span = new Uint32Array(capacityMin)
  #parent = new Uint32Array(capacityMin)
  /** The operation invoked last in the step that a node is in, and the event that began the step. */
  readonly #operations = new Map<NodeId, { readonly cause: number; readonly seq: number }>()

  /** Takes the next event and returns its place. */
  add(event: Event): Place {
    const { seq, node, kind } = event
    if (seq >= this.#root.length) this.#grow(seq)
    const place = this.#place(event)
    this.#root[seq] = place.root
    this.#parent[seq] = place.parent
    this.#span[seq] = spanKinds.has(kind) ? seq : place.parent
    if (event.kind === 'operation' && event.phase === 'invoke')
      this.#operations.set(node, { cause: event.cause, seq })
    return place
  }

  /** The event with which the span began that an event belongs to, and that of its trace; null when it has none. */
  contextOf(seq: number): { readonly root: number; readonly span: number } | null {
    const span = this.#span[seq] ?? 0
    return span === 0 ? null : { root: this.#root[seq] ?? 0, span }
  }

  #place({ seq, node, kind, cause }: Event): Place {
    const known = this.#root[cause] ?? 0
    if (known === 0 || node === '' || rootKinds.has(kind)) return { root: seq, parent: 0 }
    const operation = this.#operations.get(node)
    if (operation?.cause === cause) return { root: known, parent: operation.seq }
    const source = resultKinds.has(kind) ? this.#parent : this.#span
    return { root: known, parent: source[cause] ?? 0 }
  }

  #grow(seq: number): void {
    const size = Math.max(seq + 1, this.#root.length * 2)
    this.#root = copied(this.#root, size)
    this.#span = copied(this.#span, size)
    this.#parent = copied(this.#parent, size)
  }
}

function copied(array: Uint32Array, size: number): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(size)
  larger.set(array)
  return larger
}
