// Our server for tests, on a free port, once it listens.

import { untilListening } from './real-redis.ts'
import { served, type Served, type ServedOptions } from '../../../sim/real/testing/served.ts'
import { redis, redisPort } from '../index.ts'

/** Serves; resolves once clients can connect. */
export async function startOurRedis(options: Omit<ServedOptions, 'port'> = {}): Promise<Served> {
  const server = await served(redis, { ...options, port: redisPort })
  await untilListening(server.port)
  return server
}
