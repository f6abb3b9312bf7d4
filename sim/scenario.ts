// The Scenario contract: what a person writes to describe one simulation. `run` (run.ts) turns it into a result.

import type { Data, DataRecord } from './data.ts'
import type { DiskProfile } from './disk/index.ts'
import type { Message, Program } from './env.ts'
import type { NodeId } from './event.ts'
import type { ExhaustSettings } from './exhaust-settings.ts'
import type { FaultSource } from './faults/index.ts'
import type { Invariant } from './invariant.ts'
import type { NetworkProfile } from './net/index.ts'
import { coreProgress, type Liveness } from './liveness/index.ts'
import { noUncaughtError } from './no-uncaught-error.ts'
import { type ParameterValues, type Parameters, resolveParameters } from './parameters.ts'
import type { RandomStreams } from './random.ts'
import { rememberOrigin } from './scenario-origin.ts'
import { refusePrepared, refuseSpec } from './scenario-problems.ts'
import { checkedRules, type NetworkRule } from './scenario-rules.ts'
import { type Duration, ns } from './time.ts'

/** What a scenario says. Functions receive the parameters as drawn for the run. */
export interface ScenarioSpec<P extends Parameters> {
  /** The story in one line. */
  readonly title: string
  /** What may vary from run to run: constants, or draws such as `oneOf(3, 5)`. Each can be set from outside. */
  readonly parameters?: P
  /** The machines. */
  readonly nodes: (values: ParameterValues<P>) => readonly NodeSpec[]
  readonly network?: Given<P, NetworkProfile>
  readonly disk?: Given<P, DiskProfile>
  /** Names that resolve to a node besides the nodes' own. */
  readonly names?: Given<P, ReadonlyMap<string, NodeId>>
  /** What goes wrong: profiles that draw faults from the seed, and single faults. */
  readonly faults?: Given<P, readonly FaultSource[]>
  /** What may happen in an exhaustive search of all orders (`exhaust`), which takes no notice of `faults`. */
  readonly exhaust?: Given<P, ExhaustSettings>
  /** What becomes of single packets, by a pattern or a function, until the run heals. */
  readonly rules?: Given<P, readonly NetworkRule[]>
  /** Lets faults take more than a minority of a group at a time (default false). */
  readonly unrestricted?: boolean
  readonly invariants?: Given<P, readonly Invariant[]>
  /** How long faults go on. */
  readonly duration: Duration
  /**
   * How long the healed system then runs on at most, so that `eventually` can be judged (default 0). It ends earlier,
   * though not within 2 s, once no invariant waits for anything.
   */
  readonly settle?: Duration
  /** Before everything heals, a random core alone is healed for good and has to reach a goal (default: no such phase). */
  readonly liveness?: Given<P, Liveness>
  /** Exit codes with which a program may end. Any other but 0, or an uncaught error (1), is a violation. */
  readonly exitsAllowed?: readonly number[]
  /** Whether buggify sites may fire (default true). */
  readonly buggify?: boolean
  /** The name of an invariant that must be violated: the run passes when it is, and fails when it is not. */
  readonly expectViolation?: string
}

/** A value, or how to make it from the parameters. */
export type Given<P extends Parameters, T extends object> = T | ((values: ParameterValues<P>) => T)

/** A scenario: a frozen value, made by `scenario`. */
export interface Scenario {
  readonly kind: 'scenario'
  readonly title: string
  readonly duration: Duration
  readonly settle: Duration
  readonly unrestricted: boolean
  readonly exitsAllowed: readonly number[]
  readonly buggify: boolean
  readonly expectViolation: string | null
  readonly parameters: Parameters
  /** What the scenario is for one seed, with some parameters set from outside. */
  readonly prepare: (streams: RandomStreams, set: ReadonlyMap<string, Data>) => PreparedScenario
}

/** A scenario whose parameters have their values. */
export interface PreparedScenario {
  readonly values: DataRecord
  readonly nodes: readonly NodeSpec[]
  readonly network: NetworkProfile | null
  readonly disk: DiskProfile | null
  readonly names: ReadonlyMap<string, NodeId>
  readonly faults: readonly FaultSource[]
  readonly exhaust: ExhaustSettings
  readonly rules: readonly NetworkRule[]
  readonly liveness: Liveness | null
  /** Those of the scenario, that no program ends by an error, and that a healed core makes progress. */
  readonly invariants: readonly Invariant[]
}

/** Defines a scenario. Throws a TypeError with all that is wrong with it, each with its place, what was got and wanted. */
export function scenario<P extends Parameters = Record<never, never>>(spec: ScenarioSpec<P>): Scenario {
  // What depends on the parameters is looked at when they have their values.
  refuseSpec(spec)
  const made: Scenario = Object.freeze({
    kind: 'scenario',
    title: spec.title,
    duration: spec.duration,
    settle: spec.settle ?? ns(0),
    unrestricted: spec.unrestricted ?? false,
    exitsAllowed: spec.exitsAllowed ?? [],
    buggify: spec.buggify ?? true,
    expectViolation: spec.expectViolation ?? null,
    parameters: spec.parameters ?? {},
    prepare: (streams, set) => prepare(spec, resolveParameters(spec.parameters ?? {}, streams, set)),
  } satisfies Scenario)
  rememberOrigin(made)
  return made
}

