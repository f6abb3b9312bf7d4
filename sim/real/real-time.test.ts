import { expect, test } from 'vitest'

import { RealNode } from './index.ts'
import type { Program } from '../env.ts'
import { type Event } from '../event.ts'
import { ms } from '../time.ts'

test('timers that are late fire in the order in which they are due, and not before their time is over', async () => {
  const told: string[] = []
  const program: Program = (env) => {
    const begin = env.clock.monotonic()
    env.timers.after(ms(35), () => {
      told.push('second')
      env.timers.after(ms(20), () => {
        told.push(env.clock.monotonic() - begin >= ms(140) ? 'third, in time' : 'third, too early')
        env.exit(0)
      })
    })
    env.timers.after(ms(30), () => {
      told.push('first')
    })
    // Nothing can fire meanwhile.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 120)
  }
  const node = new RealNode({ name: 'late', program })
  await node.start()
  expect(await node.ended).toEqual({ code: 0 })
  expect(told).toEqual(['first', 'second', 'third, in time'])
})

test('a wait counts from when it is asked for, however long the step has taken', async () => {
  let slept = 0
  const program: Program = async (env) => {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 60)
    const begin = env.clock.monotonic()
    await env.sleep(ms(50))
    slept = env.clock.monotonic() - begin
    env.exit(0)
  }
  const node = new RealNode({ name: 'busy', program })
  await node.start()
  await node.ended
  expect(slept).toBeGreaterThanOrEqual(ms(50))
})

test('the log of a node goes by real time, and never back', async () => {
  const events: Event[] = []
  const program: Program = async (env) => {
    for (let count = 0; count < 5; count++) {
      env.probe('count', count)
      await env.sleep(ms(3))
    }
    env.exit(0)
  }
  const node = new RealNode({ name: 'clock', program, onEvent: (event) => void events.push(event) })
  await node.start()
  await node.ended
  const instants = events.map(({ at }) => at)
  expect(instants).toEqual(instants.toSorted((a, b) => a - b))
  expect((instants.at(-1) ?? 0) - (instants[0] ?? 0)).toBeGreaterThanOrEqual(ms(15))
  expect(events.map(({ seq }) => seq)).toEqual(events.map((_, place) => place + 1))
})

test('a handler may return whatever it likes', async () => {
  const fired: number[] = []
  const program: Program = (env) => {
    const handler: () => void = () => fired.push(1)
    env.timers.after(ms(1), handler)
    env.timers.after(ms(20), () => env.exit(0))
  }
  const node = new RealNode({ name: 'free', program })
  await node.start()
  expect([await node.ended, fired]).toEqual([{ code: 0 }, [1]])
})

test('an error in a promise that the program returns ends the node with its stack', async () => {
  const node = new RealNode({
    name: 'failing',
    program: async (env) => {
      await env.sleep(ms(1))
      throw new RangeError('too far')
    },
  })
  await node.start()
  expect(await node.ended).toMatchObject({ code: 1, error: 'RangeError: too far' })
})
