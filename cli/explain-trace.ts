// Why a run failed: shrinks it, looks for the nearest run that passes, where the two part, and from where on the failure
// was inevitable.

import type { FoundScenario } from './find-scenario.ts'
import type { Output } from './output.ts'
import { headerFor, runInMemory } from './recorded-run.ts'
import type { Explanation, FailedRunEvents } from '../reports/index.ts'
import { failureSlice, showingEvents, storyOf, whoWaits } from '../reports/index.ts'
import {
  type Candidate,
  causalPast,
  type Data,
  diff,
  type Event,
  type EventSource,
  FailureCurve,
  type Job,
  memorySource,
  nearestPass,
  NotFailingError,
  orderPair,
  type RunOptions,
  type RunResult,
  type ShrinkResult,
  shrinkStart,
  shrinkWith,
  type TaskRunner,
  turningPoint,
  type Violation,
  withThreads,
} from '../sim/index.ts'

/** How much an explanation may cost. */
export interface ExplainLimits {
  readonly jobs: number
  readonly shrinkSeconds: number
  /** How many points of the run are forked, and how often each; 0 points: no curve. */
  readonly points: number
  readonly runs: number
}

/** Explains the failure of a run. Rejects with a NotFailingError when it does not fail. */
export async function explainRun(
  found: FoundScenario,
  options: RunOptions,
  limits: ExplainLimits,
  output: Output,
): Promise<Explanation> {
  const set = options.set ?? new Map<string, Data>()
  const job: Job = { scenarioUrl: found.url, set, plan: null, isChecked: false }
  const parts = { found, options, limits, output }
  try {
    return await withThreads(job, limits.jobs, (runners) => new Explaining(parts, runners).run())
  } finally {
    output.clearProgress()
  }
}

/** A run that was made, with its events as a source. */
interface RunInMemory {
  readonly result: RunResult
  readonly events: readonly Event[]
  readonly source: EventSource
}

interface Parts {
  readonly found: FoundScenario
  readonly options: RunOptions
  readonly limits: ExplainLimits
  readonly output: Output
}

class Explaining {
  readonly #parts: Parts
  readonly #runners: readonly TaskRunner[]

  constructor(parts: Parts, runners: readonly TaskRunner[]) {
    this.#parts = parts
    this.#runners = runners
  }

  async run(): Promise<Explanation> {
    const shrunk = await this.#shrink()
    const failing = await this.#source('failing', shrunk.candidate)
    const { result, source } = failing
    const violation = result.violations[0] ?? null
    const failed = failedEvents(failing.events, violation)
    return {
      shrunk,
      violation,
      story: violation === null ? [] : storyOf(failed, violation),
      slice: violation === null ? [] : await failureSlice(source, violation),
      waits: await whoWaits(source, { ...result, violation }),
      nearest: await this.#nearest(shrunk, source, failed),
      ...(await this.#curve(shrunk, failed)),
    }
  }

  async #shrink(): Promise<ShrinkResult> {
    const { found, options, limits, output } = this.#parts
    const deadline = performance.now() + limits.shrinkSeconds * 1000
    return shrinkWith(this.#runners, shrinkStart(found.scenario, options), {
      isOver: () => performance.now() > deadline,
      onProgress: ({ trials, events }) => {
        output.progress(`shrinking: ${trials} trials, ${events} events left`)
      },
    })
  }

  async #source(name: string, { plan, variation }: Candidate): Promise<RunInMemory> {
    const { found, options } = this.#parts
    const own: RunOptions = { ...options, plan, variation, isSwarm: false, isChecked: false }
    const { result, events } = await runInMemory(found, own)
    return { result, events, source: memorySource(name, headerFor(found, own), events) }
  }

  async #nearest(
    { seed, candidate, signature }: ShrinkResult,
    failing: EventSource,
    { events, shown, past }: FailedRunEvents,
  ): Promise<Explanation['nearest']> {
    const [runner] = this.#runners
    if (runner === undefined) throw new NotFailingError(seed)
    this.#parts.output.progress('looking for the nearest run that passes')
    const near = await nearestPass(runner, { seed, ...candidate, signature, events, shown })
    if (near === null) return null
    const { change, moved } = near
    const passing = await this.#source('passing', near.candidate)
    return {
      change,
      difference: await diff(failing, passing.source),
      order: orderPair({ failing: events, passing: passing.events, past, moved }),
    }
  }

  async #curve(
    { seed, candidate, signature }: ShrinkResult,
    { events, shown }: FailedRunEvents,
  ): Promise<Pick<Explanation, 'curve' | 'jump'>> {
    const { limits, output } = this.#parts
    if (limits.points === 0) return { curve: [], jump: null }
    output.progress(`continuing from ${limits.points} points, ${limits.runs} times each`)
    const base = { seed, ...candidate }
    const curve = new FailureCurve(this.#runners, { base, events, signature, runs: limits.runs })
    const points = await curve.spread(Math.max(...shown), limits.points)
    output.progress('looking for the turning point')
    const jump = await turningPoint(curve, points)
    return {
      curve: points.map((point) => ({ ...point, event: events[point.at - 1] ?? null })),
      jump: jump === null ? null : { ...jump, events: events.slice(jump.from.at, jump.to.at) },
    }
  }
}

/** What shows a failure, and what may have led to it; without a violation its last event shows it. */
function failedEvents(events: readonly Event[], violation: Violation | null): FailedRunEvents {
  const showing = violation === null ? [] : showingEvents(violation)
  const known = showing.filter((seq) => seq >= 1 && seq <= events.length)
  const shown = known.length > 0 ? known : [events.length]
  return { events, shown, past: causalPast(events, shown) }
}
