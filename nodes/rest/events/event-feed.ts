// Server-sent events (HTML standard, section 9.2). The feed keeps the latest events; each reader is only a place in it and takes
// them as fast as it can. So a slow reader costs nothing and holds up nobody: what it is too late for it is told to have
// missed (`event: missed`, whose data is how many events, or null where nobody knows). A reader that comes back with
// Last-Event-ID goes on where it was.

import { Problem } from '../app/problem.ts'
import { content } from '../app/reply.ts'
import type { HttpRequest, HttpResponse } from '../../http/index.ts'
import { type Duration, type Env, seconds, toMs } from '../../../sim/index.ts'

/** How a feed is. */
export interface EventFeedOptions {
  /** Events that are kept (default 1,000). */
  readonly historyMax?: number
  /** Readers at once (default 1,000); one more is answered with 503. */
  readonly readersMax?: number
  /** After how long without an event a comment is sent, so that nobody takes the stream for dead (default 15 s). */
  readonly heartbeat?: Duration
  /** How long clients wait before they come back (default 2 s). */
  readonly retry?: Duration
  /** What tells the events of this feed from those of one before it: the incarnation of the node, say (default `1`). */
  readonly generation?: string
}

interface FeedEvent {
  readonly id: number
  readonly text: string
}

/** A feed of events. */
export class EventFeed {
  readonly #timers: Env['timers']
  readonly #historyMax: number
  readonly #readersMax: number
  readonly #heartbeat: Duration
  readonly #retry: Duration
  readonly #generation: string
  readonly #history: FeedEvent[] = []
  readonly #wakers = new Set<() => void>()
  #latest = 0
  #readers = 0
  #isClosed = false

  constructor({ timers }: Pick<Env, 'timers'>, options: EventFeedOptions = {}) {
    this.#timers = timers
    this.#historyMax = options.historyMax ?? 1_000
    this.#readersMax = options.readersMax ?? 1_000
    this.#heartbeat = options.heartbeat ?? seconds(15)
    this.#retry = options.retry ?? seconds(2)
    this.#generation = options.generation ?? '1'
  }

  /** How many read now. */
  get readers(): number {
    return this.#readers
  }

  /** Adds an event: a value, sent as JSON, under a name (default `message`). Throws a RangeError for a name with line ends. */
  publish(value: unknown, name = 'message'): void {
    if (/[\r\n]/.test(name)) throw new RangeError(`event name: got ${JSON.stringify(name)}, wanted one line`)
    const id = ++this.#latest
    // JSON has no line ends, so that the data is one line.
    const text = `id: ${this.#generation}.${id}\nevent: ${name}\ndata: ${JSON.stringify(value)}\n\n`
    this.#history.push({ id, text })
    if (this.#history.length > this.#historyMax) this.#history.shift()
    this.#wake()
  }

  /** Ends all streams; clients will come back. */
  close(): void {
    this.#isClosed = true
    this.#wake()
  }

  /** The answer with the events from now on, or from the one after Last-Event-ID on. Throws the Problem 503. */
  respond(request: HttpRequest): HttpResponse {
    if (this.#readers >= this.#readersMax || this.#isClosed)
      throw new Problem(503, 'too many read already', { headers: [['Retry-After', '5']] })
    const body = this.#stream(this.#placeAfter(request.headers.get('last-event-id')), request.signal)
    return content(body, 'text/event-stream', { headers: [['Cache-Control', 'no-store']] })
  }

  /** Of another generation nothing is known: all that is kept is sent, after the word that more may be missing. */
  #placeAfter(lastId: string | null): number | null {
    if (lastId === null) return this.#latest
    const [, generation, id] = /^(.*)\.(\d{1,15})$/.exec(lastId) ?? []
    return generation === this.#generation ? Math.min(Number(id), this.#latest) : null
  }

  async *#stream(start: number | null, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    const encoder = new TextEncoder()
    let place = start ?? Math.max(0, (this.#history[0]?.id ?? 1) - 1)
    this.#readers++
    try {
      yield encoder.encode(`retry: ${Math.round(toMs(this.#retry))}\n\n`)
      if (start === null) yield encoder.encode('event: missed\ndata: null\n\n')
      while (!signal.aborted) {
        const missed = this.#missedAfter(place)
        if (missed > 0) yield encoder.encode(`event: missed\ndata: ${missed}\n\n`)
        const next = this.#after(place)
        if (next !== undefined) {
          place = next.id
          yield encoder.encode(next.text)
        } else if (this.#isClosed) return
        else if ((await this.#waitForMore(signal)) === 'silence') yield encoder.encode(': \n\n')
      }
    } finally {
      this.#readers--
    }
  }

  /** Numbers of events follow each other without a gap. */
  #after(place: number): FeedEvent | undefined {
    const [oldest] = this.#history
    return oldest === undefined ? undefined : this.#history[Math.max(0, place + 1 - oldest.id)]
  }

  #missedAfter(place: number): number {
    const [oldest] = this.#history
    return oldest === undefined ? 0 : Math.max(0, oldest.id - place - 1)
  }

  #waitForMore(signal: AbortSignal): Promise<'more' | 'silence'> {
    return new Promise((resolve) => {
      const done = (why: 'more' | 'silence') => (): void => {
        timer.cancel()
        this.#wakers.delete(wake)
        signal.removeEventListener('abort', wake)
        resolve(why)
      }
      const wake = done('more')
      const timer = this.#timers.after(this.#heartbeat, done('silence'))
      this.#wakers.add(wake)
      signal.addEventListener('abort', wake)
    })
  }

  #wake(): void {
    for (const wake of this.#wakers) wake()
  }
}
