// Exhaustive search of a small world: every order of deliveries, timers and crashes that the settings allow.

import type { ExhaustBounds, ExhaustResult, ExhaustVerdict, PathStep } from './exhaust-result.ts'
import { type ExhaustProgress, Search, type SearchEnd } from './search.ts'
import { SmallWorld, type SmallWorldSpec } from './small-world.ts'
import type { Step } from './step.ts'
import type { Data } from '../../data.ts'
import type { Event } from '../../event.ts'
import { type ExhaustSettings, resolveExhaustSettings } from '../../exhaust-settings.ts'
import { installGuards, removeGuards } from '../../kernel/index.ts'
import type { Violation } from '../../invariant.ts'
import { RandomStreams, type Seed } from '../../random.ts'
import { topologyOf } from '../../run-setup.ts'
import { withScenario } from '../../scenario-error.ts'
import type { Scenario } from '../../scenario.ts'

/** How to search; what may happen is as the scenario says where it is not said here. */
export interface ExhaustOptions extends ExhaustSettings, Partial<ExhaustBounds> {
  /** Decides the parameters that are drawn, and what programs draw (default 1). */
  readonly seed?: Seed
  /** Parameters set from outside; the others are as declared or drawn. */
  readonly set?: ReadonlyMap<string, Data>
  /** Leaves out steps whose place among others makes no difference to any state (default true). */
  readonly isReduced?: boolean
  /**
   * Goes on from the latest state instead of the earliest (default false). With fewer executions it finds all states as
   * well; but the path to a violation need not be the shortest, and `depthMax` may cut off states that a shorter path has.
   */
  readonly isDeepFirst?: boolean
  /** Called now and then; returning false interrupts the search. */
  readonly onProgress?: (progress: ExhaustProgress) => boolean
}

/**
 * Executes a scenario's programs in every order of deliveries, timers and crashes, and judges each path by the scenario's
 * invariants. Time stands still: whatever is pending may come next. States are told apart by what programs publish (see
 * `published.ts`); where some program does not, every path is followed to `depthMax`.
 *
 * What an invariant finds must follow from single events, from the published states, from the history of operations, or
 * from what it says of its memory (`Invariant.isMemoryless`, `InvariantFold.memory`).
 *
 * Rejects as `run` does when the scenario or what was set is wrong.
 */
export async function exhaust(scenario: Scenario, options: ExhaustOptions = {}): Promise<ExhaustResult> {
  const spec = withScenario(scenario.title, () => specOf(scenario, options))
  const bounds = { depthMax: options.depthMax ?? 1000, statesMax: options.statesMax ?? 1_000_000 }
  const isReduced = options.isReduced ?? true
  const search = new Search(spec, {
    bounds,
    isReduced,
    isDeepFirst: options.isDeepFirst ?? false,
    onProgress: options.onProgress ?? (() => true),
  })
  // Once for all executions: there are very many short ones.
  installGuards()
  try {
    const end = await search.run()
    return await resultOf({ scenario, spec, bounds, isReduced, search, end })
  } finally {
    removeGuards()
  }
}

function specOf(scenario: Scenario, options: ExhaustOptions): SmallWorldSpec {
  const { network, timers, crashes, crashesOf, restarts, losses, duplicates } = options
  const seed = options.seed ?? 1
  const prepared = scenario.prepare(new RandomStreams(seed), options.set ?? new Map<string, Data>())
  const said = { network, timers, crashes, crashesOf, restarts, losses, duplicates }
  const given = Object.entries(said).filter(([, value]) => value !== undefined)
  const settings = resolveExhaustSettings({ ...prepared.exhaust, ...Object.fromEntries(given) })
  const spec = { prepared, topology: topologyOf(prepared.nodes), settings, seed, isChecked: false }
  // What is wrong with the nodes shows when a world is made of them: here, as a mistake of the scenario.
  void new SmallWorld(spec, () => false)
  return spec
}

interface Finished {
  readonly scenario: Scenario
  readonly spec: SmallWorldSpec
  readonly bounds: ExhaustBounds
  readonly isReduced: boolean
  readonly search: Search
  readonly end: SearchEnd
}

async function resultOf({
  scenario,
  spec,
  bounds,
  isReduced,
  search,
  end,
}: Finished): Promise<ExhaustResult> {
  const { tally, states } = search
  const shown = 'path' in end ? await show(spec, end) : null
  const undecided = [...tally.undecided].map(([invariant, message]) => ({ invariant, message }))
  return {
    title: scenario.title,
    parameters: spec.prepared.values,
    settings: spec.settings,
    bounds,
    verdict: verdictOf(end, shown, undecided.length),
    states,
    isMatched: tally.unmatched === 0,
    transitions: tally.transitions,
    ignored: tally.ignored,
    spared: tally.spared,
    isReduced,
    depth: tally.depth,
    ends: tally.ends,
    openEnds: tally.openEnds,
    runs: tally.runs,
    unpublished: [...tally.unpublished],
    hasBytes: tally.hasBytes,
    drawing: [...tally.drawing],
    clockReaders: [...tally.clockReaders],
    forgetful: [...tally.forgetful],
    invariants: [...tally.looked].map(([invariant, looked]) => ({ invariant, ...looked })),
    undecided,
    events: shown?.events ?? [],
  }
}

function verdictOf(end: SearchEnd, shown: Shown | null, undecided: number): ExhaustVerdict {
  const path = shown?.path ?? []
  switch (end.kind) {
    case 'violated':
      return { kind: end.kind, violation: shown?.violation ?? end.violation, path }
    case 'deadlock':
      return { ...end, path }
    case 'exhausted':
      return undecided > 0 ? { kind: 'undecided' } : end
    case 'bound':
    case 'interrupted':
      return end
  }
}

interface Shown {
  readonly path: readonly PathStep[]
  /** The violation with the place that it has on this very path. */
  readonly violation: Violation | null
  readonly events: readonly Event[]
}

/** Executes a path once more, for people. */
async function show(spec: SmallWorldSpec, { path }: { readonly path: readonly Step[] }): Promise<Shown> {
  const events: Event[] = []
  const shown: PathStep[] = []
  const onEvent = (event: Event): void => void events.push(event)
  let next = 0
  const world = new SmallWorld({ ...spec, onEvent }, () => {
    const last = path[next - 1]
    if (last !== undefined) shown.push({ step: last, state: publishedBy(world, last) })
    const step = path[next++]
    if (step === undefined) return false
    world.take(step)
    return true
  })
  await world.run()
  if (world.judge.violations.length === 0) world.end()
  return { path: shown, events, violation: world.judge.violations[0] ?? null }
}

function publishedBy({ machines, published }: SmallWorld, { node }: Step): Data {
  return machines.get(node)?.isUp === true ? (published.stateOf(node) ?? null) : null
}
