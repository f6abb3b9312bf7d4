// Programs over streams for tests.

import { type Connection, type Env, NetError, type Program } from '../../env.ts'
import type { Duration } from '../../time.ts'

/** Serves each connection on a port by a function. */
export function serve(port: number, handler: (connection: Connection, env: Env) => Promise<void>): Program {
  return async (env) => {
    const server = await env.net.listen(port)
    for await (const connection of server) env.spawn(() => handler(connection, env))
  }
}

/** Listens on port 7 and writes back what it reads; a broken connection is none of its business. */
export const echo: Program = serve(7, (connection) =>
  noting([], async () => {
    for await (const chunk of connection) await connection.write(chunk)
    connection.end()
  }),
)

/** Opens a connection to a port of node `server` and uses it; what goes wrong is written down as its code. */
export function client(
  port: number,
  use: (connection: Connection, env: Env) => Promise<void>,
  failures: string[] = [],
  timeout?: Duration,
): Program {
  return async (env) => {
    await noting(failures, async () => {
      const options = timeout === undefined ? {} : { timeout }
      await use(await env.net.connect('server', port, options), env)
    })
  }
}

/** Writes the code of a network error down. */
export async function noting(failures: string[], action: () => Promise<void>): Promise<void> {
  try {
    await action()
  } catch (error) {
    if (!(error instanceof NetError)) throw error
    failures.push(error.code)
  }
}

/** Reads until the peer's end and returns everything as text. */
export async function readAll(connection: Connection): Promise<string> {
  const decoder = new TextDecoder()
  let text = ''
  for await (const chunk of connection) text += decoder.decode(chunk, { stream: true })
  return text
}
