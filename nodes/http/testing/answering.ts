// A server of a test in a simulation, and what it answers to raw bytes.

import { played } from './raw.ts'
import { Fields, type HttpHandler, type HttpServerOptions, serveHttp } from '../index.ts'
import { type Program, seconds } from '../../../sim/index.ts'

export const host: string = 'Host: server\r\n'
export const plain: Fields = new Fields()

/** `/fast` answers at once, `/slow` after a second, `/body` with the body's size, `/stream` in pieces, `/fail` throws. */
const handler: HttpHandler = async (request) => {
  if (request.target === '/fail') throw new Error('a secret')
  if (request.target === '/split') return { status: 200, headers: new Fields([['X', 'a\r\nB: c']]) }
  if (request.target === '/body') {
    let size = 0
    for await (const bytes of request.body) size += bytes.length
    return {
      status: 200,
      headers: plain,
      body: `${size} bytes, trailers ${[...request.trailers].join('; ')}`,
    }
  }
  if (request.target === '/echo') return { status: 200, headers: plain, body: request.body }
  if (request.target === '/stream')
    return {
      status: 200,
      headers: plain,
      body: pieces('one', 'two'),
      trailers: () => new Fields([['Checksum', '42']]),
    }
  if (request.target === '/none') return { status: 204, headers: plain }
  return { status: 200, headers: plain, body: `${request.method} ${request.target}` }
}

async function* pieces(...texts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield new TextEncoder().encode(text)
}

export function server(options: Partial<HttpServerOptions> = {}): Program {
  return async (env) => {
    await serveHttp(env, {
      port: 80,
      handler: async (request) => {
        if (request.target === '/slow') await env.sleep(seconds(1))
        return handler(request)
      },
      ...options,
    })
  }
}

/** What a server answers to text, until it ends the connection or text that ends so has come. Without dates. */
export async function answer(
  text: string,
  until: RegExp | null = null,
  options: Partial<HttpServerOptions> = {},
): Promise<string> {
  const [notes = ''] = await played(server(options), async ({ open, note }) => {
    const peer = await open()
    await peer.send(text)
    note(undated(until === null ? await peer.rest() : await peer.until(until)))
  })
  return notes
}

export function undated(text: string): string {
  return text.replaceAll(/Date: [^\r]*\r\n/g, '')
}

export const get = (target: string, more = ''): string => `GET ${target} HTTP/1.1\r\n${host}${more}\r\n`
