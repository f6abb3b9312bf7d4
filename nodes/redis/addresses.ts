// Where the ends of connections are, as CLIENT LIST shows them.

import type { Server } from './server.ts'
import type { Connection } from '../../sim/index.ts'

/** `host:port`; an IPv6 address in brackets. */
export function addressText(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}

/** The host of `host:port`, without brackets. */
export function hostOf(address: string): string {
  return address.replace(/:[0-9]+$/, '').replace(/^\[(.*)\]$/, '$1')
}

/** The server's end of a connection: its address on a real network, its name and port in the simulation. */
export function localAddress({ env, port }: Server, connection: Connection | null): string {
  const local = connection?.local
  return local === undefined ? addressText(env.name, port) : addressText(local.host, local.port)
}
