// An echo over WebSocket as a program: what clients, and suites of others such as Autobahn's, are tried on.

import { closeCodes } from './close-code.ts'
import { type AcceptOptions, acceptStream } from './server.ts'
import type { Closure } from './websocket-connection.ts'
import { NetError, type Program } from '../../sim/index.ts'
import { serveSockets } from '../transport/index.ts'

/** Where it listens unless `env.parameters.port` says otherwise. */
export const websocketEchoPort = 9001

/** How an echo is served. */
export interface WebSocketEchoOptions extends AcceptOptions {
  /** Told how connections ended. */
  readonly onClosed?: (closure: Closure) => void
}

/**
 * Sends each message back, until it is stopped: then connections are closed with 1001. Bounds are those of `WebSocketOptions`, and
 * 10,000 connections. In a simulation leave `compression` out: versions of zlib differ.
 */
export function websocketEcho(options: WebSocketEchoOptions = {}): Program {
  return async (env) => {
    const port = typeof env.parameters['port'] === 'number' ? env.parameters['port'] : websocketEchoPort
    await serveSockets(env, { port }, async ({ connection, draining }) => {
      const socket = await acceptStream(env, connection, options)
      if (socket === null) return
      const leave = (): void => void socket.close(closeCodes.goingAway)
      draining.addEventListener('abort', leave)
      if (draining.aborted) leave()
      try {
        for await (const message of socket)
          await socket.send(message.kind === 'text' ? message.text : message.bytes)
      } catch (error) {
        if (!(error instanceof NetError)) throw error
      } finally {
        draining.removeEventListener('abort', leave)
      }
      options.onClosed?.(await socket.closed)
    })
  }
}
