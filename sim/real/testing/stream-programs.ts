// Programs at either end of a stream, for tests on both environments.

import type { Connection, Env, Program } from '../../env.ts'
import { ms } from '../../time.ts'

/** Serves each connection to port 7. */
export function serving(serve: (connection: Connection, env: Env) => Promise<void>): Program {
  return async (env) => {
    for await (const connection of await env.net.listen(7)) env.spawn(() => serve(connection, env))
  }
}

/** A connection to a node, once it listens. */
export async function dialled(env: Env, name: string): Promise<Connection> {
  for (;;) {
    try {
      return await env.net.connect(name, 7)
    } catch {
      await env.sleep(ms(5))
    }
  }
}

/** Does something with the server, once it listens, and ends. */
export function client(act: (connection: Connection, env: Env) => Promise<void>): Program {
  return async (env) => {
    await act(await dialled(env, 'server'), env)
    env.exit(0)
  }
}

/** All that comes, as text. */
export async function readAll(connection: Connection): Promise<string> {
  const parts: string[] = []
  for await (const bytes of connection) parts.push(new TextDecoder().decode(bytes))
  return parts.join('')
}
