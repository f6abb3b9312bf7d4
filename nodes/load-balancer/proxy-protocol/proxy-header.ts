// The PROXY protocol, version 2 (haproxy.org, proxy-protocol.txt, section 2.2): a header before all else on a connection, by which
// a balancer tells who is really there. A pure codec, both ways; what is read may be version 1 as well.

import { demandChecksum, writeChecksum } from './checksum.ts'
import { ipBytes, ipText } from './ip-address.ts'
import { decodeProxyLine } from './proxy-line.ts'
import { hex, ProxyProtocolError } from './proxy-protocol-error.ts'
import { BinaryReader, BinaryWriter } from '../../transport/index.ts'

/** One end of a connection: an IP address as text, or of a Unix socket its path, and port 0. */
export interface ProxyEnd {
  readonly host: string
  readonly port: number
}

/**
 * What is told besides: a type (0 to 255) and its value. Types from 0xE0 to 0xEF are everybody's own; 0x03 is the checksum of the
 * header, of 4 bytes, which is verified where there is one, and written whatever its value says.
 */
export interface ProxyField {
  readonly type: number
  readonly value: Uint8Array
}

/** What a header says. */
export interface ProxyHeader {
  /** `local`: the balancer speaks for itself (a health check), and who connects is who is there. */
  readonly command: 'proxy' | 'local'
  readonly transport: 'unspecified' | 'stream' | 'datagram'
  /** Who connected, and where to; null where the family is unspecified. Both of one family. */
  readonly ends: { readonly source: ProxyEnd; readonly target: ProxyEnd } | null
  readonly fields: readonly ProxyField[]
}

/** What the beginning of a stream is: not all of a header, or one of so many bytes. */
export type ProxyDecoding =
  | { readonly kind: 'more' }
  | { readonly kind: 'header'; readonly header: ProxyHeader; readonly length: number }

/** The longest header of version 2 that is read, in bytes beyond the first 16; the format allows 65,535. */
export const proxyHeaderMax = 4096

const signature = Uint8Array.of(0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a)
const prefixLength = 16
/** What a line of version 1 begins with. */
const lineBegin = 0x50
const unixPathMax = 108
const families = ['unspecified', 'ipv4', 'ipv6', 'unix'] as const
const transports = ['unspecified', 'stream', 'datagram'] as const

type Family = (typeof families)[number]

/**
 * Reads a header, of version 1 or 2, at the beginning of a stream: of the bytes that have come so far. Throws a ProxyProtocolError as
 * soon as they cannot begin one. What follows `length` belongs to the stream.
 */
export function decodeProxyHeader(bytes: Uint8Array): ProxyDecoding {
  if (bytes[0] === lineBegin) return decodeProxyLine(bytes)
  for (const [place, wanted] of signature.entries()) {
    const got = bytes[place]
    if (got === undefined) return { kind: 'more' }
    if (got !== wanted)
      throw problem(
        `byte ${place}`,
        hex(got),
        place === 0
          ? `${hex(wanted)} of version 2 or ${hex(lineBegin)} of version 1`
          : `${hex(wanted)} of the signature of version 2`,
      )
  }
  if (bytes.length < prefixLength) return { kind: 'more' }
  const reader = new BinaryReader(bytes.subarray(signature.length))
  const command = commandOf(reader.u8())
  const kind = reader.u8()
  const length = reader.u16()
  if (length > proxyHeaderMax) throw problem('its length', `${length} bytes`, `at most ${proxyHeaderMax}`)
  if (reader.left < length) return { kind: 'more' }
  const header = readHeader(command, kind, bytes.subarray(0, prefixLength + length))
  return { kind: 'header', header, length: prefixLength + length }
}

/** Who speaks for itself, or of nobody known, is taken as it is, whatever else it says: all of that is to be ignored. */
function readHeader(command: ProxyHeader['command'], kind: number, whole: Uint8Array): ProxyHeader {
  const isIgnored = command === 'local' || kind >> 4 === 0
  let header: ProxyHeader
  try {
    const [family, transport] = familyOf(kind)
    const rest = new BinaryReader(whole.subarray(prefixLength))
    header = { command, transport, ends: readEnds(rest, family), fields: readFields(rest) }
  } catch (error) {
    if (!isIgnored || !(error instanceof ProxyProtocolError)) throw error
    return { command, transport: 'unspecified', ends: null, fields: [] }
  }
  demandChecksum(whole, header.fields)
  return header
}

