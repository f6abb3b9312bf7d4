// What a page shows of a scenario's folder: the failures that were kept, and the sweeps that found them.

import {
  concernedNodes,
  type Data,
  type Event,
  type EventSource,
  type Fault,
  type KeptFailure,
  TraceError,
} from '../../sim/index.ts'
import { publishedState } from '../../sim/published-state.ts'

import { fieldsText } from '../data-text.ts'
import type {
  CampaignFailure,
  CampaignInfo,
  CampaignSeries,
  CampaignSweep,
  StateCoverage,
} from '../viewer/model/document.ts'
import { dateText } from '../viewer/model/date-text.ts'
import { SeriesFold } from './series-fold.ts'

/** A failure that was kept, how to look at it, and its trace as it was found; null where that cannot be read. */
export interface CampaignEntry {
  readonly folder: string
  readonly failure: KeptFailure
  readonly command: string
  readonly view: string
  readonly trace: EventSource | null
}

/** All that there is of a campaign. */
export interface CampaignParts {
  readonly name: string
  readonly entries: readonly CampaignEntry[]
  readonly sweeps: readonly SweepRecord[]
  readonly notes: readonly string[]
}

/**
 * A sweep as it is kept: with the faults that hit nodes in each state, the states that nodes were in, and what clients saw in
 * one run that passed. Sweeps of older versions kept no states and no run.
 */
export interface SweepRecord extends CampaignSweep {
  readonly coverage: readonly StateCoverage[]
  readonly states?: readonly string[]
  readonly run?: SweepRun
}

/** What clients saw in one run of a sweep. */
export interface SweepRun extends Pick<CampaignSeries, 'series' | 'bands'> {
  readonly seed: number
}

/** So many traces of failures are read, and so many runs of sweeps are shown, the last ones. */
const plotsMax = 12

/** Reads the traces, and puts everything together. What is wrong with one of them is a note. */
export async function campaignInfo(parts: CampaignParts): Promise<CampaignInfo> {
  const { name, entries, sweeps } = parts
  const notes = [...parts.notes]
  const series: CampaignSeries[] = []
  const fromTraces = new CoverageTally()
  for (const { failure, trace } of entries.slice(0, plotsMax)) {
    if (trace === null) continue
    const read = await seriesOfTrace(trace, fromTraces)
    if (typeof read === 'string') notes.push(read)
    else series.push({ name: `failed: ${failure.signature.name}, seed ${failure.seed}`, ...read })
  }
  const fromSweeps = new CoverageTally()
  for (const { coverage } of sweeps)
    for (const { fault, state, count } of coverage) fromSweeps.add(fault, state, count)
  const isFromSweeps = fromSweeps.list.length > 0
  return {
    name,
    failures: entries.map(failureRow),
    sweeps: sweeps.map(({ coverage: _coverage, states: _states, run: _run, ...sweep }) => sweep),
    coverage: isFromSweeps ? fromSweeps.list : fromTraces.list,
    coverageSource: isFromSweeps ? 'seeds of all sweeps' : 'faults of the kept failures, as found',
    states: [...new Set(sweeps.flatMap(({ states = [] }) => states))],
    // What is shown at first is what went wrong, if anything did.
    series: [...series, ...passedRuns(sweeps)],
    notes,
  }
}

/** What clients saw in the runs that sweeps kept, the last sweep first. */
function passedRuns(sweeps: readonly SweepRecord[]): readonly CampaignSeries[] {
  return sweeps
    .flatMap(({ run, seeds, begin }) => {
      if (run === undefined) return []
      const { seed, ...seen } = run
      return [{ name: `passed: seed ${seed} of ${seeds}, ${dateText(begin)}`, ...seen }]
    })
    .slice(-plotsMax)
    .reverse()
}

/** What clients saw; or what is wrong with the trace. */
async function seriesOfTrace(
  trace: EventSource,
  coverage: CoverageTally,
): Promise<Omit<CampaignSeries, 'name'> | string> {
  try {
    const fold = new TraceFold(coverage)
    for await (const events of trace.eventGroups()) for (const event of events) fold.take(event)
    return fold.series()
  } catch (error) {
    if (error instanceof TraceError) return error.message
    throw error
  }
}

function failureRow({ folder, failure, command, view }: CampaignEntry): CampaignFailure {
  const { signature, seed, set, found, shrunk } = failure
  const sizeOf = (size: KeptFailure['found']['size']): string =>
    [
      [size.faults, 'fault'],
      [size.operations, 'call'],
      [size.nodes, 'node'],
      [size.events, 'event'],
    ]
      .map(([count, what]) => `${count} ${what}${count === 1 ? '' : 's'}`)
      .join(', ')
  return {
    folder,
    name: signature.name,
    message: signature.message,
    seed,
    settings: fieldsText(set),
    faults: kindsText(shrunk.plan),
    before: sizeOf(found.size),
    after: sizeOf(shrunk.size),
    command,
    view,
  }
}

/** The kinds of a plan's faults, in their order, each with how many there are. */
function kindsText(plan: readonly Fault[]): string {
  const counts = new Map<string, number>()
  for (const { kind } of plan) counts.set(kind, (counts.get(kind) ?? 0) + 1)
  return [...counts].map(([kind, count]) => (count === 1 ? kind : `${count} × ${kind}`)).join(', ')
}

/** Counts which faults hit nodes in which state. */
class CoverageTally {
  readonly #counts = new Map<string, { fault: string; state: string; count: number }>()

  add(fault: string, state: string, count: number): void {
    const key = JSON.stringify([fault, state])
    const entry = this.#counts.get(key) ?? { fault, state, count: 0 }
    entry.count += count
    this.#counts.set(key, entry)
  }

  get list(): readonly StateCoverage[] {
    return [...this.#counts.values()]
  }
}

/** What clients saw in one trace, its faults, and which states they hit. */
class TraceFold {
  readonly #coverage: CoverageTally
  readonly #states = new Map<string, string>()
  readonly #series = new SeriesFold()
  #end = 0

  constructor(coverage: CoverageTally) {
    this.#coverage = coverage
  }

  take(event: Event): void {
    this.#end = event.at
    switch (event.kind) {
      case 'probe':
        return this.#takeProbe(event.node, event.name, event.value)
      case 'start':
        this.#states.delete(event.node)
        return
      case 'fault-begin':
        this.#hit(event.fault)
        return this.#series.take(event)
      case 'operation':
      case 'fault-end':
      case 'phase':
        return this.#series.take(event)
      default:
    }
  }

  series(): Pick<CampaignSeries, 'series' | 'bands'> {
    return this.#series.series(this.#end)
  }

  #takeProbe(node: string, name: string, value: Data): void {
    const told = publishedState(name, value)
    if (told === undefined) return
    if (told === null) this.#states.delete(node)
    else this.#states.set(node, told.state)
  }

  // A fault counts once for each state that it met, however many nodes were in it.
  #hit(fault: Fault): void {
    const concerned = concernedNodes(fault)
    const nodes = concerned === 'any' ? [...this.#states.keys()] : concerned
    const states = new Set(nodes.map((node) => this.#states.get(node) ?? 'no state'))
    for (const state of states.size === 0 ? ['no state'] : states) this.#coverage.add(fault.kind, state, 1)
  }
}
