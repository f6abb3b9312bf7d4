// The nearest passing run: the failing one with a single delivery at another time, or less a single fault or call. What the
// two have in common cannot be the cause.

import { causalPast } from './causal-past.ts'
import { deliveryNames } from './delivery-names.ts'
import type { ForkedRun } from './forks.ts'
import type { TaskRunner } from './pool.ts'
import { type Candidate, type FailureSignature, hasEscaped, only } from './shrink/index.ts'
import type { Event, NodeId } from '../event.ts'
import { type Duration, seconds } from '../time.ts'

/** A run that differs in one element and in which nothing is wrong. */
export interface NearestPass {
  readonly candidate: Candidate
  /** How it differs, as the rest of a sentence that begins with it. */
  readonly change: string
  /** The delivery of the failing run that comes at another time; null where something else was changed. */
  readonly moved: number | null
}

/** A failing run: what it was made from, and what happened. */
export interface FailingRun extends ForkedRun {
  readonly events: readonly Event[]
  readonly signature: FailureSignature
  /** The events that show the violation. */
  readonly shown: readonly number[]
}

const delaysMax = 60
const callsMax = 60
/** How much longer a run is that is given more time: in it what is late arrives, and time-outs that it leads to pass. */
const moreTime = { factor: 1.5, added: seconds(1) }

/**
 * Looks for the nearest run in which nothing is wrong; null when none of those that are tried passes. First a late delivery
 * comes in time, then a fault is left out, then a delivery that led to the violation comes late (the nearest to the
 * violation first), then a call is left out.
 */
export async function nearestPass(runner: TaskRunner, failing: FailingRun): Promise<NearestPass | null> {
  const passes = async (candidate: Candidate): Promise<boolean> => {
    const result = await only(runner.run([{ seed: failing.seed, isTrial: true, ...candidate }]))
    return result !== null && hasEscaped(failing.signature, result)
  }
  for (const near of [...inTime(failing), ...withoutFault(failing)])
    if (await passes(near.candidate)) return near
  // What is only late may fail after the end of a shrunk run.
  for (const near of madeLate(failing, await lateOf(runner, failing)))
    if ((await passes(near.candidate)) && (await passes(inMoreTime(near.candidate)))) return near
  for (const near of withoutCall(failing)) if (await passes(near.candidate)) return near
  return null
}

function inTime({ plan, variation, events }: FailingRun): readonly NearestPass[] {
  const { late = [] } = variation
  const seqs = new Map([...deliveryNames(events)].map(([seq, name]) => [name, seq]))
  return late.map((delivery) => ({
    candidate: { plan, variation: { ...variation, late: late.filter((other) => other !== delivery) } },
    change: `lacks the delivery ${delivery} being late`,
    moved: seqs.get(delivery) ?? null,
  }))
}

function withoutFault({ plan, variation }: FailingRun): readonly NearestPass[] {
  return plan.map((fault, place) => ({
    candidate: { plan: plan.filter((_, other) => other !== place), variation },
    change: `lacks fault #${place} (${fault.kind})`,
    moved: null,
  }))
}

function madeLate(failing: FailingRun, late: readonly string[]): readonly NearestPass[] {
  const { plan, variation, events, shown } = failing
  const past = causalPast(events, shown)
  const names = [...deliveryNames(events)].filter(([seq, name]) => past.has(seq) && !late.includes(name))
  return names
    .toReversed()
    .slice(0, delaysMax)
    .map(([seq, name]) => ({
      candidate: { plan, variation: { ...variation, late: [...late, name] } },
      change: `has the delivery ${name} (event #${seq}) late`,
      moved: seq,
    }))
}

function withoutCall({ plan, variation }: FailingRun): readonly NearestPass[] {
  const { calls = {} } = variation
  const without = (node: NodeId, left: readonly number[]): Candidate => ({
    plan,
    variation: { ...variation, calls: { ...calls, [node]: left } },
  })
  return Object.entries(calls)
    .flatMap(([node, places]) =>
      places.map((place) => ({
        candidate: without(
          node,
          places.filter((other) => other !== place),
        ),
        change: `lacks call ${place} of ${node}`,
        moved: null,
      })),
    )
    .slice(0, callsMax)
}

/** The late deliveries of the run, also where its variation does not list them. */
async function lateOf(runner: TaskRunner, { seed, plan, variation }: FailingRun): Promise<readonly string[]> {
  if (variation.late !== undefined) return variation.late
  const result = await only(runner.run([{ seed, plan, variation, hasDetails: true }]))
  return result?.details?.late ?? []
}

function inMoreTime({ plan, variation }: Candidate): Candidate {
  const { duration } = variation
  if (duration === undefined) return { plan, variation }
  return {
    plan,
    variation: { ...variation, duration: Math.ceil(duration * moreTime.factor + moreTime.added) as Duration },
  }
}
