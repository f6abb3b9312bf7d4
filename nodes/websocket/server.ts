// The server's side of the opening handshake (RFC 6455, section 4.2), over a stream on which a request was read, or is to be read.

import { type Connection, type Env, NetError } from '../../sim/index.ts'
import {
  answerHandshake,
  type HandshakeRequest,
  type HandshakeRules,
  type HandshakeResponse,
} from './handshake.ts'
import { encodeHead, type HttpHead, HttpHeadDecoder, HttpHeadError } from './http-head.ts'
import { WebSocketConnection, type WebSocketOptions } from './websocket-connection.ts'

/** How a server takes WebSockets. */
export interface AcceptOptions extends HandshakeRules, WebSocketOptions {}

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

function responseHead({ status, reason, headers }: HandshakeResponse): string {
  return encodeHead(`HTTP/1.1 ${status} ${reason}`, headers)
}

/**
 * Reads the request too, for a server that speaks nothing but WebSocket on its port. Null when what came was no request for one:
 * an answer that says so is written, and the stream ended. Rejects with a NetError when the stream breaks.
 */
export async function acceptStream(
  env: Env,
  connection: Connection,
  options: AcceptOptions = {},
): Promise<WebSocketConnection | null> {
  const decoder = new HttpHeadDecoder()
  try {
    for (;;) {
      const bytes = await connection.read()
      if (bytes === null) throw new NetError('ECONNRESET', `${connection.remote} ended before its request`)
      const head = decoder.push(bytes)
      if (head === null) continue
      return await acceptWebSocket(
        env,
        { request: requestOf(head), connection, rest: decoder.rest() },
        options,
      )
    }
  } catch (error) {
    if (!(error instanceof HttpHeadError)) throw error
    const headers = [['Connection', 'close'] as const, ['Content-Length', '0'] as const]
    await connection.write(responseHead({ status: 400, reason: 'Bad Request', headers }))
    connection.end()
    return null
  }
}

function requestOf({ first: [method, target, version], headers }: HttpHead): HandshakeRequest {
  return { method, target, version: version.replace(/^HTTP\//, ''), headers }
}
