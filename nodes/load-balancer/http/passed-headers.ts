// The header of a message that is passed on: without what concerns one hop only, with what tells who is behind it.

import { ipBytes } from '../proxy-protocol/ip-address.ts'
import type { BalancerSettings } from '../settings/index.ts'
import {
  Fields,
  HttpError,
  type HttpRequest,
  NameSet,
  parseTarget,
  type ResponseHead,
} from '../../http/index.ts'

/** Fields that are about one connection (RFC 9110, section 7.6.1), and what the balancer says anew itself. */
const hopByHop: NameSet = new NameSet([
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'transfer-encoding',
  'upgrade',
])

/** Fields that tell who is behind a request; what clients say there is believed only with `append`. */
const forwardedNames: NameSet = new NameSet([
  'forwarded',
  'x-forwarded-for',
  'x-forwarded-proto',
  'x-forwarded-host',
])

const hostName = new NameSet(['host'])
const expectName = new NameSet(['expect'])

/** The entries of a message that may go on. */
function passing(fields: Fields): Fields {
  const connection = fields.get('connection')
  const kept = fields.without(hopByHop)
  if (connection === null) return kept
  const named = connection.split(',').map((name) => name.trim().toLowerCase())
  // A client that calls Content-Length or Host its own affair would change what the next hop reads.
  return kept.without(new NameSet(named.filter((name) => name !== 'content-length' && name !== 'host')))
}

type HeaderSettings = Pick<BalancerSettings, 'forwarded' | 'via'>

/** The target and header of a request as a back-end gets them. `Host` is the client's. */
export function passedRequest(
  { method, target, headers, remote, version }: HttpRequest,
  { forwarded, via }: HeaderSettings,
  fallbackHost: string,
): { readonly target: string; readonly headers: Fields } {
  const absolute = target.startsWith('/') ? null : parseTarget(method, target)
  const isAbsolute = absolute?.form === 'absolute'
  const host = (isAbsolute ? absolute.authority : headers.get('host')) ?? fallbackHost
  const all = new Fields([['Host', host]])
  const isChunked = headers.has('transfer-encoding')
  for (const entry of passing(headers)) {
    if (hostName.has(entry[0]) || (version === '1.0' && expectName.has(entry[0]))) continue
    if (forwarded === 'replace' && forwardedNames.has(entry[0])) continue
    all.append(entry[0], entry[1])
  }
  if (isChunked) all.append('Transfer-Encoding', 'chunked')
  if (forwarded !== 'none') tellForwarded(all, { remote, host })
  if (via !== '') append(all, 'Via', `${version} ${via}`)
  return { target: isAbsolute ? originForm(method, target) : target, headers: all }
}

/**
 * Whether a target says where it goes in a way that can be said on: of a whole URI the authority becomes the Host field, so that
 * it must be one (RFC 9110, section 4.2.4, would have a user in it refused besides).
 */
export function isPassable(target: string): boolean {
  return (
    target.startsWith('/') ||
    target === '*' ||
    /^https?:\/\/(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._~%-]+)(?::[0-9]{0,5})?(?:[/?]|$)/i.test(target)
  )
}

/** The header of a response as the client gets it. */
export function passedResponse(
  headers: Fields,
  version: string,
  { via }: Pick<HeaderSettings, 'via'>,
): Fields {
  const all = passing(headers)
  if (via !== '') append(all, 'Via', `${version} ${via}`)
  return all
}

/**
 * Refuses a response whose body is coded for this hop in more ways than by chunks: what would be passed on is not what was meant
 * (RFC 9112, section 6.1). Throws an HttpError.
 */
export function demandPlainCoding({ version, headers, framing }: ResponseHead): void {
  if (framing.kind === 'length' || framing.kind === 'none') return
  const coding = headers.get('transfer-encoding')
  if (coding === null || (coding.toLowerCase() === 'chunked' && version === '1.1')) return
  throw new HttpError(
    'bad-transfer-coding',
    `Transfer-Encoding: ${coding.slice(0, 80)} in HTTP/${version}`,
    'chunked, once, in HTTP/1.1',
  )
}

/** Trailers as they may go on: what would change how a message is read is no trailer (RFC 9110, section 6.5.1). */
export function passedTrailers(trailers: Fields): Fields {
  return trailers.without(noTrailers)
}

const noTrailers: NameSet = new NameSet([...hopByHop, 'content-length', 'host', 'trailer'])

/** Of a whole URI what follows its authority; OPTIONS of a whole server is about `*` (RFC 9112, section 3.2.4). */
function originForm(method: string, target: string): string {
  const rest = target.replace(/^[^:]+:\/\/[^/?]*/, '')
  if (rest === '') return method === 'OPTIONS' ? '*' : '/'
  return rest.startsWith('/') ? rest : `/${rest}`
}

function tellForwarded(
  all: Fields,
  { remote, host }: { readonly remote: string; readonly host: string },
): void {
  append(all, 'X-Forwarded-For', remote)
  if (!all.has('x-forwarded-proto')) all.append('X-Forwarded-Proto', 'http')
  if (!all.has('x-forwarded-host')) all.append('X-Forwarded-Host', host)
  append(all, 'Forwarded', `for=${forwardedNode(remote)};host="${host.replaceAll(/["\\]/g, '')}";proto=http`)
}

/** RFC 7239, section 6: an address, of IPv6 in quotes, or a name that is no address. */
function forwardedNode(remote: string): string {
  if (/^[0-9]{1,3}(?:\.[0-9]{1,3}){3}$/.test(remote)) return remote
  if (remote.includes(':') && ipBytes(remote) !== null) return `"[${remote}]"`
  return /^[A-Za-z0-9._-]+$/.test(remote) ? `_${remote}` : 'unknown'
}

/** Adds to a list that may be there: as one field, for those who read only the first. */
function append(all: Fields, name: string, value: string): void {
  const before = all.get(name)
  if (before === null) all.append(name, value)
  else all.set(name, `${before}, ${value}`)
}
