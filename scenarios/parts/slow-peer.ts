// A peer that holds connections of a server without ever asking anything (slowloris): it sends a byte of a head now and then, and opens another connection when one is taken from it, or simply because it can.

import { type Connection, type Duration, type Env, NetError, type Program, seconds } from '../../sim/index.ts'

/** How it goes about it. */
export interface SlowPeerPlan {
  readonly server: string
  /** Where the server listens (default 80). */
  readonly port?: number
  /** What it says at once (default: a request line and two fields of HTTP). */
  readonly opening?: string
  /** How often it opens another connection. */
  readonly every: Duration
  /** Whether it sends a byte now and then (default), or nothing any more. */
  readonly drips?: boolean
}

/** The peer. */
export function slowPeer(plan: SlowPeerPlan): Program {
  return (env) => {
    env.timers.every(plan.every, () => hold(env, plan))
  }
}

async function hold(env: Env, { server, port = 80, opening, drips = true }: SlowPeerPlan): Promise<void> {
  try {
    const connection = await env.net.connect(server, port, { timeout: seconds(1) })
    env.spawn(() => readOver(connection))
    await connection.write(opening ?? `GET / HTTP/1.1\r\nHost: ${server}\r\nX-Slow: `)
    if (!drips) return
    for (;;) {
      await env.sleep(seconds(1))
      await connection.write('x')
    }
  } catch (error) {
    // Turned away, timed out or cut off: another one follows.
    if (!(error instanceof NetError)) throw error
  }
}

/** Hears a connection out and ends it too; one that breaks is over as well. */
export async function readOver(connection: Connection): Promise<void> {
  try {
    for await (const bytes of connection) void bytes
    connection.end()
  } catch (error) {
    if (!(error instanceof NetError)) throw error
  }
}
