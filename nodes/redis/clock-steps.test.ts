// A server whose wall clock jumps: what is measured must not be hurt by it.

import { expect, test } from 'vitest'

import { redisPort } from './redis-port.ts'
import { played } from './testing/played.ts'
import { type Env, ms, seconds, type WrittenFault } from '../../sim/index.ts'

const stepped = (by: number): readonly WrittenFault[] => [
  { kind: 'clock-step', node: 'redis', by: seconds(by), at: seconds(1) },
]

/** Whether a server with `timeout 3` has ended a connection after a time in which it said nothing. */
async function isEndedAfter(env: Env, silence: number): Promise<string> {
  const connection = await env.net.connect('redis', redisPort)
  await connection.write('PING\r\n')
  let isEnded = false
  env.spawn(async () => {
    while ((await connection.read()) !== null);
    isEnded = true
  })
  await env.sleep(ms(silence))
  return String(isEnded)
}

test.each([600, -600])('`timeout` takes as long as it says where the clock jumps by %d s', async (by) => {
  const told = await played(
    { redis: { timeout: 3 } },
    async ({ env }) => [await isEndedAfter(env, 2500), await isEndedAfter(env, 5000)],
    stepped(by),
  )
  expect(told).toEqual(['false', 'true'])
})

test('what was delivered is pending where the clock went back since', async () => {
  const told = await played(
    { redis: {} },
    async ({ env, ask }) => {
      await ask('redis', 'XGROUP CREATE stream group 0 MKSTREAM')
      await ask('redis', 'XADD stream 1-0 field value')
      await ask('redis', 'XREADGROUP GROUP group somebody STREAMS stream >')
      await env.sleep(seconds(2))
      return [
        await ask('redis', 'XPENDING stream group - + 10'),
        await ask('redis', 'XPENDING stream group IDLE 1 - + 10'),
      ]
    },
    stepped(-600),
  )
  expect(told).toEqual(['*[*["1-0" "somebody" :0 :1]]', '*[]'])
})
