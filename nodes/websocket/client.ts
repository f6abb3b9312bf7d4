// Opens a WebSocket to a server: stream and handshake within one deadline (RFC 6455, section 4.1).

import { between, type Connection, type Duration, type Env, NetError, ns, seconds } from '../../sim/index.ts'
import { Fields, requestHeadBytes, type ResponseHead, responseParser } from '../http/index.ts'
import type { Compression } from './extension.ts'
import { type HandshakeQuestion, judgeAnswer, questionFields } from './handshake.ts'
import { headLimits } from './head-limits.ts'
import { WebSocketConnection, type WebSocketOptions } from './websocket-connection.ts'

/** Where to, and how. */
export interface ConnectOptions extends WebSocketOptions {
  readonly host: string
  readonly port: number
  /** With its query if there is one (default `/`). */
  readonly path?: string
  /** The subprotocols asked for, the best first (default: none). */
  readonly protocols?: readonly string[]
  /** Whether to offer compression (default: no; see `MessageDeflater` on why not in a simulation). */
  readonly compression?: Compression | null
  /** More header fields, as Origin. */
  readonly headers?: readonly (readonly [name: string, value: string])[]
  /** How long it may take until it is open (default 10 s). */
  readonly timeout?: Duration
}

/** The server does not open a WebSocket. */
export class HandshakeError extends Error {
  /** The HTTP status it answered; null when the answer was none. */
  readonly status: number | null

  constructor(problem: string, status: number | null) {
    super(`WebSocket handshake: ${problem}`)
    this.name = 'HandshakeError'
    this.status = status
  }
}

/**
 * Connects. Rejects with a NetError as `Net.connect` does, with one of ETIMEDOUT when it takes too long, or with a HandshakeError
 * when the server answers anything but the upgrade that was asked for.
 */
export async function connectWebSocket(env: Env, options: ConnectOptions): Promise<WebSocketConnection> {
  const { host, port, timeout = seconds(10) } = options
  const begin = env.clock.monotonic()
  const connection = await env.net.connect(host, port, { timeout })
  const left = ns(Math.max(0, timeout - between(begin, env.clock.monotonic())))
  let isLate = false
  const timer = env.timers.after(left, () => {
    isLate = true
    connection.reset()
  })
  try {
    return await shakeHands(env, connection, options)
  } catch (error) {
    connection.reset()
    if (isLate) throw new NetError('ETIMEDOUT', `no WebSocket to ${host}:${port} in time`)
    throw error
  } finally {
    timer.cancel()
  }
}

async function shakeHands(
  env: Env,
  connection: Connection,
  options: ConnectOptions,
): Promise<WebSocketConnection> {
  const question = questionOf(env, options)
  const { path = '/' } = options
  if (!/^\/[!-~]*$/.test(path))
    throw new RangeError(`path: got ${JSON.stringify(path)}, wanted /PATH in ASCII`)
  await connection.write(requestHeadBytes('GET', path, new Fields(questionFields(question))))
  const { head, rest } = await readHead(connection)
  const verdict = judgeAnswer(head.status, head.headers, question)
  if (verdict.kind === 'refused') throw new HandshakeError(verdict.problem, head.status)
  const { protocol, agreement } = verdict
  return new WebSocketConnection(
    env,
    { connection, role: 'client', rest, protocol, agreement },
    connectionOptions(options),
  )
}

/** Undefined is no value for options that are not given. */
function connectionOptions(options: ConnectOptions): WebSocketOptions {
  const sizeMin = options.compression?.sizeMin
  return sizeMin === undefined ? options : { compressedMin: sizeMin, ...options }
}

function questionOf(env: Env, options: ConnectOptions): HandshakeQuestion {
  const { host, port, path = '/', protocols = [], compression = null, headers = [] } = options
  const shown = host.includes(':') ? `[${host}]` : host
  return {
    key: Buffer.from(env.randomFor('websocket keys').bytes(16)).toString('base64'),
    host: port === 80 ? shown : `${shown}:${port}`,
    path,
    protocols,
    compression,
    headers,
  }
}

/** Reads an answer up to its end if it opens a WebSocket, else its head. */
async function readHead(
  connection: Connection,
): Promise<{ readonly head: ResponseHead; readonly rest: Uint8Array }> {
  const parser = responseParser({ versions: ['1.1'], limits: headLimits }, () => true)
  let head: ResponseHead | null = null
  for (;;) {
    const bytes = await connection.read()
    if (bytes === null) throw new HandshakeError('got the end of the stream, wanted an answer', null)
    for (const event of parser.push(bytes)) {
      if (event.kind === 'error') throw new HandshakeError(event.error.message, null)
      if (event.kind === 'head') head = event.head
      if (head !== null && event.kind === 'switch') return { head, rest: event.rest }
      if (head !== null && !head.isSwitch) return { head, rest: new Uint8Array(0) }
    }
  }
}
