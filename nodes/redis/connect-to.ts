// Streams to other servers, wherever somebody said that they are.

import { type Connection, type Duration, type Env, NetError } from '../../sim/index.ts'

const portMax = 65_535

/** Opens a stream to a server. Rejects with a NetError; also for a port that none can be, at which Redis tries all the same. */
export async function connectTo(
  env: Env,
  { host, port }: { readonly host: string; readonly port: number },
  timeout: Duration,
): Promise<Connection> {
  if (!Number.isInteger(port) || port < 1 || port > portMax)
    throw new NetError('ECONNREFUSED', `connect to ${host}, port ${port}`)
  return env.net.connect(host, port, { timeout })
}
