// What servers and clients of tests are made of: an echo over WebSocket, and a program that runs once on real sockets.

import { type Env, messagesPort, NetError, type Program, RealNode } from '../../../sim/index.ts'
import { freePort } from '../../../sim/real/testing/both.ts'
import { served, type Served } from '../../../sim/real/testing/served.ts'
import { type AcceptOptions, acceptStream, type Closure } from '../index.ts'

/** The port of the echo. */
export const echoPort = 9001

/** Sends each message back. `closures` are told how connections ended. */
export function webSocketEcho(
  options: AcceptOptions = {},
  closures: (closure: Closure) => void = () => undefined,
): Program {
  return async (env) => {
    for await (const connection of await env.net.listen(echoPort))
      env.spawn(async () => {
        try {
          const socket = await acceptStream(env, connection, options)
          if (socket === null) return
          void socket.closed.then(closures)
          for await (const message of socket)
            await socket.send(message.kind === 'text' ? message.text : message.bytes)
        } catch (error) {
          if (!(error instanceof NetError)) throw error
        }
      })
  }
}

/** Runs something once on this machine's sockets, with what a program has. Rejects as it does. */
export async function onRealSockets<T>(task: (env: Env) => Promise<T>): Promise<T> {
  const outcome: { value?: T; error?: unknown } = {}
  const program: Program = async (env) => {
    try {
      outcome.value = await task(env)
    } catch (error) {
      outcome.error = error
    }
    env.exit(0)
  }
  const listen = new Map([[messagesPort, { host: '127.0.0.1', port: await freePort() }]])
  const node = new RealNode({ name: 'client', program, listen })
  await node.start()
  await node.ended
  if ('error' in outcome) throw outcome.error
  return outcome.value as T
}

/** Serves the echo, and waits until it listens. */
export async function servedEcho(
  options: AcceptOptions = {},
  closures?: (closure: Closure) => void,
): Promise<Served> {
  return served(webSocketEcho(options, closures), { port: echoPort })
}
