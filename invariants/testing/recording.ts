// A list of events for tests, written like a story: each call adds what happens next.

import {
  type Data,
  type Duration,
  type Event,
  type EventFields,
  type EventKind,
  type Instant,
  type InvariantWorld,
  type NodeId,
  after,
  instantZero,
} from '../../sim/index.ts'

/** Events that happen one after the other, at one instant until `wait` lets time pass. */
export class Recording {
  readonly events: Event[] = []
  #now: Instant = instantZero
  #operations = 0

  /** Lets time pass. */
  wait(duration: Duration): this {
    this.#now = after(this.#now, duration)
    return this
  }

  /** Adds an event. */
  add<K extends EventKind>(kind: K, node: NodeId, fields: EventFields<K>): this {
    const event = { seq: this.events.length + 1, at: this.#now, node, kind, cause: 0, ...fields }
    this.events.push(event as Partial<Event> as Event)
    return this
  }

  probe(node: NodeId, name: string, value: Data): this {
    return this.add('probe', node, { name, value })
  }

  /** The faults end for good. */
  heal(): this {
    return this.add('phase', '', { phase: 'healed' })
  }

  start(node: NodeId, incarnation = 1): this {
    return this.add('start', node, { incarnation, version: '1' })
  }

  crash(node: NodeId): this {
    return this.add('crash', node, { connections: 'reset' })
  }

  /** An operation that begins and ends at once; ended `open` it never does. */
  operation(node: NodeId, f: string, end: OperationEnd = {}): this {
    return this.invoke(node, f, end).end(end.phase ?? 'ok', end.output ?? null)
  }

  /** An operation begins. */
  invoke(node: NodeId, f: string, { key = null, input = null }: OperationEnd = {}): this {
    this.#open = { id: ++this.#operations, process: node, f, key }
    return this.add('operation', node, { ...this.#open, phase: 'invoke', value: input })
  }

  /** The operation that began last ends. */
  end(phase: 'ok' | 'fail' | 'info', output: Data = null): this {
    return this.add('operation', this.#open.process, { ...this.#open, phase, value: output })
  }

  #open: Pick<EventFields<'operation'>, 'id' | 'process' | 'f' | 'key'> = {
    id: 0,
    process: '',
    f: '',
    key: null,
  }
}

/** What an operation is about and how it ends. */
export interface OperationEnd {
  readonly key?: Data
  readonly input?: Data
  readonly output?: Data
  readonly phase?: 'ok' | 'fail' | 'info'
}

/** An empty list of events. */
export function recording(): Recording {
  return new Recording()
}

/** Three stores and two clients. */
export const smallWorld: InvariantWorld = {
  nodes: ['store-1', 'store-2', 'store-3', 'client-1', 'client-2'],
  groups: new Map([
    ['store', ['store-1', 'store-2', 'store-3']],
    ['client', ['client-1', 'client-2']],
  ]),
}
