// Plans a step away from one that reached something: a fault less, later, drawn anew, twice, or some of another plan. Only
// instants are made up; all else is what the run's own profiles draw, so that a mutant holds nothing that the scenario does not
// allow. What the scenario wrote itself stays as it is, and what the run could not recover from is left out, as of drawn plans.

import { type Candidate, judgeCandidates } from './budget.ts'
import { type PlanDrawing, redraw, sourcesOf } from './draw-plan.ts'
import type { Fault } from './fault.ts'
import type { RandomStream } from '../random.ts'
import type { Instant } from '../time.ts'

/** A fault of a plan, and what drew it. */
export interface PlannedFault {
  readonly fault: Fault
  /** The place of its profile, `NAME/INDEX`; `written` where the scenario says it itself. */
  readonly source: string
}

/** What a plan is changed by. */
export interface PlanMutation {
  readonly random: RandomStream
  /** What the plan was drawn from. */
  readonly drawing: PlanDrawing
  /** A plan of another run with the same profiles, of which faults may be taken over. */
  readonly other: Plan
}

type Plan = readonly PlannedFault[]

const attemptsMax = 8
const changesMax = 3
const movedBy = 2_000_000_000

/** The plan with one to three changes, in the order of its begins; null when no other one was found. */
export function mutatePlan(plan: Plan, mutation: PlanMutation): Plan | null {
  const { random } = mutation
  for (let attempt = 0; attempt < attemptsMax; attempt++) {
    let changed = plan
    for (let changes = random.int(1, changesMax); changes > 0; changes--) changed = change(changed, mutation)
    const bearable = withinBudget(inOrder(changed), mutation.drawing)
    if (JSON.stringify(bearable) !== JSON.stringify(plan)) return bearable
  }
  return null
}

function change(plan: Plan, mutation: PlanMutation): Plan {
  const { random, other } = mutation
  const places = [...plan.keys()].filter((place) => isDrawn(plan[place] as PlannedFault))
  if (random.boolean(0.2)) return [...plan, ...spliced(other, random)]
  if (places.length === 0 || random.boolean(0.2)) return [...plan, ...added(mutation)]
  const place = random.pick(places)
  const each = plan[place] as PlannedFault
  switch (random.pick(['drop', 'move', 'redraw', 'twice'] as const)) {
    case 'drop':
      return plan.toSpliced(place, 1)
    case 'move':
      return plan.with(place, moved(each, mutation))
    case 'redraw':
      return plan.with(place, redrawn(each, mutation))
    case 'twice':
      return [...plan, moved(each, mutation)]
  }
}

function isDrawn({ source }: PlannedFault): boolean {
  return source !== 'written'
}

/** A fault that any of the profiles draws. */
function added({ random, drawing }: PlanMutation): Plan {
  const sources = sourcesOf(drawing)
  if (sources.length === 0) return []
  const source = random.pick(sources)
  const faults = redraw(drawing, source, random)
  return faults.length === 0 ? [] : [{ fault: random.pick(faults), source }]
}

/** The same at its instant, otherwise as its profile draws it anew: other nodes, another length and strength. */
function redrawn(each: PlannedFault, { random, drawing }: PlanMutation): PlannedFault {
  const { fault, source } = each
  const others = redraw(drawing, source, random).filter(({ at }) => at !== undefined)
  if (fault.at === undefined || others.length === 0) return each
  return { source, fault: { ...random.pick(others), at: fault.at } as Fault }
}

function moved(each: PlannedFault, { random, drawing: { window } }: PlanMutation): PlannedFault {
  const { fault, source } = each
  const by = random.int(-movedBy, movedBy)
  if (fault.at === undefined) return each
  const at = Math.min(window.end - 1, Math.max(window.begin, fault.at + by)) as Instant
  return { source, fault: { ...fault, at } }
}

function spliced(other: Plan, random: RandomStream): Plan {
  const drawn = other.filter(isDrawn)
  if (drawn.length === 0) return []
  const from = random.int(0, drawn.length - 1)
  return drawn.slice(from, from + random.int(1, 3))
}

function inOrder(plan: Plan): Plan {
  return plan.toSorted((a, b) => (a.fault.at ?? Infinity) - (b.fault.at ?? Infinity) || 0)
}

function withinBudget(plan: Plan, { topology, isUnrestricted = false }: PlanDrawing): Plan {
  if (isUnrestricted) return plan
  const candidates = plan.map((each): Candidate => ({ fault: each.fault, isWritten: !isDrawn(each) }))
  const refusals = judgeCandidates(candidates, topology)
  return plan.filter((_, place) => refusals[place] === undefined)
}
