// When keys go in a simulation: at their time by the server's wall clock, whether anybody looks or not, also when it jumps.

import { expect, test } from 'vitest'

import { played } from './testing/played.ts'
import { ms, seconds, type WrittenFault } from '../../sim/index.ts'

function step(by: number): readonly WrittenFault[] {
  return [{ kind: 'clock-step', node: 'redis', by: seconds(by), at: seconds(2) }]
}

test('a key is gone for whoever looks when its time has come', async () => {
  // Nobody removes it in the background here.
  const told = await played({ redis: { 'enable-debug-command': 'yes' } }, async ({ ask, env }) => {
    await ask('redis', 'DEBUG SET-ACTIVE-EXPIRE 0')
    await ask('redis', 'SET key value PX 500')
    await env.sleep(ms(400))
    const lines = [await ask('redis', 'GET key')]
    await env.sleep(ms(200))
    lines.push(await ask('redis', 'DBSIZE'), await ask('redis', 'GET key'), await ask('redis', 'DBSIZE'))
    return lines
  })
  expect(told).toEqual(['"value"', ':1', '_', ':0'])
})

test('a key that nobody looks at is removed soon after its time', async () => {
  const told = await played({ redis: {} }, async ({ ask, env }) => {
    for (let at = 0; at < 200; at++) await ask('redis', `SET key:${at} value PX 500`)
    const lines = [await ask('redis', 'DBSIZE')]
    await env.sleep(ms(1000))
    lines.push(
      await ask('redis', 'DBSIZE'),
      /expired_keys:200/.exec(await ask('redis', 'INFO stats'))?.[0] ?? '',
    )
    return lines
  })
  expect(told).toEqual([':200', ':0', 'expired_keys:200'])
})

test('a clock that jumps ahead takes keys along, one that jumps back lets them live', async () => {
  const story = (by: number): Promise<readonly string[]> =>
    played(
      { redis: {} },
      async ({ ask, env }) => {
        await ask('redis', 'SET key value EX 5')
        await env.sleep(ms(2500))
        const lines = [await ask('redis', 'GET key')]
        await env.sleep(ms(4000))
        return [...lines, await ask('redis', 'GET key')]
      },
      step(by),
    )
  expect(await story(10)).toEqual(['_', '_'])
  expect(await story(-10)).toEqual(['"value"', '"value"'])
})
