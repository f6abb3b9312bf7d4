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
  /** The events in groups, each with the digest after it. */
  batches(): AsyncIterable<TraceBatch>
}

/** A run that is in memory as a source. */
export function memorySource(name: string, header: TraceHeader, events: readonly Event[]): EventSource {
  return { name, header, batches: () => memoryBatches(events) }
}

const batchSize = 1024

async function* memoryBatches(events: readonly Event[]): AsyncGenerator<TraceBatch> {
  const digest = new Digest()
  for (let start = 0; start < events.length; start += batchSize) {
    const group = events.slice(start, start + batchSize)
    yield await Promise.resolve({
      events: group,
      checkpoints: group.map((event) => checkpointAfter(digest, event)),
    })
  }
}

function checkpointAfter(digest: Digest, event: Event): number {
  digest.mixEvent(recordOf(event))
  return digest.checkpoint
}

/** Reads the events with the given seqs; those that are not there are missing from the result. */
export async function pickEvents(
  trace: EventSource,
  seqs: readonly number[],
): Promise<ReadonlyMap<number, Event>> {
  const wanted = new Set(seqs)
  const last = Math.max(0, ...seqs)
  const found = new Map<number, Event>()
  for await (const batch of trace.batches()) {
    for (const event of batch.events) if (wanted.has(event.seq)) found.set(event.seq, event)
    if ((batch.events.at(-1)?.seq ?? 0) >= last) break
  }
  return found
}
