// Everything that a run of a scenario is made from, as one value.

import { type Arbitrary, constant } from 'fast-check'

import { InTurn } from './in-turn.ts'
import { plans, type PlansOptions } from './plans.ts'
import { seeds } from './seeds.ts'
import { type Workload, workloads } from './workloads.ts'
import {
  aimedPlan,
  type Data,
  type FaultPlan,
  type NodeId,
  type RunChoices,
  type Scenario,
  type Seed,
  setUp,
  type Strategy,
} from '../../sim/index.ts'

/** Parameters of a scenario, by name. */
export interface Settings {
  readonly [parameter: string]: Data
}

/** What a run is made from, as plain data. */
export interface DrawnRun {
  readonly seed: Seed
  readonly set: Settings
  readonly plan: FaultPlan
  /** For each client the calls that it makes; without any entry all of them. */
  readonly calls: Workload
}

/** What runs are drawn from, where that is not what the scenario says. */
export interface RunsOptions extends Omit<PlansOptions, 'set'> {
  /** Parameters: the same in all runs, or drawn. */
  readonly set?: Settings | Arbitrary<Settings>
  /** How many calls each client asks for at most; without it all calls are made, and none is left out by shrinking. */
  readonly callsAsked?: ReadonlyMap<NodeId, number>
}

/** Runs of a scenario. Shrinks parameters, then the plan, then the calls, each as far as it goes; never the seed. */
export function runs(scenario: Scenario, options: RunsOptions = {}): Arbitrary<DrawnRun> {
  const { set = {}, callsAsked = new Map<NodeId, number>(), ...rest } = options
  const isDrawn = isArbitrary(set)
  return new InTurn<DrawnRun>({
    seed: seeds(),
    set: isDrawn ? set : constant(set),
    plan: plans(scenario, isDrawn ? rest : { ...rest, set }),
    calls: workloads(callsAsked),
  })
}

/** What `run` is told to make a drawn run. Faults of nodes that its parameters do not give are aimed at others. */
export function choicesOf(scenario: Scenario, drawn: DrawnRun, strategy?: Strategy): RunChoices {
  const { seed, calls } = drawn
  const set = new Map(Object.entries(drawn.set))
  const { topology } = setUp(scenario, { seed, set, plan: [] })
  const variation = {
    ...(Object.keys(calls).length === 0 ? {} : { calls }),
    ...(strategy === undefined ? {} : { strategy }),
  }
  return { seed, set, plan: aimedPlan(drawn.plan, topology), variation }
}

function isArbitrary(set: Settings | Arbitrary<Settings>): set is Arbitrary<Settings> {
  return 'generate' in set && typeof set['generate'] === 'function'
}
