// The echo service: whatever arrives is sent back, over streams and datagrams (RFC 862).

import type { Connection, Env, Program } from '../../sim/index.ts'

/** Where it listens unless `env.parameters.port` says otherwise. */
export const echoPort = 7

/** Serves echoes until it is stopped. */
export const echo: Program = async (env) => {
  const port = typeof env.parameters['port'] === 'number' ? env.parameters['port'] : echoPort
  const server = await env.net.listen(port)
  env.spawn(() => serveDatagrams(env, port))
  for await (const connection of server) env.spawn(() => serve(connection, env))
}

/** Where there are none, as on Unix sockets, streams are all there is. */
async function serveDatagrams(env: Env, port: number): Promise<void> {
  const socket = await env.net.bind(port).catch((error: unknown) => {
    env.log.warn('no datagrams', { error: String(error) })
    return null
  })
  if (socket === null) return
  for await (const { source, sourcePort, bytes } of socket) socket.send(source, sourcePort, bytes)
}

async function serve(connection: Connection, env: Env): Promise<void> {
  try {
    for await (const bytes of connection) await connection.write(bytes)
    connection.end()
  } catch (error) {
    // The peer is gone; others go on.
    env.log.info('connection broke', { remote: connection.remote, error: String(error) })
  }
}
