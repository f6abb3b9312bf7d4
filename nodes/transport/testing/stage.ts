// Programs of tests that play against a server called "server" on port 7.

import { type Connection, type Env, ms, type Program } from '../../../sim/index.ts'

const decoder = new TextDecoder()

/** Does something, once the server listens, and ends. */
export function client(act: (env: Env) => Promise<void>): Program {
  return async (env) => {
    await env.sleep(ms(50))
    await act(env)
    env.exit(0)
  }
}

/** Opens a stream to the server. */
export function open(env: Env): Promise<Connection> {
  return env.net.connect('server', 7)
}

/** The next so many bytes as text, however the stream was split; with "." at the end of the stream. */
export async function take(read: () => Promise<Uint8Array | null>, length: number): Promise<string> {
  let all = ''
  while (all.length < length) {
    const bytes = await read()
    if (bytes === null) return `${all}.`
    all += decoder.decode(bytes)
  }
  return all
}

/** All that comes until the end: with "." where the peer ended it, "!" and the code where it broke. */
export async function heard(connection: Connection): Promise<string> {
  let all = ''
  try {
    for await (const bytes of connection) all += decoder.decode(bytes)
    return `${all}.`
  } catch (error) {
    return `${all}!${codeOf(error)}`
  }
}

/** What kind of error it is, or what came instead. */
export async function failure(promise: Promise<unknown>): Promise<string> {
  try {
    return `got ${JSON.stringify(await promise)}`
  } catch (error) {
    return codeOf(error)
  }
}

function codeOf(error: unknown): string {
  const { code, kind } = error as { readonly code?: string; readonly kind?: string }
  return code ?? kind ?? String(error)
}
