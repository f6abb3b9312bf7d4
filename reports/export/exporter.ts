// What every export format is: a fold from the events of a trace, in order, to text.

import { type Bound, type EventPlace, isBefore, isBehind } from '../event-range.ts'
import type { Event, EventKind, NodeId, TraceFooter, TraceHeader } from '../../sim/index.ts'

/** What an exporter knows before the first event. */
export interface ExportContext {
  readonly header: TraceHeader
  /** The path of the trace, or what else the run is called. */
  readonly name: string
  /** For formats with wall time: when virtual time 0 was, in seconds since 1970. */
  readonly epoch?: number
  /** The line that runs it again. */
  readonly command?: string
  /** Whether the events are few, and those that led to a violation: then each of them says something. */
  readonly isSlice?: boolean
}

/** How a run ended, as far as the trace says; `problem` is what kept the rest of it from being read. */
export interface ExportEnd {
  readonly footer: TraceFooter | null
  readonly problem: string | null
  /** The instant of the last event. */
  readonly at: number
}

/**
 * One format over one trace. Each call returns the text that is certain by then ('' is often all of it), so that memory
 * holds only what is still open: messages in flight, operations without an end.
 */
export interface Exporter {
  /** What stands before everything else. */
  begin(): string
  /** Takes the next event of the part that was asked for. */
  event(event: Event): string
  /** Takes, before the first event of a part, those before it that still hold in it: faults that last, nodes that are down. */
  standing?(events: readonly Event[]): string
  /** Takes an event outside of that part: what a clock or a link leads through. */
  skip?(event: Event): void
  /** What stands after everything else. */
  end(end: ExportEnd): string
}

/** The kinds of events that begin what lasts, whatever the format: faults, times of being down, calls. */
export const lastingKinds: readonly EventKind[] = [
  'fault-begin',
  'crash',
  'stop',
  'exit',
  'pause',
  'operation',
]

/** Which events are meant. Bounds are inclusive. */
export interface Selection {
  readonly from?: Bound
  readonly to?: Bound
  /** Only events of these nodes and of the world; all when absent. */
  readonly nodes?: ReadonlySet<NodeId>
}

/** The test for a selection. */
export function selects({ from, to, nodes }: Selection): (event: EventPlace) => boolean {
  return (event) =>
    (from === undefined || !isBefore(event, from)) &&
    (to === undefined || !isBehind(event, to)) &&
    (nodes === undefined || event.node === '' || nodes.has(event.node))
}
