// A campaign that is guided by what its runs reach: fresh seeds, and between them mutants of runs that reached something new.
// It goes in generations of fixed size; who may have offspring is decided by the generations before, in the order of their
// runs, so that neither threads nor their timing make a difference.

import type { Job, Task, TaskRunner } from '../pool.ts'
import { Plateau } from '../plateau.ts'
import type { SeedResult } from '../seed-result.ts'
import { type SeedRange, seedAt, seedCount } from '../seed-range.ts'
import { isFailure } from '../sweep-state.ts'
import { mutatePlan, type PlannedFault } from '../../faults/index.ts'
import { type RandomStream, RandomStreams, type Seed } from '../../random.ts'
import { type RunSetup, setUp } from '../../run-setup.ts'
import type { Scenario } from '../../scenario.ts'
import type { Variation } from '../../variation.ts'

/** How many runs are made before what they reached is looked at. */
export const generationSize = 32
const parentsMax = 256
const lastParents = 4
const mutantRatio = 0.5
const variationRatio = 0.25

/** How a campaign goes. */
export interface CampaignOptions {
  /** The fresh seeds; the campaign has as many runs as there are seeds here, mutants included. */
  readonly seeds: SeedRange
  /** Ends it with the run with which so many have failed (default: never). */
  readonly failuresMax?: number
  /** Ends it once so many runs in a row have reached nothing new (default: never). */
  readonly plateau?: number
  /** Called after each run, in no particular order. Returning false interrupts the campaign. */
  readonly onRun?: (result: SeedResult, done: number) => boolean
}

/** A seed, or a mutant, with what its plan was made of. */
interface Inputs {
  readonly seed: Seed
  readonly mutant?: { readonly plan: readonly PlannedFault[]; readonly variation: Variation }
}

/** What came of a campaign. */
export interface CampaignResult {
  /** What came of each run, in their order; mutants say what they were made from. */
  readonly results: readonly SeedResult[]
  readonly failures: readonly SeedResult[]
  readonly isInterrupted: boolean
  readonly isPlateau: boolean
  readonly mutants: number
  /** How many runs reached something new, and so could have offspring. */
  readonly parents: number
  readonly features: number
  /** How many features a mutant reached first. */
  readonly featuresOfMutants: number
}

interface Parent {
  readonly seed: Seed
  readonly plan: readonly PlannedFault[]
  readonly variation: Variation
  readonly drawing: RunSetup['drawing']
  readonly events: number
  /** Its nodes and parameters: faults go over between plans of the same ones, whose profiles are the same. */
  readonly kin: string
  offspring: number
}

/** Runs a campaign on threads that are there; the result does not depend on how many. The job has coverage. */
export async function guidedCampaign(
  scenario: Scenario,
  job: Pick<Job, 'set' | 'variation' | 'isSwarm'>,
  runners: readonly TaskRunner[],
  options: CampaignOptions,
): Promise<CampaignResult> {
  return new Campaign(scenario, job, options).run(runners)
}

class Campaign {
  readonly #scenario: Scenario
  readonly #job: Pick<Job, 'set' | 'variation' | 'isSwarm'>
  readonly #options: CampaignOptions
  readonly #random: RandomStream
  readonly #runs: SeedResult[] = []
  readonly #failures: SeedResult[] = []
  readonly #parents: Parent[] = []
  readonly #plateau: Plateau
  #fresh = 0
  #parentCount = 0
  #featuresOfMutants = 0
  #isInterrupted = false

  constructor(scenario: Scenario, job: Pick<Job, 'set' | 'variation' | 'isSwarm'>, options: CampaignOptions) {
    this.#scenario = scenario
    this.#job = job
    this.#options = options
    this.#plateau = new Plateau(options.plateau)
    this.#random = new RandomStreams(options.seeds.first).stream('campaign')
  }

  async run(runners: readonly TaskRunner[]): Promise<CampaignResult> {
    const total = seedCount(this.#options.seeds)
    while (this.#runs.length < total && !this.#isOver()) {
      const inputs = this.#generation(Math.min(generationSize, total - this.#runs.length))
      const results = await this.#make(inputs, runners)
      this.#takeAll(inputs, results)
      // Nothing but mutants that do not fit the scenario: there is nothing left to try.
      if (results.every((result) => result === null)) break
    }
    const { features, isPlateau } = this.#plateau.coverage
    return {
      results: this.#runs,
      failures: this.#failures,
      isInterrupted: this.#isInterrupted,
      isPlateau,
      mutants: this.#runs.filter(({ mutant }) => mutant !== undefined).length,
      parents: this.#parentCount,
      features,
      featuresOfMutants: this.#featuresOfMutants,
    }
  }

  #isOver(): boolean {
    return this.#isInterrupted || this.#hasEnough()
  }

