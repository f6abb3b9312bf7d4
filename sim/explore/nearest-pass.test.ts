import { describe, expect, test } from 'vitest'

import { type NearestPass, nearestPass } from './nearest-pass.ts'
import { localRunner } from './run-task.ts'
import { seedResult } from './seed-result.ts'
import { signatureOf } from './shrink/index.ts'
import overtaking from './testing/overtaking.ts'
import twoCrashes, { losingCrash } from './testing/two-crashes.ts'
import type { Event } from '../event.ts'
import type { FaultPlan } from '../faults/index.ts'
import { run } from '../run.ts'
import type { Scenario } from '../scenario.ts'
import { ms, ns, seconds } from '../time.ts'
import type { Variation } from '../variation.ts'

const seed = 1

interface Made {
  readonly plan?: FaultPlan
  readonly variation: Variation
  readonly set?: ReadonlyMap<string, string>
}

/** The nearest run to one that fails, which is given too. */
async function nearest(scenario: Scenario, { plan = [], variation, set = new Map() }: Made): Promise<Found> {
  const events: Event[] = []
  const onEvent = (event: Event): void => void events.push(event)
  const result = seedResult(await run(scenario, { seed, plan, variation, set, onEvent }))
  const signature = signatureOf(result)
  if (signature === null || result.violation === null) throw new Error('this run fails')
  const failing = { seed, plan, variation, events, signature, shown: result.violation.witnesses }
  const runner = localRunner(scenario, { set, plan: null, isChecked: false })
  return { near: await nearestPass(runner, failing), events }
}

interface Found {
  readonly near: NearestPass | null
  readonly events: readonly Event[]
}

describe('the nearest run that passes', () => {
  test('lacks a fault that the failure cannot do without', async () => {
    const variation = { duration: seconds(3), settle: ns(0) }
    const { near } = await nearest(twoCrashes, { plan: [losingCrash], variation })
    expect(near).toMatchObject({
      candidate: { plan: [] },
      change: 'lacks fault #0 (crash)',
      moved: null,
    })
  })

  // With b's message late the run ends before the violation could show, which makes nothing right.
  test('has a delivery late that another one overtakes then, not one that is late for the end', async () => {
    const { near, events } = await nearest(overtaking, { variation: { duration: ms(7), settle: ns(0) } })
    expect(near?.candidate.variation.late).toEqual(['link/a>server#0'])
    expect(events[(near?.moved ?? 0) - 1]).toMatchObject({ kind: 'deliver', source: 'a' })
  })

  test('has a delivery in time whose lateness is what it takes', async () => {
    const { near, events } = await nearest(overtaking, {
      variation: { late: ['link/a>server#0'] },
      set: new Map([['wrong', 'a']]),
    })
    expect(near).toMatchObject({
      candidate: { variation: { late: [] } },
      change: 'lacks the delivery link/a>server#0 being late',
    })
    expect(events[(near?.moved ?? 0) - 1]).toMatchObject({ kind: 'deliver', source: 'a' })
  })
})
