// What `faultline serve http` serves: resources with which a client can be tried, and nothing else.

import { Buffer } from 'node:buffer'

import { readHttpParameters } from './http-parameters.ts'
import { type Body, Fields, type HttpHandler, type HttpRequest, type HttpResponse } from './message.ts'
import { serveHttp } from './server.ts'
import { statusText } from './status-text.ts'
import { parseTarget } from './target.ts'
import { type Env, ms, type Program } from '../../sim/index.ts'

/** Where the component listens unless `env.parameters.port` says otherwise. */
export const httpPort = 80

/** Serves the demonstration until it is stopped. Parameters: `port`, and those of `readHttpParameters`. */
export const httpDemo: Program = async (env) => {
  const { port } = env.parameters
  await serveHttp(env, {
    ...readHttpParameters('http', env.parameters),
    port: typeof port === 'number' ? port : httpPort,
    handler: demoHandler(env),
  })
}

const bytesMax = 1024 * 1024 * 1024
const delayMaxMs = 60_000
const linesMax = 10_000
const echoMax = 1024 * 1024

const help = `Faultline speaks HTTP/1.1 here.
  GET  /               this text
  ANY  /echo           the request line, the header and the body as they arrived
  ANY  /body           the body, streamed back
  ANY  /status/N       an answer with that status (200 to 599)
  GET  /bytes/N        N bytes, streamed
  ANY  /delay/MS       an answer after so many milliseconds (at most ${delayMaxMs})
  GET  /stream/N       N lines, one every 100 milliseconds, in chunks
  ANY  /redirect/N     N redirects, one after the other
`

/** Paths that do not care which method they are asked with. */
const forAnyMethod = ['echo', 'body', 'status', 'delay', 'redirect']

/** Answers the demonstration's requests. */
export function demoHandler(env: Env): HttpHandler {
  return (request) => {
    const { path } = parseTarget(request.method, request.target) ?? { path: null }
    const [, name = '', argument = ''] = /^\/([a-z]*)(?:\/([0-9]{1,10}))?$/.exec(path ?? '/') ?? [
      null,
      'none',
    ]
    const count = Number(argument)
    if (!forAnyMethod.includes(name) && name !== 'none' && !reading.includes(request.method))
      return notAllowed(request.method)
    switch (name) {
      case '':
        return text(200, help)
      case 'echo':
        return echo(request)
      case 'body':
        return { status: 200, headers: new Fields(copied(request, 'content-type')), body: request.body }
      case 'status':
        return count >= 200 && count <= 599 ? status(count) : missing()
      case 'bytes':
        return count <= bytesMax ? bytes(count) : missing()
      case 'delay':
        return count <= delayMaxMs ? delayed(env, count) : missing()
      case 'stream':
        return count <= linesMax ? text(200, lines(env, count, request.signal)) : missing()
      case 'redirect':
        return redirect(count)
      default:
        return missing()
    }
  }
}

function text(status: number, body: Body): HttpResponse {
  return { status, headers: new Fields([['Content-Type', 'text/plain; charset=utf-8']]), body }
}

/** What has no content has no type of it either. */
function status(count: number): HttpResponse {
  if ([204, 205, 304].includes(count)) return { status: count, headers: new Fields() }
  return text(count, `${count} ${statusText(count)}\n`)
}

const reading = ['GET', 'HEAD']

/** What may only be read. OPTIONS is answered with what there may be (RFC 9110, section 9.3.7). */
function notAllowed(method: string): HttpResponse {
  const isAsked = method === 'OPTIONS'
  const answer = isAsked
    ? { status: 200, headers: new Fields() }
    : text(405, '405 Method Not Allowed: it can only be read\n')
  answer.headers.set('Allow', 'GET, HEAD, OPTIONS')
  return answer
}

function missing(): HttpResponse {
  return text(404, '404 Not Found: GET / tells what there is\n')
}

async function echo(request: HttpRequest): Promise<HttpResponse> {
  const { method, target, version, headers } = request
  const pieces: Uint8Array[] = []
  let size = 0
  for await (const piece of request.body) {
    size += piece.length
    if (size > echoMax) return text(413, `413 ${statusText(413)}: /body streams longer ones\n`)
    pieces.push(piece)
  }
  const head = [
    `${method} ${target} HTTP/${version}`,
    ...[...headers].map(([name, value]) => `${name}: ${value}`),
  ]
  const tail = [...request.trailers].map(([name, value]) => `\n${name}: ${value}`)
  return text(
    200,
    [`${head.join('\n')}\n\n`, new TextDecoder('latin1').decode(Buffer.concat(pieces)), ...tail].join(''),
  )
}

function copied(request: HttpRequest, name: string): readonly (readonly [string, string])[] {
  const value = request.headers.get(name)
  return value === null ? [] : [[name, value]]
}

function bytes(count: number): HttpResponse {
  const headers = new Fields([
    ['Content-Type', 'application/octet-stream'],
    ['Content-Length', String(count)],
  ])
  return { status: 200, headers, body: pieces(count) }
}

const piece = new Uint8Array(16 * 1024).fill(46)

async function* pieces(count: number): AsyncGenerator<Uint8Array> {
  for (let left = count; left > 0; left -= piece.length)
    yield left < piece.length ? piece.subarray(0, left) : piece
}

async function delayed(env: Env, count: number): Promise<HttpResponse> {
  await env.sleep(ms(count))
  return text(200, `after ${count} ms\n`)
}

async function* lines(env: Env, count: number, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder()
  for (let line = 1; line <= count && !signal.aborted; line++) {
    if (line > 1) await env.sleep(ms(100))
    yield encoder.encode(`line ${line}\n`)
  }
}

function redirect(count: number): HttpResponse {
  const target = count > 1 ? `/redirect/${count - 1}` : '/'
  return { ...text(302, ''), headers: new Fields([['Location', target]]) }
}
