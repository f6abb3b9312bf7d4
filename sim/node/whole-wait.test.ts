import { describe, expect, test } from 'vitest'

import type { Env } from '../env.ts'
import { run } from '../run.ts'
import { node, scenario } from '../scenario.ts'
import { type Duration, ms } from '../time.ts'

const nothing = (): void => undefined
const takingDurations: readonly (readonly [place: string, call: (env: Env, wait: Duration) => unknown])[] = [
  ['sleep', (env, wait) => env.sleep(wait)],
  ['timers.after', (env, wait) => env.timers.after(wait, nothing)],
  ['timers.every', (env, wait) => env.timers.every(wait, nothing)],
  ['cpu.charge', (env, wait) => env.cpu.charge(wait)],
  ['cpu.work', (env, wait) => env.cpu.work(wait)],
  ['timeout of connect', (env, timeout) => env.net.connect('a', 7, { timeout })],
]

/** What a program is told that calls with a duration. */
async function said(call: (env: Env, wait: Duration) => unknown, wait: unknown): Promise<string> {
  let words = ''
  const calling = scenario({
    title: 'a call',
    nodes: () => [
      node('a', (env) => {
        try {
          void call(env, wait as Duration)
        } catch (error) {
          words = String(error)
        }
      }),
    ],
    duration: ms(1),
  })
  await run(calling, { seed: 1 })
  return words
}

describe.each(takingDurations)('%s', (place, call) => {
  test.each([Number.NaN, -1, Infinity, 2 ** 53])('refuses %s', async (wait) => {
    expect(await said(call, wait)).toBe(
      `RangeError: ${place}: got ${wait}, wanted nanoseconds from 0 to 2^53 - 1`,
    )
  })

  test('refuses a text', async () => {
    expect(await said(call, '5')).toContain(`RangeError: ${place}: got a string, wanted nanoseconds`)
  })

  test('takes a part of a nanosecond for a whole one', async () => {
    expect(await said(call, 0.5)).toBe('')
  })
})

test('a period of nothing is refused: it would never come to an end', async () => {
  expect(await said((env, period) => env.timers.every(period, nothing), 0)).toContain(
    'timers.every: got 0, wanted at least 1 nanosecond',
  )
})
