// Fault plans: drawn as a run draws them, shrunk by leaving out pieces and then by weakening what is left.

import type { Arbitrary, Random } from 'fast-check'

import { isBiased, ListArbitrary, someOf } from './list-arbitrary.ts'
import {
  brokenGroups,
  chaos,
  type Data,
  drawPlan,
  type Duration,
  type Fault,
  type FaultPlan,
  type FaultSource,
  type Instant,
  instantZero,
  PlanError,
  type PlanDrawing,
  profileNames,
  readPlan,
  type Scenario,
  seconds,
  setUp,
  simplerFaults,
  type Topology,
} from '../../sim/index.ts'

/** What plans are drawn from, where that is not what the scenario says. */
export interface PlansOptions {
  /** Profiles and single faults (default: those of the scenario; of a topology `chaos()`). */
  readonly faults?: readonly FaultSource[]
  /** When faults begin at the latest (default: the scenario's duration; of a topology 10 s). */
  readonly duration?: Duration
  /** Lets faults take more than the system can recover from (default: as the scenario says; of a topology false). */
  readonly unrestricted?: boolean
  /** How many faults a plan holds at most (default: as many as are drawn). */
  readonly faultsMax?: number
  /** Parameters of the scenario, on which its nodes may depend. */
  readonly set?: { readonly [parameter: string]: Data }
}

/**
 * Plans for a scenario or a topology. Each value draws which profiles are on and how strong. A plan that was written by
 * hand shrinks as well. What is drawn for other nodes than a run has can be aimed at them: `aimedPlan`.
 */
export function plans(of: Scenario | Topology, options: PlansOptions = {}): Arbitrary<FaultPlan> {
  const ground = 'prepare' in of ? groundOf(of, options) : topologyGround(of, options)
  return new ListArbitrary<Fault>({
    draw: (random, bias) => draw(ground, random, bias),
    read: readable,
    simpler: simplerFaults,
    isAllowed: (list, inPlaceOf) =>
      ground.isUnrestricted || isRecoverable(list, ground) || !isRecoverable(inPlaceOf, ground),
  })
}

/** What every plan is drawn from. */
interface Ground extends Omit<PlanDrawing, 'seed' | 'intensities'> {
  readonly isUnrestricted: boolean
  readonly faultsMax: number
}

function groundOf(scenario: Scenario, options: PlansOptions): Ground {
  const set = new Map(Object.entries(options.set ?? {}))
  const { prepared, topology, duration } = setUp(scenario, { seed: 1, set, plan: [] })
  return {
    sources: options.faults ?? prepared.faults,
    topology,
    window: windowOf(options.duration ?? duration),
    isUnrestricted: options.unrestricted ?? scenario.unrestricted,
    faultsMax: options.faultsMax ?? Infinity,
  }
}

function topologyGround(topology: Topology, options: PlansOptions): Ground {
  return {
    sources: options.faults ?? chaos(),
    topology,
    window: windowOf(options.duration ?? seconds(10)),
    isUnrestricted: options.unrestricted ?? false,
    faultsMax: options.faultsMax ?? Infinity,
  }
}

function windowOf(duration: Duration): PlanDrawing['window'] {
  return { begin: instantZero, end: (instantZero + duration) as Instant }
}

const seedMax = 2 ** 31 - 1
const fewFaultsMax = 3
const strengths = [0, 0.5, 1, 1, 2] as const

function draw(ground: Ground, random: Random, bias: number | undefined): FaultPlan {
  const seed = random.nextInt(0, seedMax)
  const intensities = Object.fromEntries(
    profileNames(ground.sources).map((name) => [
      name,
      strengths[random.nextInt(0, strengths.length - 1)] ?? 1,
    ]),
  )
  const countMax = isBiased(random, bias) ? Math.min(fewFaultsMax, ground.faultsMax) : ground.faultsMax
  const { plan } = drawPlan({ ...ground, seed, intensities })
  return plan.length <= countMax ? plan : someOf(random, plan, countMax)
}

function readable(value: unknown): FaultPlan | null {
  try {
    return readPlan(value)
  } catch (error) {
    if (error instanceof PlanError) return null
    throw error
  }
}

// A simpler fault may begin earlier, and then meet another one so that both together are too much.
function isRecoverable(plan: FaultPlan, { topology }: Ground): boolean {
  return plan.every(({ at }) => at === undefined || brokenGroups(plan, topology, at).length === 0)
}
