// The PROXY protocol, version 1 (haproxy.org, proxy-protocol.txt, section 2.1): a header that is one line of text. It is read only:
// what we send is version 2, which everybody reads who reads any.

import { ipBytes, ipText } from './ip-address.ts'
import type { ProxyDecoding, ProxyEnd, ProxyHeader } from './proxy-header.ts'
import { hex, ProxyProtocolError } from './proxy-protocol-error.ts'

/** The longest line, CR LF included: two whole addresses of IPv6 and two ports. */
export const proxyLineMax = 107

const beginnings = ['PROXY TCP4 ', 'PROXY TCP6 ', 'PROXY UNKNOWN ', 'PROXY UNKNOWN\r']
const [carriageReturn, lineFeed] = [0x0d, 0x0a]

/**
 * Reads a line at the beginning of a stream: of the bytes that have come so far. Throws a ProxyProtocolError as soon as they cannot
 * begin one. What follows `length` belongs to the stream.
 */
export function decodeProxyLine(bytes: Uint8Array): ProxyDecoding {
  const line = lineOf(bytes)
  demandBeginning(line ?? bytes.subarray(0, proxyLineMax))
  if (line !== null) return { kind: 'header', header: headerOf(textOf(line)), length: line.length }
  if (bytes.length >= proxyLineMax)
    throw new ProxyProtocolError(
      'its length',
      `no CR LF in ${proxyLineMax} bytes`,
      `at most ${proxyLineMax} bytes`,
    )
  return { kind: 'more' }
}

/** The line with its CR LF; null while that has not come. */
function lineOf(bytes: Uint8Array): Uint8Array | null {
  for (let place = 0; place < Math.min(bytes.length, proxyLineMax); place++) {
    const byte = bytes[place]
    if (byte === lineFeed) throw new ProxyProtocolError(`byte ${place}`, hex(byte), 'CR before it')
    if (byte !== carriageReturn) continue
    const next = place + 1 < proxyLineMax ? bytes[place + 1] : carriageReturn
    if (next === undefined) return null
    if (next !== lineFeed)
      throw new ProxyProtocolError(`byte ${place + 1}`, hex(next), `LF within ${proxyLineMax} bytes`)
    return bytes.subarray(0, place + 2)
  }
  return null
}

function demandBeginning(bytes: Uint8Array): void {
  const text = textOf(bytes)
  if (beginnings.some((beginning) => text.startsWith(beginning.slice(0, text.length)))) return
  throw new ProxyProtocolError(
    'its beginning',
    JSON.stringify(text.slice(0, 14)),
    'PROXY and TCP4, TCP6 or UNKNOWN, with one space between',
  )
}

function headerOf(line: string): ProxyHeader {
  const parts = line.slice(0, -2).split(' ')
  const [, family = '', source = '', target = '', sourcePort = '', targetPort = ''] = parts
  // Whatever follows it is to be ignored.
  if (family === 'UNKNOWN') return { command: 'proxy', transport: 'unspecified', ends: null, fields: [] }
  if (parts.length !== 6)
    throw new ProxyProtocolError('its parts', `${parts.length}, with a space between any two`, '6')
  const isV4 = family === 'TCP4'
  const ends = {
    source: { host: hostOf('source', source, isV4), port: portOf('source', sourcePort) },
    target: { host: hostOf('target', target, isV4), port: portOf('target', targetPort) },
  }
  return { command: 'proxy', transport: 'stream', ends, fields: [] }
}

function hostOf(end: string, text: string, isV4: boolean): ProxyEnd['host'] {
  const address = ipBytes(text)
  if (address?.length === (isV4 ? 4 : 16)) return ipText(address)
  throw new ProxyProtocolError(`its ${end} address`, JSON.stringify(text), isV4 ? 'IPv4' : 'IPv6')
}

/** Leading zeros are refused, as some would read them as octal. */
function portOf(end: string, text: string): number {
  if (/^(?:0|[1-9][0-9]{0,4})$/.test(text) && Number(text) <= 65_535) return Number(text)
  throw new ProxyProtocolError(`its ${end} port`, JSON.stringify(text), '0 to 65535')
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder('latin1').decode(bytes)
}
