// The run of a sweep of which is kept what clients saw: one that passed, since failures are kept with their traces.

import { type SweepRun, SeriesFold } from '../reports/index.ts'
import { type EventLog, run, type RunOptions, type Scenario, type SeedResult } from '../sim/index.ts'

/**
 * The seed that passed and is in the middle by how many calls succeeded, so that it shows how the system usually does, and
 * the same one each time; null where no seed passed, or nobody called anything.
 */
export function middlePass(results: readonly SeedResult[]): SeedResult | null {
  const passed = results
    .filter(
      ({ outcome, operations: { ok, fail, info } }) => outcome.kind === 'passed' && ok + fail + info > 0,
    )
    .sort((a, b) => a.operations.ok - b.operations.ok || a.seed - b.seed)
  return passed[Math.floor((passed.length - 1) / 2)] ?? null
}

/** What clients see in a run, or why that is not known. */
export type SeenRun =
  | { readonly kind: 'seen'; readonly seen: SweepRun }
  | { readonly kind: 'interrupted' }
  /** The run went another way than the first time. */
  | { readonly kind: 'nondeterministic' }

/** Makes a run again, in this thread, and looks at what its clients see: only such events are built. */
export async function seeRun(
  scenario: Scenario,
  options: RunOptions,
  { digest, seed }: SeedResult,
  isOver: () => boolean,
): Promise<SeenRun> {
  const fold = new SeriesFold()
  const take = fold.take.bind(fold)
  const onLog = (log: EventLog): void => {
    for (const kind of ['operation', 'fault-begin', 'fault-end', 'phase'] as const) log.subscribe(kind, take)
  }
  const again = await run(scenario, { ...options, onLog, isChecked: false, onProgress: () => !isOver() })
  if (again.outcome.kind === 'interrupted') return { kind: 'interrupted' }
  if (again.digest !== digest) return { kind: 'nondeterministic' }
  return { kind: 'seen', seen: { seed, ...fold.series(again.at) } }
}
