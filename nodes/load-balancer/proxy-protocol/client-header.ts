// Who a connection is from, as a PROXY header: an address where there is one, and in a simulation, whose nodes have names
// instead, a field of its own.

import { ipBytes } from './ip-address.ts'
import { encodeProxyHeader, type ProxyEnd, type ProxyHeader } from './proxy-header.ts'

/** The type of the field that holds the name of who has no IP address: one of those that the format leaves to everybody. */
const nameField = 0xe0
const nameMax = 1000

/** The header that tells a back-end of a client, who came to `port` of the balancer. */
export function clientHeader({ host, port }: ProxyEnd, frontPort: number): Uint8Array {
  const address = ipBytes(host)
  if (address === null) {
    const value = new TextEncoder().encode(host.slice(0, nameMax))
    return encodeProxyHeader({
      command: 'proxy',
      transport: 'unspecified',
      ends: null,
      fields: [{ type: nameField, value }],
    })
  }
  // A program does not know by which of its addresses it was reached.
  const target = { host: address.length === 4 ? '0.0.0.0' : '::', port: frontPort }
  return encodeProxyHeader({
    command: 'proxy',
    transport: 'stream',
    ends: { source: { host, port }, target },
    fields: [],
  })
}

/** Who is really there, as a header says; null where it says that it is whoever connected. Of a Unix socket `unix:PATH`. */
export function clientOf({ command, ends, fields }: ProxyHeader): ProxyEnd | null {
  if (command === 'local') return null
  if (ends !== null) {
    const { host, port } = ends.source
    return ipBytes(host) === null ? { host: `unix:${plain(host)}`, port } : ends.source
  }
  const name = fields.find(({ type }) => type === nameField)
  if (name === undefined) return null
  return { host: plain(new TextDecoder().decode(name.value)) || 'unknown', port: 0 }
}

/** A name that may stand in a header field as one member of a list: a path may hold anything. */
function plain(name: string): string {
  return name.replaceAll(/[^\x21-\x7e]|[",;\\]/g, '?')
}
