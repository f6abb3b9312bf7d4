import { getEventListeners } from 'node:events'
import { expect, test } from 'vitest'

import type { Env, Program } from '../env.ts'
import { node, scenario, type Scenario } from '../scenario.ts'
import { tell } from '../testing/story.ts'
import { type Duration, ms, us } from '../time.ts'

const duration = ms(1_000)
const sleeper = (program: Program): Scenario =>
  scenario({ title: 'somebody sleeps', nodes: () => [node('a', program)], duration })

/** Sleeps many times, and publishes how many listeners the signal has. */
const nap = async (env: Env, signal: AbortSignal): Promise<void> => {
  for (let count = 0; count < 20_000; count++) await env.sleep(us(10), signal)
  env.probe('listeners', getEventListeners(signal, 'abort').length)
}

test('twenty thousand sleeps with one signal leave no listener behind', async () => {
  const { story } = await tell(
    sleeper((env) => nap(env, env.signal)),
    ['probe'],
  )
  expect(story).toEqual(['200.000ms a probe name=listeners value=0'])
})

test('many that sleep at once with one signal are no reason for a warning', async () => {
  const warnings: Error[] = []
  const warn = (warning: Error): void => void warnings.push(warning)
  process.on('warning', warn)
  const crowd = sleeper((env) => {
    for (let count = 0; count < 50; count++) env.spawn(() => env.sleep(ms(5), env.signal))
  })
  await tell(crowd)
  await new Promise((resolve) => {
    setImmediate(resolve)
  })
  process.off('warning', warn)
  expect(warnings).toEqual([])
})

test('a sleep ends with the reason of the signal, and its timer is forgotten', async () => {
  const { story } = await tell(
    sleeper(async (env) => {
      const controller = new AbortController()
      env.timers.after(ms(5), () => {
        controller.abort(new Error('enough'))
      })
      for (const wait of [ms(50), ms(60)] as readonly Duration[])
        await env.sleep(wait, controller.signal).catch((error: unknown) => env.probe('ended', String(error)))
    }),
    ['probe', 'timer-set', 'timer-cancel'],
  )
  expect(story).toEqual([
    '0.000ms a timer-set timer=1 due=5000000',
    '0.000ms a timer-set timer=2 due=50000000',
    '5.000ms a timer-cancel timer=2',
    '5.000ms a probe name=ended value=Error: enough',
    // The signal was aborted before: no timer is set.
    '5.000ms a probe name=ended value=Error: enough',
  ])
})
