// Who waited for what when a run had to get somewhere and did not, from its trace.

import { type EventSource, type NodeId, type Outcome, type Violation, Waits } from '../sim/index.ts'

/**
 * For a failure to get anywhere (an invariant that says so, a deadlock, a node that had to end and has not), a line for
 * each node that waits: for which answer, or who is down; none for other failures. Reads the trace up to the event at which
 * the failure showed. Rejects with a TraceError when the trace is damaged.
 */
export async function whoWaits(
  source: EventSource,
  { outcome, violation, events }: FailedToProgress,
): Promise<readonly string[]> {
  if (violation === null ? !isStuck(outcome) : violation.lacksProgress !== true) return []
  const last = violation?.seq ?? events
  const nodes = new Set<NodeId>()
  const waits = new Waits()
  for await (const batch of source.batches()) {
    for (const event of batch.events) {
      if (event.seq > last) break
      if (event.node !== '') nodes.add(event.node)
      waits.on(event)
    }
    if ((batch.events.at(-1)?.seq ?? 0) >= last) break
  }
  return waits.explain([...nodes])
}

/** What has to be known of a run. */
export interface FailedToProgress {
  readonly outcome: Outcome
  readonly violation: Pick<Violation, 'seq' | 'lacksProgress'> | null
  readonly events: number
}

function isStuck({ kind }: Outcome): boolean {
  return kind === 'deadlock' || kind === 'unfinished'
}

/** The lines as a section of a report. */
export function waitsSection(lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ['', '  who waited for what:', ...lines.map((line) => `    ${line}`)]
}