  #hasEnough(): boolean {
    return this.#failures.length >= (this.#options.failuresMax ?? Infinity) || this.#plateau.end !== null
  }

  // ---- what is run

  #generation(size: number): readonly Inputs[] {
    return Array.from({ length: size }, () => {
      const wantsMutant = this.#random.boolean(mutantRatio)
      return (wantsMutant ? this.#mutant() : null) ?? this.#freshSeed()
    })
  }

  #freshSeed(): Inputs {
    return { seed: seedAt(this.#options.seeds, this.#fresh++) }
  }

  // Half of them from those that came last, which reached what is hardest to reach; half from those with the fewest so far.
  #mutant(): Inputs | null {
    const fewest = Math.min(...this.#parents.map(({ offspring }) => offspring))
    const neglected = this.#parents.filter(({ offspring }) => offspring === fewest)
    const candidates = this.#random.boolean(0.5) ? this.#parents.slice(-lastParents) : neglected
    if (candidates.length === 0) return null
    const parent = this.#random.pick(candidates)
    parent.offspring++
    const { seed, plan, variation } = parent
    if (this.#random.boolean(variationRatio))
      return { seed, mutant: { plan, variation: this.#otherwise(parent) } }
    const mutated = this.#otherPlan(parent)
    return mutated === null ? null : { seed, mutant: { plan: mutated, variation } }
  }

  // Whoever asked for a strategy keeps it.
  #otherwise({ variation, events }: Parent): Variation {
    const number = this.#random.int(0, 1_000_000)
    const isAsked = this.#job.variation?.strategy !== undefined
    switch (isAsked ? 'fork' : this.#random.pick(['fork', 'random', 'pos', 'pct'] as const)) {
      case 'fork':
        return { ...variation, fork: { at: this.#random.int(1, Math.max(1, events)), number } }
      case 'random':
        return { ...variation, strategy: { kind: 'random' } }
      case 'pos':
        return { ...variation, strategy: { kind: 'pos' } }
      case 'pct':
        return {
          ...variation,
          strategy: { kind: 'pct', depth: this.#random.int(2, 5), steps: Math.max(1, events) },
        }
    }
  }

  #otherPlan({ plan, drawing, kin }: Parent): readonly PlannedFault[] | null {
    const other = this.#random.pick(this.#parents.filter((each) => each.kin === kin))
    return mutatePlan(plan, { random: this.#random, drawing, other: other.plan })
  }

  async #make(
    inputs: readonly Inputs[],
    runners: readonly TaskRunner[],
  ): Promise<readonly (SeedResult | null)[]> {
    const results: (SeedResult | null)[] = inputs.map(() => null)
    let next = 0
    const work = async (runner: TaskRunner): Promise<void> => {
      while (next < inputs.length && !this.#isInterrupted) {
        const place = next++
        const task = taskOf(inputs[place] as Inputs)
        for await (const result of runner.run([task])) {
          results[place] = result
          if (this.#options.onRun?.(result, this.#runs.length + next) === false) this.#isInterrupted = true
        }
      }
    }
    await Promise.all(runners.map(work))
    return results
  }

  // ---- what came of it

  // Runs of the generation after the last one that was asked for do not count, as seeds of other sweeps do not.
  #takeAll(inputs: readonly Inputs[], results: readonly (SeedResult | null)[]): void {
    for (const [place, each] of inputs.entries()) {
      const result = results[place]
      if (result !== undefined && result !== null) this.#take(each, result)
      if (this.#hasEnough()) return
    }
  }

  #take(inputs: Inputs, made: SeedResult): void {
    const result = { ...made, ...choicesOf(inputs) }
    this.#runs.push(result)
    const isFailed = isFailure(result)
    if (isFailed) this.#failures.push(result)
    const before = this.#plateau.coverage.features
    const isNew = this.#plateau.take(result)
    if (result.mutant !== undefined) this.#featuresOfMutants += this.#plateau.coverage.features - before
    // Mutants of a failure mostly fail the same way again: they would be runs that tell nothing.
    if (isNew && !isFailed) this.#keep(inputs, result)
  }

  #keep({ seed, mutant }: Inputs, { events }: SeedResult): void {
    const choices = mutant === undefined ? this.#job : { set: this.#job.set, variation: mutant.variation }
    const { plan, sources, drawing, variation, prepared, topology } = setUp(this.#scenario, {
      seed,
      ...choices,
    })
    const drawn = plan.map((fault, place) => ({ fault, source: sources[place] ?? 'written' }))
    const kin = JSON.stringify([topology.nodes, prepared.values])
    this.#parentCount++
    this.#parents.push({ seed, plan: mutant?.plan ?? drawn, variation, drawing, events, kin, offspring: 0 })
    if (this.#parents.length > parentsMax) this.#parents.shift()
  }
}

function choicesOf({ seed, mutant }: Inputs): Pick<SeedResult, 'seed' | 'mutant'> {
  if (mutant === undefined) return { seed }
  const { plan, variation } = mutant
  return { seed, mutant: { plan: plan.map(({ fault }) => fault), variation } }
}

/** A mutant may turn out impossible: then it has no result. */
function taskOf(inputs: Inputs): Task {
  const { seed, mutant } = choicesOf(inputs)
  return mutant === undefined ? { seed } : { seed, ...mutant, isTrial: true }
}
