// For tests: what an app needs of a node, without a simulation, and requests without sockets.

import { Buffer } from 'node:buffer'

import { type Body, Fields, type HttpHandler, type HttpRequest } from '../../http/index.ts'
import type { RestEnv } from '../app/route.ts'
import {
  after,
  type Data,
  type Duration,
  type Instant,
  instantZero,
  randomStream,
} from '../../../sim/index.ts'

/** A node whose time only goes on when it is told to. */
export class TestEnv {
  readonly logged: string[] = []
  readonly probed: (readonly [string, Data])[] = []
  readonly parameters = {}
  #now: Instant = instantZero
  readonly #timers = new Set<{ readonly due: Instant; readonly handler: () => unknown }>()
  readonly clock: RestEnv['clock'] = { wall: () => this.#now, monotonic: () => this.#now }
  readonly timers: RestEnv['timers'] = {
    after: (wait, handler) => {
      const timer = { due: after(this.#now, wait), handler }
      this.#timers.add(timer)
      return { cancel: () => void this.#timers.delete(timer) }
    },
    every: () => {
      throw new Error('no test needs it')
    },
  }
  readonly log: RestEnv['log'] = {
    debug: (text) => void this.logged.push(text),
    info: (text) => void this.logged.push(text),
    warn: (text) => void this.logged.push(text),
    error: (text, fields) => void this.logged.push(`${text} ${JSON.stringify(fields)}`),
  }
  readonly randomFor: RestEnv['randomFor'] = (purpose) => randomStream(1, purpose)
  readonly probe = (name: string, value: Data): void => void this.probed.push([name, value])

  pass(wait: Duration): void {
    this.#now = after(this.#now, wait)
    for (const timer of this.#timers)
      if (timer.due <= this.#now) {
        this.#timers.delete(timer)
        timer.handler()
      }
  }
}

/** What is asked. */
export interface Ask {
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Uint8Array | string | AsyncIterable<Uint8Array>
  readonly signal?: AbortSignal
}

/** A request as a server would give it. */
export function requestOf(
  method: string,
  target: string,
  { headers = {}, body = '', signal }: Ask = {},
): HttpRequest {
  return {
    method,
    target,
    version: '1.1',
    headers: new Fields(Object.entries(headers)),
    body: streamOf(body),
    trailers: new Fields(),
    remote: 'tester',
    signal: signal ?? new AbortController().signal,
  }
}

/** What came back, read to its end. */
export interface Told {
  readonly status: number
  readonly headers: Fields
  readonly bytes: Uint8Array
  readonly text: string
  /** The body as JSON, whatever it is supposed to be. */
  readonly json: ReturnType<typeof JSON.parse>
}

/** Asks a handler. */
export async function ask(handler: HttpHandler, line: string, given: Ask = {}): Promise<Told> {
  const [method = 'GET', target = '/'] = line.split(' ')
  const { status, headers, body = '' } = await handler(requestOf(method, target, given))
  const parts: Uint8Array[] = []
  for await (const part of streamOf(body)) parts.push(part)
  const bytes = Buffer.concat(parts)
  const text = bytes.toString()
  const isJson = /json/.test(headers.get('content-type') ?? '')
  return { status, headers, bytes, text, json: isJson && text !== '' ? JSON.parse(text) : null }
}

/** Asks with a JSON body. */
export function send(
  handler: HttpHandler,
  line: string,
  value: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Told> {
  return ask(handler, line, {
    headers: { 'Content-Type': 'application/json', ...headers },
    body: JSON.stringify(value),
  })
}

async function* streamOf(body: Body): AsyncGenerator<Uint8Array> {
  if (typeof body === 'string') yield new TextEncoder().encode(body)
  else if (body instanceof Uint8Array) yield body
  else yield* body
}
