// A publisher, and subscribers that listen for a while, read nothing any more, and come back once they find their connection ended.

import { clientOf, patience, textOf } from './redis-asking.ts'
import { performOn } from './redis-operation.ts'
import { RedisWire } from './redis-wire.ts'
import { type Env, ms, NetError, type Program, seconds } from '../../sim/index.ts'

const channel = 'news'

/** Publishes a message of so many bytes, 20 times a second. */
export function redisPublisher(server: string, size: number): Program {
  return async (env) => {
    const client = clientOf(env, server)
    for (let count = 1; ; count++) {
      await env.sleep(ms(50))
      if (!env.admits('publish')) continue
      const args = ['PUBLISH', channel, `${count}`.padEnd(size, '.')]
      await performOn(env, client, { f: 'publish', value: count, args, resultOf: textOf, patience })
    }
  }
}

/** Listens for up to a second, then does not read for some; over and over. */
export function deafReader(server: string): Program {
  return async (env) => {
    for (;;) {
      try {
        await listen(env, await RedisWire.open(env, server, 'deaf'))
      } catch (error) {
        if (!(error instanceof NetError)) throw error
      }
      await env.sleep(ms(100))
    }
  }
}

async function listen(env: Env, wire: RedisWire): Promise<void> {
  wire.send(env, ['SUBSCRIBE', channel])
  for (let left = env.random.int(1, 20); left > 0; left--) if (!(await wire.read())) return
  await env.sleep(seconds(8))
  wire.reset()
}
