// The chat in a browser: a page, and the WebSocket that it talks over.

import type { Env } from '../../sim/index.ts'
import { Fields, type HttpRequest, type HttpResponse, serveHttp } from '../http/index.ts'
import type { SocketServer } from '../transport/index.ts'
import {
  acceptWebSocket,
  closeCodes,
  type Compression,
  type HandshakeRequest,
  type WebSocketConnection,
} from '../websocket/index.ts'
import type { ChatDesk } from './chat-desk.ts'
import { readCommand } from './json-codec.ts'
import { chatPage, chatPagePolicy } from './page/page.ts'
import type { ClosingCode } from './protocol.ts'

/** Serves page and WebSocket on a port. Rejects as `Net.listen` does. */
export function serveWeb(
  env: Env,
  desk: ChatDesk,
  { port, compression }: { readonly port: number; readonly compression: Compression | null },
): Promise<SocketServer> {
  return serveHttp(env, {
    port,
    connectionsMax: desk.limits.connectionsMax,
    headerTimeout: desk.limits.requestFor,
    idleTimeout: desk.limits.requestlessFor,
    handler: answer,
    upgrade: (request) =>
      pathOf(request) === '/socket'
        ? async (connection, rest) => {
            const { commandMax, commandFor, silentFor } = desk.limits
            const socket = await acceptWebSocket(
              env,
              { request, connection, rest },
              {
                compression,
                isOriginAllowed: isOwnPage,
                limits: { messageMax: commandMax, fragmentsMax: 64 },
                incomingMax: commandMax,
                keepAlive: { every: (silentFor / 2) as typeof silentFor, within: silentFor },
                messageTimeout: commandFor,
                closeTimeout: desk.limits.closeTimeout,
              },
            )
            if (socket !== null) await talk(desk, socket)
          }
        : null,
  })
}

/** Pages of other servers may not talk as whoever looks at them (section 10.2); programs, which say no origin, may. */
function isOwnPage(origin: string | null, { headers }: HandshakeRequest): boolean {
  return origin === null || origin.replace(/^https?:\/\//, '') === headers.get('host')
}

function pathOf({ target }: HttpRequest): string {
  return target.replace(/\?.*/, '')
}

function answer(request: HttpRequest): HttpResponse {
  if (pathOf(request) !== '/') return plain(404, 'There is nothing here.\n')
  if (request.method !== 'GET' && request.method !== 'HEAD')
    return plain(405, 'GET, or HEAD.\n', [['Allow', 'GET, HEAD']])
  return {
    status: 200,
    headers: new Fields([
      ['Content-Type', 'text/html; charset=utf-8'],
      ['Content-Security-Policy', chatPagePolicy],
      ['X-Content-Type-Options', 'nosniff'],
      ['Referrer-Policy', 'no-referrer'],
      ['Cache-Control', 'no-cache'],
    ]),
    body: chatPage,
  }
}

function plain(
  status: number,
  body: string,
  fields: readonly (readonly [string, string])[] = [],
): HttpResponse {
  return { status, headers: new Fields([['Content-Type', 'text/plain; charset=utf-8'], ...fields]), body }
}

/** Which close code goes with a reason. */
function closeCodeOf(code: ClosingCode): number {
  switch (code) {
    case 'quit':
      return closeCodes.normal
    case 'stopping':
      return closeCodes.goingAway
    case 'bad-bytes':
      return closeCodes.unsupportedData
    case 'too-many':
      return closeCodes.tryAgainLater
    case 'slow-reader':
    case 'slow-writer':
    case 'silent':
    case 'nameless':
    case 'replaced':
      return closeCodes.policyViolation
  }
}

async function talk(desk: ChatDesk, socket: WebSocketConnection): Promise<void> {
  let isStopping = false
  const session = desk.open({
    remote: socket.remote,
    write: (text) => socket.send(text),
    show: (event) => JSON.stringify(event),
    end: (code) => {
      isStopping = code === 'stopping'
      void socket.close(closeCodeOf(code), code)
    },
    reset: () => {
      socket.abort()
    },
  })
  for await (const message of socket)
    if (message.kind === 'text') await desk.take(session, readCommand(message.text))
    else session.close('bad-bytes', 'commands are text')
  // The WebSocket sees to its own end, for which a server that stops leaves it less time.
  if (!isStopping) session.gone()
  await socket.closed
  session.gone()
}
