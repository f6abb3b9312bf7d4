// A part of a trace: from one event or instant to another, of some nodes and kinds, that say some text.

import type { Event, NodeId } from '../sim/index.ts'

import { eventText } from './event-text.ts'

/** A place in a trace: an instant, or an event. */
export type Bound = { readonly at: number } | { readonly seq: number }

/** Where an event stands. */
export type EventPlace = Pick<Event, 'seq' | 'at' | 'node'>

/** Which events are meant. What is absent does not matter. */
export interface EventRange {
  /** The first that may be meant, and the last; both included. */
  readonly from?: Bound
  readonly to?: Bound
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

/** Whether an event lies before a range. */
export function isBefore(event: EventPlace, from: Bound): boolean {
  return compareTo(event, from) < 0
}

/** Whether an event lies behind a range: no later one is in it. */
export function isBehind(event: EventPlace, to: Bound): boolean {
  return compareTo(event, to) > 0
}

/** Below 0 before a place, 0 at it, above 0 behind it. */
function compareTo(event: EventPlace, bound: Bound): number {
  return 'seq' in bound ? event.seq - bound.seq : event.at - bound.at
}
