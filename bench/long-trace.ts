// A trace as long as is asked for: that of a store under faults, repeated, each time later and with seqs that go on.

import { storeScenario } from './store.bench.ts'
import { header } from './trace-header.ts'
import { type Event, run, TraceWriter } from '../sim/index.ts'

/** Writes it. */
export async function writeTrace(path: string, count: number): Promise<void> {
  const events = await storeEvents()
  const writer = new TraceWriter(path, header)
  const length = (events.at(-1)?.at ?? 0) + 1
  for (let seq = 1; seq <= count; seq++) {
    const place = (seq - 1) % events.length
    const round = (seq - 1 - place) / events.length
    const event = events[place]
    if (event !== undefined) writer.write(again(event, seq, round * length))
  }
  writer.finish({ outcome: 'passed', violations: [] })
}

async function storeEvents(): Promise<readonly Event[]> {
  const events: Event[] = []
  await run(storeScenario({ invariants: [] }), { seed: 1, onEvent: (event) => void events.push(event) })
  return events
}

function again(event: Event, seq: number, later: number): Event {
  const cause = event.cause === 0 ? 0 : event.cause + seq - event.seq
  const moved = { ...event, seq, at: event.at + later, cause }
  const object: object = event.kind === 'operation' ? { ...moved, id: event.id + seq - event.seq } : moved
  return object as Event
}
