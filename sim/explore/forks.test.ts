import { describe, expect, test } from 'vitest'

import { forks } from './forks.ts'
import { localRunner } from './run-task.ts'
import twoCrashes from './testing/two-crashes.ts'
import type { Event } from '../event.ts'
import { run } from '../run.ts'
import { setUp } from '../run-setup.ts'

const seed = 3
const { plan, variation } = setUp(twoCrashes, { seed })
const base = { seed, plan, variation }
const runner = localRunner(twoCrashes, { set: new Map(), plan: null, isChecked: false })

async function eventsOf(number: number, at: number): Promise<readonly Event[]> {
  const events: Event[] = []
  const forked = { ...variation, fork: { at, number } }
  await run(twoCrashes, { seed, plan, variation: forked, onEvent: (event) => void events.push(event) })
  return events
}

describe('a fork', () => {
  test('is the same run up to its event, and another one behind it, each number its own', async () => {
    const [one, again, two] = await Promise.all([eventsOf(1, 300), eventsOf(1, 300), eventsOf(2, 300)])
    expect(again).toEqual(one)
    expect(two.slice(0, 300)).toEqual(one.slice(0, 300))
    expect(two).not.toEqual(one)
  })

  test('comes out the same however many threads there are', async () => {
    const [few, many] = await Promise.all([
      forks([runner], base, { at: 200, count: 5 }),
      forks([runner, runner, runner], base, { at: 200, count: 5 }),
    ])
    expect(many.map(({ digest }) => digest)).toEqual(few.map(({ digest }) => digest))
  })
})