function prepare<P extends Parameters>(spec: ScenarioSpec<P>, resolved: DataRecord): PreparedScenario {
  const values = resolved as ParameterValues<P>
  // Functions of a scenario are asked once each, always in the same order.
  const own = resolve(spec.invariants, values) ?? []
  const nodes = spec.nodes(values)
  const liveness = resolve(spec.liveness, values) ?? null
  const prepared = {
    values: resolved,
    nodes,
    network: resolve(spec.network, values) ?? null,
    disk: resolve(spec.disk, values) ?? null,
    names: resolve(spec.names, values) ?? new Map<string, NodeId>(),
    faults: resolve(spec.faults, values) ?? [],
    rules: resolve(spec.rules, values) ?? [],
    exhaust: resolve(spec.exhaust, values) ?? {},
    liveness,
    invariants: own,
  }
  refusePrepared(prepared)
  const invariants = [
    noUncaughtError(spec.exitsAllowed ?? []),
    ...own,
    ...(liveness === null ? [] : [coreProgress(liveness)]),
  ]
  checkExpected(spec.expectViolation, invariants)
  checkedRules(
    prepared.rules,
    nodes.map(({ name }) => name),
  )
  return { ...prepared, invariants }
}

function checkExpected(expected: string | undefined, invariants: readonly Invariant[]): void {
  const names = invariants.map(({ name }) => name)
  if (expected !== undefined && !names.includes(expected))
    throw new TypeError(`expectViolation: got "${expected}", wanted one of ${names.join(', ')}`)
}

function resolve<P extends Parameters, T extends object>(
  given: Given<P, T> | undefined,
  values: ParameterValues<P>,
): T | undefined {
  return typeof given === 'function' ? given(values) : given
}

/** One machine of a scenario. */
export interface NodeSpec {
  readonly name: NodeId
  /** The program, or one for each version, of which the first runs at the start. */
  readonly programs: ReadonlyMap<string, Program>
  readonly group?: string
  readonly parameters?: DataRecord
  /** How far the wall clock is ahead at the start. */
  readonly clockOffset?: Duration
  /** How fast both clocks run, in parts per million. */
  readonly clockDriftPpm?: number
  /** Starts the program again this long after it exited, as a supervisor does. */
  readonly restartAfterExit?: Duration
  readonly disk?: DiskProfile
  /** How many inputs from outside may wait while the node is paused or busy (default 100,000); more are dropped. */
  readonly inboxMax?: number
  /** How many members of its group must stay able to work together; default a majority; 0 for clients. */
  readonly quorum?: number
  /** The functions of the operations that it calls as a client, each after `env.admits`: a swarm switches some off. */
  readonly operations?: readonly string[]
  /** The program has to end by itself: if nothing is left to happen before it has, that is a deadlock. */
  readonly mustFinish?: boolean
}

/** What `node` and `group` take besides a name and a program. */
export type NodeOptions = Omit<NodeSpec, 'name' | 'programs' | 'group'>

/**
 * A program, or several versions of it by name, of which the first runs at the start. In an object whole numbers come
 * first, in ascending order, however it is written: beside other names they are refused. A map keeps any order.
 */
export type Versions<M extends Message = Message> =
  Program<M> | { readonly [version: string]: Program<M> } | ReadonlyMap<string, Program<M>>

/** One machine. */
export function node<M extends Message = Message>(
  name: NodeId,
  program: Versions<M>,
  options: NodeOptions = {},
): NodeSpec {
  return { ...options, name, programs: programsOf(program) }
}

const membersMax = 1_000_000

/**
 * Several machines that together form a group, of which by default a quorum survives all faults. Named `NAME-1`,
 * `NAME-2`, …; each finds the names of all in its parameter `group`.
 */
export function group<M extends Message = Message>(
  name: string,
  count: number,
  program: Versions<M>,
  options: NodeOptions = {},
): NodeSpec[] {
  if (!Number.isSafeInteger(count) || count < 1 || count > membersMax)
    throw new RangeError(`group ${name}: got ${count} members, wanted a whole number 1 to ${membersMax}`)
  const members = Array.from({ length: count }, (_, index) => `${name}-${index + 1}`)
  const programs = programsOf(program)
  return members.map((member) => ({
    ...options,
    name: member,
    programs,
    group: name,
    parameters: { group: members, ...options.parameters },
  }))
}

// What messages a program says it has is an agreement among programs: the network carries any.
function programsOf<M extends Message>(program: Versions<M>): ReadonlyMap<string, Program> {
  return new Map([...versionsIn(program)].map(([version, each]) => [version, each as Program]))
}

function versionsIn<M extends Message>(program: Versions<M>): Iterable<readonly [string, Program<M>]> {
  // What is no program at all is refused with all else that is wrong with the scenario.
  if (typeof program !== 'object' || program === null) return [['1', program]]
  if (isMap(program)) return program
  const versions = Object.keys(program)
  const jumping = versions.filter((version) => /^(0|[1-9]\d*)$/.test(version))
  if (jumping.length > 0 && jumping.length < versions.length)
    throw new TypeError(
      `versions: got ${versions.join(', ')}, wanted names that keep their order: no whole numbers among others (or a Map)`,
    )
  return Object.entries(program)
}

function isMap<M extends Message>(program: object): program is ReadonlyMap<string, Program<M>> {
  return program instanceof Map
}
