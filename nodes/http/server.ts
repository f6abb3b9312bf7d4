// An HTTP/1.1 server over the sockets of an env (RFC 9110, RFC 9112).

import { Fields } from './message.ts'
import { RequestLog } from './request-log.ts'
import { responseHeadBytes } from './serializer.ts'
import { ServerConnection } from './server-connection.ts'
import { type HttpServerOptions, settingsOf } from './server-options.ts'
import type { Env } from '../../sim/index.ts'
import { serveSockets, type SocketServer } from '../transport/index.ts'

/**
 * Listens and answers requests: in the order in which they came on each connection, pipelined or not, keeping connections
 * alive. Bodies are streamed both ways, no faster than they are read. What is no HTTP, too large or too slow gets 400, 408,
 * 413, 414, 417, 431, 501 or 505, and the connection ends. When the node is asked to stop, requests that have begun are
 * answered with `Connection: close`. Rejects as `Net.listen` does.
 */
export async function serveHttp(env: Env, options: HttpServerOptions): Promise<SocketServer> {
  const settings = settingsOf(options)
  const { port, host, connectionsMax, drainTimeout, requestLog } = options
  const log = requestLog === undefined ? null : new RequestLog(env, requestLog)
  return serveSockets(
    env,
    {
      port,
      ...(host === undefined ? {} : { host }),
      ...(connectionsMax === undefined ? {} : { connectionsMax }),
      ...(drainTimeout === undefined ? {} : { drainTimeout }),
      refuse: (connection) => connection.write(tooManyConnections),
    },
    (session) => new ServerConnection(env, session, settings, log).serve(),
  )
}

const tooManyConnections = responseHeadBytes(
  503,
  undefined,
  new Fields([
    ['Connection', 'close'],
    ['Content-Length', '0'],
    ['Retry-After', '1'],
  ]),
)
