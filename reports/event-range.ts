// A part of a trace: from one event or instant to another, of some nodes and kinds, that say some text.

import { type Event, type Instant, type NodeId } from '../sim/index.ts'

import { eventText } from './event-text.ts'

/** An end of a range: an event by its seq, or an instant. */
export type RangeEnd = { readonly seq: number } | { readonly at: Instant }

/** Which events are meant. What is absent does not matter. */
export interface EventRange {
  /** The first that may be meant, and the last; both included. */
  readonly from?: RangeEnd
  readonly to?: RangeEnd
  /** Events of these nodes; '' is the world. */
  readonly nodes?: readonly NodeId[]
  readonly kinds?: readonly string[]
  /** What an event says has this in it, whatever its case. */
  readonly text?: string
}

/** The question whether an event is in a range. */
export function inRange({ from, to, nodes, kinds, text }: EventRange): (event: Event) => boolean {
  const wanted = text?.toLowerCase()
  return (event) =>
    (from === undefined || !isBefore(event, from)) &&
    (to === undefined || !isBehind(event, to)) &&
    (nodes === undefined || nodes.includes(event.node)) &&
    (kinds === undefined || kinds.includes(event.kind)) &&
    (wanted === undefined || `${event.kind} ${eventText(event)}`.toLowerCase().includes(wanted))
}

/** Whether an event lies behind a range: no later one is in it. */
export function isBehind({ seq, at }: Event, to: RangeEnd): boolean {
  return 'seq' in to ? seq > to.seq : at > to.at
}

function isBefore({ seq, at }: Event, from: RangeEnd): boolean {
  return 'seq' in from ? seq < from.seq : at < from.at
}
