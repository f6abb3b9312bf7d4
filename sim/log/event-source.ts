// Where events come from: a trace file, or a run that is in memory.

import type { Event } from '../event.ts'
import { Digest } from './digest.ts'
import { recordOf } from './event-record.ts'
import type { TraceBatch } from './trace-decoder.ts'
import type { TraceHeader } from './trace-header.ts'

/** The events of one run, from the first; may be read any number of times. */
export interface EventSource {
  /** What errors and reports call it: the path of a trace. */
  readonly name: string
  readonly header: TraceHeader
  /** The events behind a seq (default 0: all of them) in groups, each with the digest after it. */
  batches(after?: number): AsyncIterable<TraceBatch>
  /** All events in groups, for those who compare no digests: a file may be checked as a whole, which is faster. */
  eventGroups(): AsyncIterable<readonly Event[]>
  /** Direct access to the digest after any event; null where that would mean to read everything. */
  checkpoints(): Checkpoints | null
}

/** The digests after the events of a run, one at a time. To be closed. */
export interface Checkpoints {
  /** How many events there are. */
  readonly count: number
  /** The digest after an event (its first 8 digits as a number); null when the trace is damaged there. */
  find(seq: number): { readonly checkpoint: number } | null
  close(): void
}

/** A run that is in memory as a source. */
export function memorySource(name: string, header: TraceHeader, events: readonly Event[]): EventSource {
  const digest = new Digest()
  const checkpoints = events.map((event) => {
    digest.mixEvent(recordOf(event))
    return digest.checkpoint
  })
  return {
    name,
    header,
    batches: (after = 0) => memoryBatches(events, checkpoints, after),
    eventGroups: () => memoryGroups(events),
    checkpoints: () => ({
      count: events.length,
      find: (seq) => ({ checkpoint: checkpoints[seq - 1] ?? -1 }),
      close: () => undefined,
    }),
  }
}

const batchSize = 1024

async function* memoryBatches(
  events: readonly Event[],
  checkpoints: readonly number[],
  after: number,
): AsyncGenerator<TraceBatch> {
  for (let start = after; start < events.length; start += batchSize) {
    const end = start + batchSize
    yield await Promise.resolve({
      events: events.slice(start, end),
      checkpoints: checkpoints.slice(start, end),
    })
  }
}

async function* memoryGroups(events: readonly Event[]): AsyncGenerator<readonly Event[]> {
  for (let start = 0; start < events.length; start += batchSize)
    yield await Promise.resolve(events.slice(start, start + batchSize))
}

/** Reads the events with the given seqs, all behind `after`; those that are not there are missing from the result. */
export async function pickEvents(
  trace: EventSource,
  seqs: readonly number[],
  after = 0,
): Promise<ReadonlyMap<number, Event>> {
  const wanted = new Set(seqs)
  const last = Math.max(0, ...seqs)
  const found = new Map<number, Event>()
  for await (const batch of trace.batches(after)) {
    for (const event of batch.events) if (wanted.has(event.seq)) found.set(event.seq, event)
    if ((batch.events.at(-1)?.seq ?? 0) >= last) break
  }
  return found
}
