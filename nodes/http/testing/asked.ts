// A client that asks a server of a test, in a simulation.

import {
  HttpClient,
  HttpClientError,
  Fields,
  type HttpClientOptions,
  type HttpClientRequest,
  type HttpHandler,
  serveHttp,
} from '../index.ts'
import { type Connection, type Env, node, type Program, run, scenario, seconds } from '../../../sim/index.ts'

export const plain: Fields = new Fields()

/** Runs a client against a program on `server`; what the client noted. */
export async function asked(
  server: Program,
  script: (client: HttpClient, env: Env) => Promise<unknown>,
  options: HttpClientOptions = {},
): Promise<unknown> {
  let result: unknown = 'no result'
  const { violations } = await run(
    scenario({
      title: 'a client asks',
      nodes: () => [
        node('server', server),
        node(
          'other',
          serving(({ headers }) => ({
            // Misdirected, where it is called as somebody else (RFC 9110, section 15.5.20).
            status: headers.get('host') === 'other' ? 200 : 421,
            headers: plain,
            body: `other ${headers.get('authorization')}`,
          })),
        ),
        node('client', async (env) => {
          result = await script(new HttpClient(env, options), env)
        }),
      ],
      duration: seconds(900),
    }),
    { seed: 1, isChecked: false },
  )
  if (violations.length > 0) throw new Error(JSON.stringify(violations))
  return result
}

export function serving(handler: HttpHandler): Program {
  return async (env) => {
    await serveHttp(env, { port: 80, handler })
  }
}

/** A server that treats its connections by their number, from 1. */
export function scripted(serve: (connection: Connection, count: number, env: Env) => Promise<void>): Program {
  return async (env) => {
    let count = 0
    for await (const connection of await env.net.listen(80)) {
      const number = ++count
      env.spawn(() => serve(connection, number, env).catch(() => undefined))
    }
  }
}

export const url = 'http://server/'
export const ok = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'

export async function textOf(client: HttpClient, request: HttpClientRequest): Promise<string> {
  const response = await client.request(request)
  return `${response.status} ${await response.text()}`
}

/** The kind of failure, or the text of the response. */
export async function outcome(client: HttpClient, request: HttpClientRequest): Promise<string> {
  try {
    return await textOf(client, request)
  } catch (error) {
    if (!(error instanceof HttpClientError)) throw error
    return error.kind
  }
}

/** A body in pieces. */
export async function* stream(...texts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield new TextEncoder().encode(text)
}