/** Writes a header, of version 2. Throws a ProxyProtocolError for one that has no form: ends of two families, too long a path or field. */
export function encodeProxyHeader({ command, transport, ends, fields }: ProxyHeader): Uint8Array {
  const rest = new BinaryWriter()
  const family = ends === null ? 'unspecified' : writeEnds(rest, ends)
  for (const { type, value } of fields) {
    if (!(type >= 0 && type <= 255) || value.length > proxyHeaderMax)
      throw problem(
        'a field',
        `type ${type}, ${value.length} bytes`,
        `0 to 255, at most ${proxyHeaderMax} bytes`,
      )
    rest.u8(type).u16(value.length).bytes(value)
  }
  const body = rest.finish()
  if (body.length > proxyHeaderMax)
    throw problem('its length', `${body.length} bytes`, `at most ${proxyHeaderMax}`)
  const header = new BinaryWriter()
    .bytes(signature)
    .u8(command === 'proxy' ? 0x21 : 0x20)
    .u8((families.indexOf(family) << 4) | transports.indexOf(transport))
    .u16(body.length)
    .bytes(body)
    .finish()
  writeChecksum(header, fields)
  return header
}

function commandOf(byte: number): ProxyHeader['command'] {
  if (byte === 0x21) return 'proxy'
  if (byte === 0x20) return 'local'
  throw problem('version and command', hex(byte), '0x20 or 0x21')
}

function familyOf(byte: number): readonly [Family, ProxyHeader['transport']] {
  const [family, transport] = [families[byte >> 4], transports[byte & 15]]
  if (family === undefined || transport === undefined)
    throw problem('family and transport', hex(byte), 'a family 0 to 3 and a transport 0 to 2')
  return [family, transport]
}

function readEnds(reader: BinaryReader, family: Family): ProxyHeader['ends'] {
  if (family === 'unspecified') return null
  const size = { ipv4: 4, ipv6: 16, unix: unixPathMax }[family]
  const wanted = family === 'unix' ? 2 * size : 2 * size + 4
  if (reader.left < wanted) throw problem('its addresses', `${reader.left} bytes`, `${wanted} of ${family}`)
  const [source, target] = [reader.bytes(size), reader.bytes(size)]
  if (family === 'unix') return { source: unixEnd(source), target: unixEnd(target) }
  const end = (bytes: Uint8Array): ProxyEnd => ({ host: ipText(bytes), port: reader.u16() })
  return { source: end(source), target: end(target) }
}

/** What stands after the addresses. */
function readFields(reader: BinaryReader): readonly ProxyField[] {
  const fields: ProxyField[] = []
  while (reader.left > 0) {
    if (reader.left < 3) throw problem('a field', `${reader.left} bytes`, 'at least 3')
    const [type, length] = [reader.u8(), reader.u16()]
    if (reader.left < length) throw problem('a field', `${reader.left} bytes`, `${length}`)
    fields.push({ type, value: Uint8Array.from(reader.bytes(length)) })
  }
  return fields
}

function writeEnds(writer: BinaryWriter, { source, target }: NonNullable<ProxyHeader['ends']>): Family {
  const [from, to] = [ipBytes(source.host), ipBytes(target.host)]
  if (from === null && to === null) {
    writer.bytes(unixBytes(source.host)).bytes(unixBytes(target.host))
    return 'unix'
  }
  if (from === null || to?.length !== from.length)
    throw problem('its addresses', `${source.host} and ${target.host}`, 'both of one family')
  writer.bytes(from).bytes(to).u16(portOf(source)).u16(portOf(target))
  return from.length === 4 ? 'ipv4' : 'ipv6'
}

function portOf({ port }: ProxyEnd): number {
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw problem('a port', `${port}`, '0 to 65535')
  return port
}

function unixEnd(bytes: Uint8Array): ProxyEnd {
  const end = bytes.indexOf(0)
  return { host: new TextDecoder('latin1').decode(end < 0 ? bytes : bytes.subarray(0, end)), port: 0 }
}

function unixBytes(path: string): Uint8Array {
  const units = Array.from({ length: path.length }, (_, place) => path.charCodeAt(place))
  if (!path.startsWith('/') || units.length > unixPathMax || units.some((unit) => unit === 0 || unit > 255))
    throw problem(
      'an address',
      JSON.stringify(path.slice(0, 200)),
      `IPv4, IPv6 or a path of at most ${unixPathMax} bytes`,
    )
  const bytes = new Uint8Array(unixPathMax)
  bytes.set(units)
  return bytes
}

function problem(place: string, got: string, wanted: string): ProxyProtocolError {
  return new ProxyProtocolError(place, got, wanted)
}
