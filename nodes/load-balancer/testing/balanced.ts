// A balancer on loopback sockets, and what a plain socket hears of it.

import { connect, type Server } from 'node:net'

import type { DataRecord } from '../../../sim/index.ts'
import { type Served, served } from '../../../sim/real/testing/served.ts'
import { loadBalancer, loadBalancerPort } from '../index.ts'

/** A balancer that stops at once, on a port of its own, without an admin port unless one is told. */
export async function balanced(parameters: DataRecord): Promise<Served> {
  return served(loadBalancer, {
    port: loadBalancerPort,
    parameters: { adminPort: 0, stopTimeoutMs: 50, ...parameters },
  })
}

/** What comes back of what was sent and ended. */
export function exchanged(port: number, sent: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
    const pieces: Buffer[] = []
    socket.once('error', reject)
    socket.on('data', (bytes) => void pieces.push(bytes))
    socket.once('end', () => {
      resolve(Buffer.concat(pieces))
    })
    socket.end(sent)
  })
}

/** The port of a server of Node's that listens. */
export function portOf(address: ReturnType<Server['address']>): number {
  return typeof address === 'object' && address !== null ? address.port : 0
}
