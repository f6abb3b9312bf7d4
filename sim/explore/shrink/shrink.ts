// Shrinking a failure: to the few faults, calls, machines and late deliveries without which the same failure does not come
// about. Streams are named, so what is left out leaves everything else as it was.

import { type Job, type TaskRunner, withThreads } from '../pool.ts'
import type { SeedResult } from '../seed-result.ts'
import { type FailureSignature, signatureOf } from './failure-signature.ts'
import { minimise } from './minimise.ts'
import { callsOf, type Call, laterEnds, plainerVariations, withCalls } from './reductions.ts'
import { type Candidate, only, type OtherFailure, Trials } from './trials.ts'
import { simplerFaults } from '../../faults/index.ts'
import type { NodeId } from '../../event.ts'
import type { Seed } from '../../random.ts'
import { type RunChoices, setUp } from '../../run-setup.ts'
import type { Scenario } from '../../scenario.ts'

/** A failing run: what it was made from. */
export interface ShrinkStart extends Candidate {
  readonly seed: Seed
  /** The machines of the run. */
  readonly nodes: readonly NodeId[]
  /** The members of each group. */
  readonly groups: readonly (readonly NodeId[])[]
}

/** What shrinking the run of a scenario begins with. Throws as `run` rejects. */
export function shrinkStart(scenario: Scenario, choices: RunChoices): ShrinkStart {
  const { topology, plan, variation } = setUp(scenario, choices)
  const groups = topology.groups.map(({ nodes }) => nodes)
  return { seed: choices.seed, plan, variation, nodes: topology.nodes, groups }
}

/** How far to go. */
export interface ShrinkOptions {
  /** How many threads (default 1); the result does not depend on it. */
  readonly jobs?: number
  readonly onProgress?: (progress: ShrinkProgress) => void
  /** Whether to give up, with what was reached by then: time is up, or somebody wants no more. Asked before each trial. */
  readonly isOver?: () => boolean
}

/** How large a failing run is. */
export interface FailureSize {
  readonly faults: number
  readonly operations: number
  readonly nodes: number
  readonly events: number
}

/** How far shrinking is. */
export interface ShrinkProgress extends FailureSize {
  readonly trials: number
}

/** What came of shrinking. */
export interface ShrinkResult {
  readonly seed: Seed
  readonly signature: FailureSignature
  readonly candidate: Candidate
  /** The run of the candidate. */
  readonly result: SeedResult
  readonly before: FailureSize
  readonly after: FailureSize
  readonly trials: number
  /** Whether nothing more could be left out; false when time was up before that was known. */
  readonly isMinimal: boolean
  /** Other failures met on the way. */
  readonly others: readonly OtherFailure[]
}

/** What shrinking found out instead: the run does not fail, so there is nothing to shrink. */
export class NotFailingError extends Error {
  constructor(seed: Seed) {
    super(`seed ${seed}: the run passed when it was made again, so there is nothing to shrink`)
    this.name = 'NotFailingError'
  }
}

/** Shrinks a failure. Rejects with a NotFailingError when the run does not fail. */
export async function shrink(
  job: Job,
  start: ShrinkStart,
  options: ShrinkOptions = {},
): Promise<ShrinkResult> {
  return withThreads({ ...job, isSwarm: false }, options.jobs ?? 1, (runners) =>
    shrinkWith(runners, start, options),
  )
}

/** The same on runners that are there; the result does not depend on how many. */
export async function shrinkWith(
  runners: readonly TaskRunner[],
  start: ShrinkStart,
  options: ShrinkOptions,
): Promise<ShrinkResult> {
  const { seed, plan, variation, nodes, groups } = start
  const [runner] = runners
  if (runner === undefined) throw new RangeError('shrink: got no threads, wanted at least one')
  const result = await only(runner.run([{ seed, plan, variation, hasDetails: true }]))
  const signature = result === null ? null : signatureOf(result)
  if (result === null || signature === null) throw new NotFailingError(seed)
  const search = new Shrinking(
    { seed, signature, nodes, groups, candidate: { plan, variation }, result },
    runners,
    options,
  )
  await search.run()
  return search.outcome()
}

interface Beginning {
  readonly seed: Seed
  readonly signature: FailureSignature
  readonly nodes: readonly NodeId[]
  readonly groups: readonly (readonly NodeId[])[]
  readonly candidate: Candidate
  readonly result: SeedResult
}

const roundsMax = 10

class Shrinking {
  readonly #beginning: Beginning
  readonly #options: ShrinkOptions
  readonly #runner: TaskRunner
  readonly #trials: Trials
  #candidate: Candidate
  #result: SeedResult
  #isOver = false

  constructor(beginning: Beginning, runners: readonly TaskRunner[], options: ShrinkOptions) {
    this.#beginning = beginning
    this.#options = options
    this.#runner = runners[0] as TaskRunner
    this.#candidate = beginning.candidate
    this.#result = beginning.result
    this.#trials = new Trials(beginning, runners, {
      isOver: () => this.#checkOver(),
      onTrial: (trials) => options.onProgress?.({ trials, ...this.#size(this.#candidate, this.#result) }),
    })
  }

