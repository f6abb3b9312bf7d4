// Spans: one a step of a program, a message under way, a request to a disk or CPU, an operation. Messages and requests are
// kept until they arrive. A timer that fires links to where it was set, the second copy of a message to the message.

import type { Event, EventOf } from '../../../sim/index.ts'
import { eventName, messageKind } from '../event-name.ts'
import { attribute, type Ids, span, type WallTime } from './json.ts'
import { utf8Json } from '../safe-text.ts'
import type { Place, Places } from './places.ts'

/** A span that is written. */
interface Span {
  readonly begun: Event
  readonly endedAt: number
  readonly name: string
  readonly kind: SpanKind
  readonly place: Place
  /** As JSON, without the brackets. */
  readonly attributes: string
  readonly status?: string | undefined
  readonly link?: { readonly root: number; readonly span: number } | null | undefined
}

/** opentelemetry.proto.trace.v1.Span.SpanKind. */
type SpanKind = 1 | 3 | 4 | 5
const internal = 1
const client = 3
const producer = 4
const consumer = 5

interface Open {
  readonly begun: Event
  readonly place: Place
}

/** A span as JSON, beside the node that it belongs to. */
export type WrittenSpan = readonly [node: string, json: string]

/** Makes spans of events in order. */
export class Spans {
  readonly #ids: Ids
  readonly #time: WallTime
  readonly #places: Places
  /** What has begun and not ended: messages and requests by the seq of their event, operations by theirs. */
  readonly #open = new Map<number, Open>()
  readonly #invoked = new Map<number, number>()

  constructor(ids: Ids, time: WallTime, places: Places) {
    this.#ids = ids
    this.#time = time
    this.#places = places
  }

  /** The spans that are whole with this event. */
  of(event: Event, place: Place): readonly WrittenSpan[] {
    switch (event.kind) {
      case 'send':
      case 'datagram-send':
      case 'disk-request':
        this.#open.set(event.seq, { begun: event, place })
        return []
      case 'deliver':
      case 'datagram-deliver':
        return [...this.#close(event.cause, event.at), this.#step(event, place, consumer)]
      case 'drop':
        return this.#close(event.cause, event.at, errorStatus(event.why))
      case 'disk-result':
        return this.#close(
          event.cause,
          event.at,
          event.error === undefined ? undefined : errorStatus(event.error),
        )
      case 'cpu':
        // Most charges have no event at their end: it follows from what was charged, on a CPU that is not slowed down.
        this.#open.set(event.seq, { begun: event, place })
        return this.#close(event.seq, event.at + event.work)
      case 'operation':
        return this.#operation(event, place)
      case 'start':
      case 'timer-fire':
      case 'stream-read':
      case 'accept':
        return [this.#step(event, place, internal)]
      default:
        return []
    }
  }

  /** What never ended, with the end of the run as its end. */
  rest(at: number): readonly WrittenSpan[] {
    const seqs = [...this.#open.keys()]
    return seqs.flatMap((seq) => this.#close(seq, at, `{"code":0,"message":"not over when the trace ended"}`))
  }

  #operation(event: EventOf<'operation'>, place: Place): readonly WrittenSpan[] {
    if (event.phase === 'invoke') {
      this.#open.set(event.seq, { begun: event, place })
      this.#invoked.set(event.id, event.seq)
      return []
    }
    const seq = this.#invoked.get(event.id)
    this.#invoked.delete(event.id)
    if (seq === undefined) return []
    return this.#close(
      seq,
      event.at,
      event.phase === 'ok' ? '{"code":1}' : errorStatus(event.error ?? event.phase),
    )
  }

  #close(seq: number, endedAt: number, status?: string): readonly WrittenSpan[] {
    const open = this.#open.get(seq)
    if (open === undefined) return []
    this.#open.delete(seq)
    const { begun, place } = open
    const { name, kind, attributes } = described(begun)
    return [this.#write({ begun, endedAt, place, name, kind, attributes, status })]
  }

  #step(event: Event, place: Place, kind: SpanKind): WrittenSpan {
    const attributes = attribute('faultline.seq', event.seq)
    const link = this.#linkOf(event)
    const name = eventName(event)
    return this.#write({ begun: event, endedAt: event.at, place, name, kind, attributes, link })
  }

  #linkOf({ kind, cause }: Event): Span['link'] {
    if (kind === 'timer-fire') return this.#places.contextOf(cause)
    // The message is over: this is another copy of it.
    return kind === 'deliver' && this.#places.contextOf(cause)?.span !== cause
      ? this.#places.contextOf(cause)
      : null
  }

  #write({ begun, endedAt, name, kind, place, attributes, status, link }: Span): WrittenSpan {
    const { root, parent } = place
    const ids = `"traceId":"${this.#ids.trace(root)}","spanId":"${span(begun.seq)}"`
    const parentId = parent === 0 ? '' : `,"parentSpanId":"${span(parent)}"`
    const times = `"startTimeUnixNano":"${this.#time.text(begun.at)}","endTimeUnixNano":"${this.#time.text(endedAt)}"`
    const links =
      link === undefined || link === null
        ? ''
        : `,"links":[{"traceId":"${this.#ids.trace(link.root)}","spanId":"${span(link.span)}"}]`
    const ofStatus = status === undefined ? '' : `,"status":${status}`
    const json = `{${ids}${parentId},"name":${utf8Json(name)},"kind":${kind},${times},"attributes":[${attributes}]${links}${ofStatus}}`
    return [begun.node, json]
  }
}

function errorStatus(message: string): string {
  return `{"code":2,"message":${utf8Json(message)}}`
}

const messageLengthMax = 2000

function described(event: Event): Pick<Span, 'name' | 'kind' | 'attributes'> {
  const seq = attribute('faultline.seq', event.seq)
  switch (event.kind) {
    case 'send': {
      const target = attribute('faultline.target', event.target)
      const size = attribute('faultline.size', event.size)
      const text = JSON.stringify(event.message).slice(0, messageLengthMax)
      const attributes = `${seq},${target},${size},${attribute('faultline.message', text)}`
      return { name: messageKind(event.message), kind: producer, attributes }
    }
    case 'datagram-send': {
      const attributes = `${seq},${attribute('faultline.target', event.target)}`
      return { name: 'datagram', kind: producer, attributes }
    }
    case 'disk-request': {
      const attributes = `${seq},${attribute('faultline.path', event.path)}`
      return { name: `disk ${event.operation}`, kind: internal, attributes }
    }
    case 'operation': {
      const process = attribute('faultline.process', event.process)
      const key = attribute('faultline.key', JSON.stringify(event.key))
      const input = attribute('faultline.input', JSON.stringify(event.value).slice(0, messageLengthMax))
      return { name: event.f, kind: client, attributes: `${seq},${process},${key},${input}` }
    }
    default:
      return { name: event.kind, kind: internal, attributes: seq }
  }
}
