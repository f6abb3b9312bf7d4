// Drives an exporter over a trace in bounded memory: text is handed on as soon as there is enough of it.

import type { EventLine, EventSource, Event, TraceFooter } from '../../sim/index.ts'
import { TraceError } from '../../sim/index.ts'
import { type Bound, type EventPlace, isBefore } from '../event-range.ts'
import { StandingEvents } from '../standing-events.ts'
import { type Exporter, type Selection, selects } from './exporter.ts'

/** A trace as exports read it: events, and the footer once a pass has come to the end. */
export interface ExportSource extends EventSource {
  readonly footer: TraceFooter | null
  /** The events with what only their kind has as it is written; null where nothing says that this is as it was written. */
  readonly eventLines?: () => Promise<AsyncIterable<readonly EventLine[]> | null>
}

/** How a trace is exported. */
export interface ExportOptions extends Selection {
  /** Export what stands before the damage of a trace instead of refusing it; told what the damage is. */
  readonly onDamage?: (error: TraceError) => void
  /** Called at the end where no event is in the part that was asked for. */
  readonly onEmpty?: () => void
}

const chunkLength = 64 * 1024

/** The text of an export in pieces. Throws a TraceError where the trace is damaged, unless `onDamage` is there. */
export async function* exportTrace(
  source: ExportSource,
  exporter: Exporter,
  options: ExportOptions = {},
): AsyncGenerator<string> {
  const takes = selects(options)
  const reading = new Reading(source, options.onDamage)
  let before = standingBefore(exporter, options)
  let text = exporter.begin()
  let isEmpty = true
  let at = 0
  for await (const events of reading.batches()) {
    for (const event of events) {
      if (before !== null && !isBefore(event, before.from)) {
        text += before.end()
        before = null
      }
      before?.take(event)
      if (takes(event)) {
        isEmpty = false
        text += exporter.event(event)
      } else exporter.skip?.(event)
      if (text.length < chunkLength) continue
      yield text
      text = ''
    }
    at = events.at(-1)?.at ?? at
  }
  if (isEmpty) options.onEmpty?.()
  text += exporter.end({ footer: source.footer, problem: reading.problem, at })
  if (text !== '') yield text
}

interface Before {
  readonly from: Bound
  take(event: Event): void
  end(): string
}

/** Gathers what an exporter wants to know of the time before a part; null when there is no such time, or it wants nothing. */
function standingBefore(exporter: Exporter, { from, nodes }: Selection): Before | null {
  if (from === undefined || exporter.standing === undefined) return null
  const standing = new StandingEvents()
  const isOf = selects(nodes === undefined ? {} : { nodes })
  return {
    from,
    take: (event) => {
      if (isOf(event)) standing.take(event)
    },
    end: () => exporter.standing?.(standing.list()) ?? '',
  }
}

/** The events of the part that is asked for, in groups. Throws as `exportTrace` does. */
export async function* partOf(
  source: ExportSource,
  options: ExportOptions,
): AsyncGenerator<readonly Event[]> {
  yield* selected(new Reading(source, options.onDamage).batches(), options)
}

/** Of groups what is asked for. */
export async function* selected<T extends EventPlace>(
  groups: AsyncIterable<readonly T[]>,
  options: ExportOptions,
): AsyncGenerator<readonly T[]> {
  const takes = selects(options)
  let isEmpty = true
  for await (const group of groups) {
    const taken = group.filter(takes)
    if (taken.length > 0) isEmpty = false
    yield taken
  }
  if (isEmpty) options.onEmpty?.()
}

class Reading {
  problem: string | null = null
  readonly #source: ExportSource
  readonly #onDamage: ((error: TraceError) => void) | undefined

  constructor(source: ExportSource, onDamage: ((error: TraceError) => void) | undefined) {
    this.#source = source
    this.#onDamage = onDamage
  }

  async *batches(): AsyncGenerator<readonly Event[]> {
    try {
      yield* this.#source.eventGroups()
    } catch (error) {
      if (!(error instanceof TraceError) || this.#onDamage === undefined) throw error
      this.problem = error.message
      this.#onDamage(error)
    }
  }
}