  /** Goes through all passes until a whole round of them finds nothing to leave out. */
  async run(): Promise<void> {
    for (let round = 0; round < roundsMax && !this.#isOver; round++) {
      const before = this.#candidate
      await this.#endSooner()
      await this.#leaveOutFaults()
      await this.#takePlainer()
      await this.#leaveOutNodes()
      await this.#leaveOutCalls()
      await this.#leaveOutLate()
      await this.#simplifyFaults()
      if (this.#candidate === before) return
    }
  }

  outcome(): ShrinkResult {
    const { seed, signature, candidate, result } = this.#beginning
    return {
      seed,
      signature,
      candidate: this.#candidate,
      result: this.#result,
      before: this.#size(candidate, result),
      after: this.#size(this.#candidate, this.#result),
      trials: this.#trials.count,
      isMinimal: !this.#isOver,
      others: this.#trials.others,
    }
  }

  // ---- passes

  async #endSooner(): Promise<void> {
    await this.#improve(laterEnds(this.#candidate, this.#result))
  }

  async #leaveOutFaults(): Promise<void> {
    await minimise(this.#candidate.plan, (plans) =>
      this.#improve(plans.map((plan) => ({ ...this.#candidate, plan }))),
    )
  }

  // One departure from the ordinary after the other, each as far as it goes.
  async #takePlainer(): Promise<void> {
    for (const plainer of plainerVariations) {
      const candidates = plainer(this.#candidate.variation).map((variation) => ({
        ...this.#candidate,
        variation,
      }))
      await this.#improve(candidates)
    }
  }

  async #leaveOutNodes(): Promise<void> {
    for (const node of this.#beginning.nodes) {
      const { without = [] } = this.#candidate.variation
      if (without.includes(node)) continue
      // Without the only one of its kind others would speak to nobody, and fail for that.
      const mayStray = this.#hasOthersOfItsKind(node, without)
      const isFit = ({ strays }: SeedResult): boolean => mayStray || strays <= this.#result.strays
      await this.#improve([this.#withoutNode(node, without)], isFit)
    }
  }

  #hasOthersOfItsKind(node: NodeId, without: readonly NodeId[]): boolean {
    const group = this.#beginning.groups.find((members) => members.includes(node)) ?? []
    return group.some((member) => member !== node && !without.includes(member))
  }

  #withoutNode(node: NodeId, without: readonly NodeId[]): Candidate {
    const { plan, variation } = this.#candidate
    // What befalls a machine that is not there cannot be planned.
    const left = plan.filter((fault) => !JSON.stringify(fault).includes(JSON.stringify(node)))
    return { plan: left, variation: { ...variation, without: [...without, node] } }
  }

  async #leaveOutCalls(): Promise<void> {
    const details = await this.#details()
    const calls = callsOf(details.calls, this.#candidate.variation)
    if (calls.length === 0) return
    await minimise<Call>(calls, (variants) =>
      this.#improve(variants.map((kept) => withCalls(this.#candidate, details.calls, kept))),
    )
  }

  async #leaveOutLate(): Promise<void> {
    const { late } = await this.#details()
    if (late.length === 0 && this.#candidate.variation.late !== undefined) return
    await minimise(late, (variants) =>
      this.#improve(
        variants.map((kept) => ({
          ...this.#candidate,
          variation: { ...this.#candidate.variation, late: kept },
        })),
      ),
    )
  }

  async #simplifyFaults(): Promise<void> {
    for (let place = 0; place < this.#candidate.plan.length; place++) {
      for (let found = 0; found >= 0;) found = await this.#improve(this.#simplerPlans(place))
    }
  }

  #simplerPlans(place: number): readonly Candidate[] {
    const { plan } = this.#candidate
    const fault = plan[place]
    if (fault === undefined) return []
    return simplerFaults(fault).map((simpler) => ({
      ...this.#candidate,
      plan: plan.with(place, simpler),
    }))
  }

  // ---- trying

  /** Takes the first of the candidates that fails in the same way; its place, or -1. */
  async #improve(candidates: readonly Candidate[], isFit?: (result: SeedResult) => boolean): Promise<number> {
    const found = await this.#trials.first(candidates, isFit)
    if (found === null) return -1
    this.#candidate = candidates[found.place] as Candidate
    this.#result = found.result
    return found.place
  }

  async #details(): Promise<NonNullable<SeedResult['details']>> {
    const { seed } = this.#beginning
    const result = await only(this.#runner.run([{ seed, ...this.#candidate, hasDetails: true }]))
    return result?.details ?? { calls: [], late: [] }
  }

  #checkOver(): boolean {
    this.#isOver ||= this.#options.isOver?.() === true
    return this.#isOver
  }

  #size({ plan, variation }: Candidate, { events, operations }: SeedResult): FailureSize {
    const { ok, fail, info } = operations
    return {
      faults: plan.length,
      operations: ok + fail + info,
      nodes: this.#beginning.nodes.length - (variation.without?.length ?? 0),
      events,
    }
  }
}
