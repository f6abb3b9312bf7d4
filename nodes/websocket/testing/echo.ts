// What servers and clients of tests are made of: the echo served, and a program that runs once on real sockets.

import { type Env, messagesPort, type Program, RealNode } from '../../../sim/index.ts'
import { freePort } from '../../../sim/real/testing/both.ts'
import { served, type Served } from '../../../sim/real/testing/served.ts'
import { type AcceptOptions, type Closure, websocketEcho, websocketEchoPort } from '../index.ts'

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

/** Serves the echo, and waits until it listens. `onClosed` is told how connections ended. */
export async function servedEcho(
  options: AcceptOptions = {},
  onClosed: (closure: Closure) => void = () => undefined,
): Promise<Served> {
  return served(websocketEcho({ ...options, onClosed }), { port: websocketEchoPort })
}
