// Profiles that hurt something again and again: exponential times between begins, drawn lengths, a drawn node. Times are
// drawn before the run and never with the events of it, so that an idle cluster is hurt too.

import { checkOptions, groupNames, meanGap, type OptionFields, range, span } from './options.ts'
import type { DrawContext, FaultProfile } from './profile.ts'
import type { Fault, FaultBody } from '../fault.ts'
import { PlanProblems } from '../plan-error.ts'
import { faultAt } from '../read-fault.ts'
import { servingNodes } from '../topology.ts'
import type { NodeId } from '../../event.ts'
import type { RandomStream } from '../../random.ts'
import { after, ns, type Duration, type Instant } from '../../time.ts'

/** The least and the most of something that is drawn. */
export type DrawnRange<T extends number = number> = readonly [min: T, max: T]

/** What every repeating profile can be told. */
export interface RepeatingOptions {
  /** The groups whose nodes are hurt; by default all nodes. */
  readonly of?: string | readonly string[]
  /** The mean time between two begins, at least 1us. */
  readonly every?: Duration
  /** How long each fault lasts: at least, at most; short ones are likelier. */
  readonly for?: DrawnRange<Duration>
}

/** How one kind of repeating fault is drawn. */
export interface Recipe {
  readonly name: string
  readonly every: Duration
  /** How long each lasts, unless the options say; absent for faults of a moment. */
  readonly for?: DrawnRange<Duration>
  /** Whether, unless the options name groups, it hits only nodes of groups that need a quorum: clients have no disks. */
  readonly isForServing?: boolean
  /** Whether it may only hit nodes whose synced data may be damaged. */
  readonly isDataDamaging?: boolean
  /** What goes wrong this time, except for how long; undefined: nothing, though the same values were drawn. */
  draw(moment: Moment): FaultBody | undefined
}

/** One begin of a repeating fault. */
export interface Moment {
  readonly random: RandomStream
  /** The drawn node. */
  readonly node: NodeId
  /** All nodes that may be hurt. */
  readonly nodes: readonly NodeId[]
  readonly context: DrawContext
}

/** A profile draws at most this many faults. */
const faultsMax = 20_000

/** Options that a profile has beside those of every repeating one. */
export type OwnFields<O> = OptionFields<Omit<O, keyof RepeatingOptions>>

/**
 * A profile from a recipe and options; `own` says how the options that others do not have are checked.
 * @throws PlanError when an option is out of bounds, or is none that the profile has.
 */
export function repeating<O extends RepeatingOptions>(
  recipe: Recipe,
  options: O,
  own: OwnFields<O>,
): FaultProfile {
  checkOptions(recipe.name, options, { ...commonFields(recipe), ...own } as OptionFields<O>)
  const every = options.every ?? recipe.every
  const length = options.for ?? recipe.for
  return {
    kind: 'profile',
    name: recipe.name,
    draw(context) {
      const nodes = pool(recipe, options, context)
      return nodes.length === 0 ? [] : drawAll({ recipe, every, length, nodes, context })
    },
  }
}

/** A whole number within a range, the lower ones likelier. Draws one value. */
export function drawSkewed<T extends number>(random: RandomStream, [min, max]: DrawnRange<T>): T {
  const u = random.float()
  return Math.floor(min + (max - min + 1) * u * u) as T
}

/** A number within a range, to four decimals. Draws one value. */
export function drawNumber(random: RandomStream, [min, max]: DrawnRange): number {
  const drawn = Math.round((min + (max - min) * random.float()) * 10_000) / 10_000
  return Math.min(max, Math.max(min, drawn))
}

/** The nodes of some groups, each once; without groups, all nodes of the run. */
export function nodesOf(
  of: string | readonly string[] | undefined,
  context: DrawContext,
  place: string,
): readonly NodeId[] {
  if (of === undefined) return context.topology.nodes
  const problems = new PlanProblems()
  const nodes = new Set<NodeId>()
  for (const name of typeof of === 'string' ? [of] : of) {
    const group = context.topology.groups.find((each) => each.name === name)
    if (group === undefined) problems.add(place, name, groupsWanted(context))
    else for (const node of group.nodes) nodes.add(node)
  }
  problems.throwAny('fault profile')
  return [...nodes]
}

interface Drawing {
  readonly recipe: Recipe
  readonly every: Duration
  readonly length: DrawnRange<Duration> | undefined
  readonly nodes: readonly NodeId[]
  readonly context: DrawContext
}

function drawAll({ recipe, every, length, nodes, context }: Drawing): readonly Fault[] {
  const { random, window } = context
  const faults: Fault[] = []
  for (let drawn = 0, at = window.begin; drawn < faultsMax; drawn++) {
    at = after(at, drawGap(random, (every / context.intensity) as Duration))
    if (at >= window.end) break
    const lasting = length === undefined ? undefined : drawSkewed(random, length)
    const body = recipe.draw({ random, node: random.pick(nodes), nodes, context })
    if (body !== undefined) faults.push(lastingFault(at, body, lasting))
  }
  return faults
}

function drawGap(random: RandomStream, every: Duration): Duration {
  return Math.max(1, Math.round(random.exponential(every))) as Duration
}

function lastingFault(at: Instant, body: FaultBody, lasting: Duration | undefined): Fault {
  return faultAt(at, lasting === undefined ? body : { ...body, for: lasting })
}

function pool(recipe: Recipe, options: RepeatingOptions, context: DrawContext): readonly NodeId[] {
  const isDefault = options.of === undefined && recipe.isForServing === true
  const nodes = isDefault ? servingNodes(context.topology) : nodesOf(options.of, context, `${recipe.name}.of`)
  if (recipe.isDataDamaging !== true || context.isUnrestricted) return nodes
  return nodes.filter((node) => context.damageable.has(node))
}

/** A fault of a moment lasts for nothing. */
function commonFields({ for: own }: Recipe): Partial<OptionFields<RepeatingOptions>> {
  return { of: groupNames, every: meanGap, ...(own === undefined ? {} : { for: range(span(ns(1))) }) }
}

function groupsWanted({ topology }: DrawContext): string {
  const names = topology.groups.map(({ name }) => name)
  return names.length === 0 ? 'no group: this run has none' : `a group: ${names.join(', ')}`
}
