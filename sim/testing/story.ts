// For tests: runs a small scenario and tells its event log as text, one line an event, to be read aloud in a snapshot.

import type { Event } from '../event.ts'
import { run, type RunOptions, type RunResult } from '../run.ts'
import type { Scenario } from '../scenario.ts'
import { toMs, type Duration } from '../time.ts'

/** A run with its log. */
export interface Told {
  readonly result: RunResult
  readonly events: readonly Event[]
  /** One line an event of the kinds asked for. */
  readonly story: readonly string[]
}

/** Runs a scenario in full mode; `kinds` chooses what the story tells (default: everything but phases). */
export async function tell(
  scenario: Scenario,
  kinds: readonly string[] = [],
  options: Partial<RunOptions> = {},
): Promise<Told> {
  const events: Event[] = []
  const result = await run(scenario, {
    seed: 1,
    onEvent: (event) => {
      events.push(event)
    },
    ...options,
  })
  const story = events
    .filter(({ kind }) => (kinds.length === 0 ? kind !== 'phase' : kinds.includes(kind)))
    .map(line)
  return { result, events, story }
}

const common = new Set(['seq', 'at', 'node', 'kind', 'cause', 'stack'])

function line(event: Event): string {
  const own = Object.entries(event).filter(([field]) => !common.has(field))
  const fields = own.map(
    ([field, value]) => `${field}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  )
  return [
    `${toMs(event.at as number as Duration).toFixed(3)}ms`,
    event.node || 'world',
    event.kind,
    ...fields,
  ].join(' ')
}
