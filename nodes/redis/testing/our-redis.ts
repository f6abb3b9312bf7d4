// Our server for tests, on a free port, once it listens.

import { untilListening } from './real-redis.ts'
import { served, type Served, type ServedOptions } from '../../../sim/real/testing/served.ts'
import { redis, redisPort } from '../index.ts'

/** Serves, with DEBUG open; resolves once clients can connect. */
export async function startOurRedis(options: Omit<ServedOptions, 'port'> = {}): Promise<Served> {
  const parameters = { 'enable-debug-command': 'yes', ...options.parameters }
  const server = await served(redis, { ...options, parameters, port: redisPort })
  await untilListening(server.port)
  return server
}
