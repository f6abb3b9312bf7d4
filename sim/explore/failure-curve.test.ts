import { describe, expect, test } from 'vitest'

import { FailureCurve, type ForkPoint } from './failure-curve.ts'
import { localRunner } from './run-task.ts'
import { seedResult } from './seed-result.ts'
import { type FailureSignature, signatureOf } from './shrink/index.ts'
import twoCrashes, { losingCrash } from './testing/two-crashes.ts'
import { type MeasuredCurve, steepest, turningPoint } from './turning-point.ts'
import type { Event } from '../event.ts'
import type { FaultPlan } from '../faults/index.ts'
import { run } from '../run.ts'
import { ns, seconds } from '../time.ts'

const seed = 3
const variation = { duration: seconds(3), settle: ns(0) }
const plan: FaultPlan = [losingCrash]
const runner = localRunner(twoCrashes, { set: new Map(), plan: null, isChecked: false })

interface Failure {
  readonly events: readonly Event[]
  readonly signature: FailureSignature
  readonly last: number
}

async function failure(): Promise<Failure> {
  const events: Event[] = []
  const result = await run(twoCrashes, {
    seed,
    plan,
    variation,
    onEvent: (event) => void events.push(event),
  })
  const signature = signatureOf(seedResult(result))
  const last = result.violations[0]?.seq
  if (signature === null || last === undefined) throw new Error('this run fails')
  return { events, signature, last }
}

async function curveOf({ events, signature }: Failure): Promise<FailureCurve> {
  return new FailureCurve([runner], { base: { seed, plan, variation }, events, signature, runs: 6 })
}

describe('the curve of a failure', () => {
  test('begins without the faults to come, and ends with certainty', async () => {
    const failed = await failure()
    const points = await (await curveOf(failed)).spread(failed.last, 3)
    expect(points).toHaveLength(3)
    expect(points[0]).toMatchObject({ runs: 6, decided: 6, failures: 0 })
    expect(points.at(-1)).toMatchObject({ runs: 6, decided: 6, failures: 6 })
  })

  test('turns with the crash, in whose step the note is lost', async () => {
    const failed = await failure()
    const curve = await curveOf(failed)
    const turn = await turningPoint(curve, await curve.spread(failed.last, 5))
    expect(turn?.isSharp).toBe(true)
    const step = failed.events.slice(turn?.from.at, turn?.to.at)
    expect(step.map(({ kind }) => kind)).toContain('fault-begin')
  })

  test('does not count runs that do not tell', async () => {
    const failed = await failure()
    const signature = { name: 'another invariant', message: '' }
    const point = await (await curveOf({ ...failed, signature })).at(0)
    expect(point).toMatchObject({ runs: 6, failures: 0 })
    const last = (await curveOf({ ...failed, signature })).ends.findIndex((end) => end >= failed.last)
    // What violates another invariant first says nothing of this one.
    expect(await (await curveOf({ ...failed, signature })).at(last)).toMatchObject({ decided: 0 })
  })
})

describe('the steepest rise', () => {
  const point = (at: number, failures: number, decided: number): ForkPoint => ({
    at,
    runs: 20,
    decided,
    failures,
  })

  test('is the one between neighbours of those that tell anything', () => {
    const points = [point(1, 0, 20), point(2, 0, 0), point(3, 7, 10), point(4, 20, 20)]
    expect(steepest(points)).toEqual({ from: points[0], to: points[2] })
  })

  test('is none where it may as well be chance, or where the failure only becomes less likely', () => {
    expect(steepest([point(1, 1, 20), point(2, 3, 20)])).toBe(null)
    expect(steepest([point(1, 20, 20), point(2, 3, 20)])).toBe(null)
    expect(steepest([point(1, 20, 20), point(2, 20, 20)])).toBe(null)
  })
})

describe('a turning point', () => {
  /** A curve of a hundred steps of one event each, with the given share of failures from each. */
  function curveWith(failuresFrom: (place: number) => number): MeasuredCurve {
    const ends = Array.from({ length: 100 }, (_, place) => place + 1)
    const at = async (place: number): Promise<ForkPoint> => ({
      at: place + 1,
      runs: 20,
      decided: 20,
      failures: failuresFrom(place),
    })
    return { ends, at }
  }

  async function turnOf(failuresFrom: (place: number) => number): ReturnType<typeof turningPoint> {
    const curve = curveWith(failuresFrom)
    return turningPoint(curve, await Promise.all([0, 25, 50, 75, 99].map((place) => curve.at(place))))
  }

  test('is one step where the failure becomes likely at once', async () => {
    expect(await turnOf((place) => (place < 33 ? 2 : 15))).toMatchObject({
      from: { at: 33 },
      to: { at: 34 },
      isSharp: true,
    })
  })

  test('is not sharp where it becomes likely little by little', async () => {
    expect(await turnOf((place) => (place < 25 ? 0 : Math.min(20, place - 25)))).toMatchObject({
      from: { at: 26 },
      to: { at: 51 },
      isSharp: false,
    })
  })

  test('lies before the event that shows the failure, unless there is no rise before it', async () => {
    expect(await turnOf((place) => (place < 40 ? 0 : place < 99 ? 8 : 20))).toMatchObject({ to: { at: 41 } })
    expect(await turnOf((place) => (place < 90 ? 0 : 20))).toMatchObject({ to: { at: 91 }, isSharp: true })
    expect(await turnOf(() => 20)).toBe(null)
  })
})
