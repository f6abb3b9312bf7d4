// The logs of several real nodes as one: what happened, in the order of the instants at which it did. Clocks of different
// machines agree only as well as somebody sets them, so what follows within less than that may stand in the other order.

import type { Event } from '../event.ts'
import { type EventSource, isCutOff, TraceError } from '../log/index.ts'
import type { Instant } from '../time.ts'

const nsInMs = 1_000_000

/** Whether a trace is the log of a real node. */
export function isRealLog({ header }: Pick<EventSource, 'header'>): boolean {
  return header.options['real'] === true
}

/**
 * The events of all logs, numbered anew; instants count from the beginning of the process that began first. A log that ends in the
 * middle, as a kill leaves it, ends there: `onCut` is told. Rejects with a TraceError for what is no log of a real node, or not as it
 * was written.
 */
export async function* mergedLogs(
  logs: readonly EventSource[],
  onCut: (error: TraceError) => void,
): AsyncGenerator<Event> {
  const begins = logs.map(beginOf)
  const first = Math.min(...begins)
  const readers = logs.map(
    (log, place) => new LogReader(log, ((begins[place] ?? first) - first) * nsInMs, onCut),
  )
  for (const reader of readers) await reader.advance()
  for (let seq = 1; ; seq++) {
    let next: LogReader | null = null
    for (const reader of readers)
      if (reader.event !== null && (next === null || reader.at < next.at)) next = reader
    if (next === null) return
    yield next.take(seq)
    await next.advance()
  }
}

function beginOf(log: EventSource): number {
  const begin = log.header.options['beginMs']
  if (isRealLog(log) && typeof begin === 'number') return begin
  throw new TraceError(log.name, 1, 'a trace of a simulation', 'the log of a real node')
}

/** Reads one log. */
class LogReader {
  event: Event | null = null
  readonly #events: AsyncIterator<Event>
  readonly #shift: number
  readonly #onCut: (error: TraceError) => void
  /** The new number of each event, by its own. */
  readonly #numbers: number[] = [0]

  constructor(log: EventSource, shift: number, onCut: (error: TraceError) => void) {
    this.#events = eventsOf(log)
    this.#shift = Math.round(shift)
    this.#onCut = onCut
  }

  get at(): number {
    return (this.event?.at ?? 0) + this.#shift
  }

  /** The event that was read last, as one of all logs. */
  take(seq: number): Event {
    const event = this.event as Event
    this.#numbers[event.seq] = seq
    return { ...event, seq, at: this.at as Instant, cause: this.#numbers[event.cause] ?? 0 }
  }

  async advance(): Promise<void> {
    try {
      const { done, value } = await this.#events.next()
      this.event = done === true ? null : value
    } catch (error) {
      if (!(error instanceof TraceError) || !isCutOff(error)) throw error
      this.#onCut(error)
      this.event = null
    }
  }
}

async function* eventsOf(log: EventSource): AsyncGenerator<Event> {
  for await (const { events } of log.batches()) yield* events
}
