// The server's side of the opening handshake (RFC 6455, section 4.2), over a stream on which a request was read, or is to be read.

import { type Connection, type Duration, type Env, NetError, seconds } from '../../sim/index.ts'
import {
  Fields,
  type HttpError,
  type RequestHead,
  requestParser,
  responseHeadBytes,
  statusText,
} from '../http/index.ts'
import {
  answerHandshake,
  type HandshakeRequest,
  type HandshakeRules,
  type HandshakeResponse,
} from './handshake.ts'
import { headLimits } from './head-limits.ts'
import { WebSocketConnection, type WebSocketOptions } from './websocket-connection.ts'

/** How a server takes WebSockets. */
export interface AcceptOptions extends HandshakeRules, WebSocketOptions {
  /** How long `acceptStream` waits for a whole request before the stream is reset (default 10 s). */
  readonly timeout?: Duration
}

/** A request that asks for an upgrade, and the stream on which it came. */
export interface Upgrade {
  readonly request: HandshakeRequest
  readonly connection: Connection
  /** What came behind the request. */
  readonly rest?: Uint8Array
}

/**
 * Answers a request. Null when it was refused: the answer is written, and the stream ended. Rejects with a NetError when the
 * stream breaks.
 */
export async function acceptWebSocket(
  env: Env,
  { request, connection, rest }: Upgrade,
  options: AcceptOptions = {},
): Promise<WebSocketConnection | null> {
  const verdict = answerHandshake(request, options)
  await connection.write(responseHead(verdict.response))
  if (verdict.kind === 'refused') {
    connection.end()
    return null
  }
  const { protocol, agreement } = verdict
  const sizeMin = options.compression?.sizeMin
  return new WebSocketConnection(
    env,
    { connection, role: 'server', protocol, agreement, ...(rest === undefined ? {} : { rest }) },
    sizeMin === undefined ? options : { compressedMin: sizeMin, ...options },
  )
}

function responseHead({ status, reason, headers }: HandshakeResponse): Uint8Array {
  return responseHeadBytes(status, reason, new Fields(headers))
}

/**
 * Reads the request too, for a server that speaks nothing but WebSocket on its port. Null when what came was no request for one:
 * an answer that says so is written, and the stream ended. Rejects with a NetError when the stream breaks, or no request comes in
 * time (ETIMEDOUT).
 */
export async function acceptStream(
  env: Env,
  connection: Connection,
  options: AcceptOptions = {},
): Promise<WebSocketConnection | null> {
  const opening = await readInTime(env, connection, options.timeout ?? seconds(10))
  if (opening.kind === 'request')
    return acceptWebSocket(env, { request: opening.request, connection, rest: opening.rest }, options)
  const { status } = opening.error
  const headers = [['Connection', 'close'] as const, ['Content-Length', '0'] as const]
  await connection.write(responseHead({ status, reason: statusText(status), headers }))
  connection.end()
  return null
}

type Opening =
  | { readonly kind: 'request'; readonly request: RequestHead; readonly rest: Uint8Array }
  | { readonly kind: 'error'; readonly error: HttpError }

async function readInTime(env: Env, connection: Connection, timeout: Duration): Promise<Opening> {
  let isLate = false
  const timer = env.timers.after(timeout, () => {
    isLate = true
    connection.reset()
  })
  try {
    return await readRequest(connection)
  } catch (error) {
    throw isLate ? new NetError('ETIMEDOUT', `${connection.remote} sent no request in time`) : error
  } finally {
    timer.cancel()
  }
}

async function readRequest(connection: Connection): Promise<Opening> {
  const parser = requestParser({ limits: headLimits })
  let request: RequestHead | null = null
  for (;;) {
    const bytes = await connection.read()
    if (bytes === null) throw new NetError('ECONNRESET', `${connection.remote} ended before its request`)
    for (const event of parser.push(bytes)) {
      if (event.kind === 'error') return event
      if (event.kind === 'head') request = event.head
      // What asks for no upgrade is answered too: that it has to.
      const isWhole = event.kind === 'switch' || (event.kind === 'end' && request?.isSwitch === false)
      const rest = event.kind === 'switch' ? event.rest : new Uint8Array(0)
      if (isWhole && request !== null) return { kind: 'request', request, rest }
    }
  }
}
