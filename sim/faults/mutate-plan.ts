// Plans a step away from one that reached something: a fault less, later, longer, on another node, twice, or some of another
// plan. What the run could not recover from is no such step, as it is not for drawn plans.

import { type Candidate, judgeCandidates } from './budget.ts'
import type { Fault, FaultPlan } from './fault.ts'
import type { FaultWindow } from './profiles/profile.ts'
import type { Topology } from './topology.ts'
import type { RandomStream } from '../random.ts'
import type { Duration, Instant } from '../time.ts'

/** What a plan is changed by. */
export interface PlanMutation {
  readonly random: RandomStream
  readonly topology: Topology
  readonly window: FaultWindow
  /** A plan of the same nodes, of which faults may be taken over. */
  readonly other: FaultPlan
  readonly isUnrestricted: boolean
}

const attemptsMax = 8
const changesMax = 3
const movedBy = 2_000_000_000
const factors = [0.25, 0.5, 2, 4] as const

/**
 * The plan with one to three changes, in the order of its begins; null when none was found that the run can take. Whatever
 * goes beyond the recoverability budget went beyond it in one of the two plans.
 */
export function mutatePlan(plan: FaultPlan, mutation: PlanMutation): FaultPlan | null {
  const { topology, other, isUnrestricted, random } = mutation
  const borne = new Set([...refused(plan, topology), ...refused(other, topology)])
  for (let attempt = 0; attempt < attemptsMax; attempt++) {
    let changed = plan
    for (let changes = random.int(1, changesMax); changes > 0; changes--) changed = change(changed, mutation)
    const sorted = inOrder(changed)
    const isBearable = isUnrestricted || refused(sorted, topology).every((fault) => borne.has(fault))
    if (isBearable && JSON.stringify(sorted) !== JSON.stringify(plan)) return sorted
  }
  return null
}

function change(plan: FaultPlan, mutation: PlanMutation): FaultPlan {
  const { random, other } = mutation
  if (plan.length === 0 || (other.length > 0 && random.boolean(0.2))) return spliced(plan, mutation)
  const place = random.int(0, plan.length - 1)
  const fault = plan[place] as Fault
  switch (random.pick(['drop', 'move', 'stretch', 'retarget', 'twice'] as const)) {
    case 'drop':
      return plan.toSpliced(place, 1)
    case 'move':
      return plan.with(place, moved(fault, mutation))
    case 'stretch':
      return plan.with(place, stretched(fault, random))
    case 'retarget':
      return plan.with(place, retargeted(fault, mutation))
    case 'twice':
      return [...plan, moved(fault, mutation)]
  }
}

function spliced(plan: FaultPlan, { random, other }: PlanMutation): FaultPlan {
  if (other.length === 0) return plan
  const from = random.int(0, other.length - 1)
  return [...plan, ...other.slice(from, from + random.int(1, 3))]
}

function moved(fault: Fault, { random, window }: PlanMutation): Fault {
  const by = random.int(-movedBy, movedBy)
  if (fault.at === undefined) return fault
  const at = Math.min(window.end, Math.max(window.begin, fault.at + by)) as Instant
  return { ...fault, at }
}

function stretched(fault: Fault, random: RandomStream): Fault {
  const factor = random.pick(factors)
  if (fault.for === undefined) return fault
  return { ...fault, for: Math.max(1, Math.round(fault.for * factor)) as Duration }
}

/** The same on another node of its group, or on any other when it is in none. */
function retargeted(fault: Fault, { random, topology }: PlanMutation): Fault {
  if (!('node' in fault)) return fault
  const { node } = fault
  const group = topology.groups.find(({ nodes }) => nodes.includes(node))?.nodes ?? topology.nodes
  // Versions are those of a node's own program; those of a group are the same.
  return { ...fault, node: random.pick(group) }
}

function inOrder(plan: FaultPlan): FaultPlan {
  return plan.toSorted((a, b) => (a.at ?? Infinity) - (b.at ?? Infinity) || 0)
}

/** The faults of a plan that go beyond the budget, as text. */
function refused(plan: FaultPlan, topology: Topology): readonly string[] {
  const candidates: readonly Candidate[] = plan.map((fault) => ({ fault, isWritten: false }))
  return judgeCandidates(candidates, topology).flatMap((refusal, place) =>
    refusal === undefined ? [] : [JSON.stringify(plan[place])],
  )
}
