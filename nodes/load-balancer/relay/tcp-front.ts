// TCP mode: each connection of a client gets one to a back-end, and bytes go through as they are.

import { type Balancer, connectToAny } from './connecting.ts'
import { publishConnection } from './connection-log.ts'
import { Deadlines } from './deadlines.ts'
import { relay } from './relay.ts'
import type { Ending } from '../admin/balancer-metrics.ts'
import { clientHeader, clientKnown } from '../proxy-protocol/index.ts'
import type { Env } from '../../../sim/index.ts'
import { serveSockets, type Session, type SocketServer } from '../../transport/index.ts'

/** Listens for clients; `frontEnv` is where it does. Rejects as `Net.listen` does. */
export function serveTcp(frontEnv: Env, balancer: Balancer): Promise<SocketServer> {
  const { port, connectionsMax, stopTimeout } = balancer.settings
  const deadlines = new Deadlines(balancer.env)
  return serveSockets(frontEnv, { port, connectionsMax, drainTimeout: stopTimeout }, (session) =>
    pass(balancer, session, deadlines),
  )
}

async function pass(balancer: Balancer, session: Session, deadlines: Deadlines): Promise<void> {
  const { env, settings, metrics } = balancer
  const { connection: client } = session
  await clientKnown(client)
  const since = env.clock.monotonic()
  const connected = await connectToAny(balancer, { key: client.remote })
  const passed = { sent: 0, received: 0 }
  const ended = (ending: Ending): void => {
    const took = env.clock.monotonic() - since
    metrics.ended(ending, took)
    const name = connected?.backend.name ?? null
    publishConnection(balancer, { client: client.remote, ending, backend: name, ...passed, took })
  }
  if (connected === null) {
    ended('no-backend')
    client.reset()
    return
  }
  const { backend, connection, use } = connected
  let hasAnswered = false
  const end = { host: client.remote, port: client.remotePort }
  const first = settings.sendProxy ? clientHeader(end, settings.port) : undefined
  if (first !== undefined) await connection.write(first).catch(() => undefined)
  const ending = await relay(
    // A server that drains lets connections go on until its time is over: nobody can tell where they could be cut.
    { connection: client, read: () => session.readOn() },
    { connection, read: () => connection.read() },
    {
      deadlines,
      idleTimeout: settings.idleTimeout,
      onBytes: (direction, count) => {
        passed[direction] += count
        if (direction === 'sent') backend.counts.sent += count
        else {
          hasAnswered = true
          backend.hear(count)
        }
      },
    },
  )
  // A client that breaks off, or says nothing, is not the back-end's doing; nor does every protocol have answers.
  const hasWorked = hasAnswered || ending === 'both-ended'
  use.end(ending === 'backend-broke' ? 'failed' : hasWorked ? 'answered' : 'none')
  ended(ending === 'both-ended' ? 'done' : ending)
}
