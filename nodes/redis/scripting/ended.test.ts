// What a script leaves that its bounds end: everything that it had done, told to replicas and to the log as one piece, as if
// it had raised an error there. (Redis asks the operator instead, who cannot end a script that has written: UNKILLABLE.)

import { expect, test } from 'vitest'

import { seconds } from '../../../sim/index.ts'
import { played } from '../testing/played.ts'

const endless =
  "redis.call('set','before','1')redis.call('incr','n')local\tx=0\twhile\ttrue\tdo\tx=x+1\tend\tredis.call('set','after','1')"

test('what it had written stays, on the replica too, and the next script has bounds of its own', async () => {
  const told = await played({ first: {}, second: { replicaof: 'first 6379' } }, async ({ ask, env }) => {
    await env.sleep(seconds(2))
    const ended = await ask('first', `EVAL ${endless} 0`)
    const after = [await ask('first', 'MGET before n after'), await ask('first', 'WAIT 1 1000')]
    return [
      ended,
      ...after,
      await ask('second', 'MGET before n after'),
      await ask('first', 'EVAL return\t1 0'),
    ]
  })
  expect(told).toEqual([
    expect.stringMatching(
      /^-ERR Error running script [0-9a-f]{40}: it exceeded its bound of steps and was ended/,
    ),
    '*["1" "1" _]',
    ':1',
    '*["1" "1" _]',
    ':1',
  ])
})
