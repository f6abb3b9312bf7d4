// What is decided before a run begins: the values of parameters, the machines, the fault plan.

import type { Data } from './data.ts'
import type { NodeId } from './event.ts'
import {
  drawPlan,
  type DroppedFault,
  type FaultPlan,
  type NodeGroup,
  type PlanDrawing,
  type Topology,
} from './faults/index.ts'
import { RandomStreams, type Seed } from './random.ts'
import { withScenario } from './scenario-error.ts'
import type { NodeSpec, PreparedScenario, Scenario } from './scenario.ts'
import { drawVariation } from './swarm.ts'
import { type Duration, type Instant, instantZero } from './time.ts'
import { varied } from './varied.ts'
import type { Variation } from './variation.ts'

/** What a run is decided by. */
export interface RunChoices {
  readonly seed: Seed
  /** Parameters set from outside; the others are as declared or drawn. */
  readonly set?: ReadonlyMap<string, Data>
  /** The fault plan; by default it is drawn from the seed. */
  readonly plan?: FaultPlan
  /** How the run departs from what the scenario says (default: not at all), and from what a swarm draws. */
  readonly variation?: Variation
  /** Draws a variation from the seed (default false). */
  readonly isSwarm?: boolean
}

/** What is decided before a run begins; the same for a plan given from outside and a drawn one. */
export interface RunSetup {
  readonly prepared: PreparedScenario
  readonly plan: FaultPlan
  /** What drew each fault of the plan: a profile's name and its place among those of the name, `NAME/INDEX`, or `written`. */
  readonly sources: readonly string[]
  /** What the plan is drawn from. */
  readonly drawing: PlanDrawing
  readonly dropped: readonly DroppedFault[]
  readonly topology: Topology
  readonly variation: Variation
  /** How long faults go on, and how long the healed system then runs on at most. */
  readonly duration: Duration
  readonly settle: Duration
}

/** Decides what the seed decides before a run: parameters, nodes, fault plan. Throws as `run` rejects. */
export function setUp(scenario: Scenario, options: RunChoices): RunSetup {
  return withScenario(scenario.title, () => decide(scenario, options))
}

function decide(scenario: Scenario, options: RunChoices): RunSetup {
  const streams = new RandomStreams(options.seed)
  const written = scenario.prepare(streams, options.set ?? new Map<string, Data>())
  const swarm = options.isSwarm === true ? drawVariation(written, options.seed) : {}
  const variation = { ...swarm, ...options.variation }
  const prepared = varied(written, variation)
  const { duration = scenario.duration, settle = scenario.settle } = variation
  const topology = topologyOf(prepared.nodes, prepared.names)
  const window = { begin: instantZero, end: (instantZero + duration) as Instant }
  const drawing = {
    sources: options.plan ?? prepared.faults,
    topology,
    seed: options.seed,
    window,
    // A plan from outside is taken as it is: whoever writes it may go beyond what the system can recover from.
    isUnrestricted: scenario.unrestricted || options.plan !== undefined,
    intensities: variation.faults ?? {},
  }
  return { prepared, topology, ...drawPlan(drawing), drawing, variation, duration, settle }
}

/** The nodes and groups of a scenario, for faults. */
export function topologyOf(
  nodes: readonly NodeSpec[],
  names: ReadonlyMap<string, NodeId> = new Map(),
): Topology {
  const groups = new Map<string, NodeSpec[]>()
  for (const spec of nodes) {
    if (spec.group !== undefined) groups.set(spec.group, [...(groups.get(spec.group) ?? []), spec])
  }
  return {
    nodes: nodes.map(({ name }) => name),
    groups: [...groups].map(([name, members]) => nodeGroup(name, members)),
    names: [...names.keys()],
    versions: new Map(nodes.map(({ name, programs }) => [name, [...programs.keys()]])),
  }
}

function nodeGroup(name: string, members: readonly NodeSpec[]): NodeGroup {
  const [first] = members
  const quorum = first?.quorum
  const versions = [...(first?.programs.keys() ?? [])]
  return {
    name,
    nodes: members.map((member) => member.name),
    versions,
    ...(quorum === undefined ? {} : { quorum }),
  }
}

/** How long a run goes on at most. */
export function lengthOfSetup({ duration, settle, prepared }: RunSetup): Duration {
  return (duration + (prepared.liveness?.within ?? 0) + settle) as Duration
}

/** The fault phase and what follows when everything is healed, for lists of scenarios. */
export function lengthOf(scenario: Scenario): Duration {
  return (scenario.duration + scenario.settle) as Duration
}
