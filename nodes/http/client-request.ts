// What a client asks for: the request as its caller gives it, and as it goes over the wire.

import { Buffer } from 'node:buffer'

import { type Body, Fields } from './message.ts'
import { HttpClientError } from './client-error.ts'
import { type Duration } from '../../sim/index.ts'

/** A request of a client. */
export interface HttpClientRequest {
  /** `http://host:port/path?query`. */
  readonly url: string
  /** GET unless said otherwise. */
  readonly method?: string
  /**
   * Host is that of the URL unless it is among these, and then only of the server that was asked first. Content-Length,
   * Transfer-Encoding, Connection and Expect are the client's own affair.
   */
  readonly headers?: Fields
  /** A stream is read only as fast as it is sent, and is sent at most once: no retry, no redirect that needs it again. */
  readonly body?: Body
  /** Asked for once a streamed body has ended. */
  readonly trailers?: () => Fields
  /** Wait for `100 Continue` before the body is sent, for at most `continueTimeout`. */
  readonly expectsContinue?: boolean
  /** Whether it may be sent again when nobody knows whether it took effect (default: as the method says). */
  readonly isIdempotent?: boolean
  /** The whole of it, with redirects and retries, until the body has been read (default: the client's). */
  readonly timeout?: Duration
  /** How many redirects are followed (default: the client's). */
  readonly redirectsMax?: number
  /** How often it is tried again (default: the client's). */
  readonly retriesMax?: number
}

/** One request to one place. */
export interface Hop {
  readonly url: URL
  readonly method: string
  readonly headers: Fields
  readonly body: Body | null
}

/** The first hop of a request. Throws an HttpClientError for what is none. */
export function firstHop({ url, method = 'GET', headers = new Fields(), body }: HttpClientRequest): Hop {
  return { url: parseUrl(url), method, headers: new Fields(headers), body: body ?? null }
}

/** Where a URL's host listens. */
export function addressOf(url: URL): { readonly host: string; readonly port: number } {
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1')
  return { host, port: url.port === '' ? 80 : Number(url.port) }
}

/** The header as it is sent: with Host first, and what tells where the body ends. */
export function sentHeaders({ url, method, headers, body }: Hop, expectsContinue: boolean): Fields {
  const all = new Fields([['Host', headers.get('host') ?? url.host]])
  for (const [name, value] of headers)
    if (!/^(?:host|content-length|transfer-encoding|connection|expect)$/i.test(name)) all.append(name, value)
  if (!all.has('user-agent')) all.append('User-Agent', 'faultline')
  if (!all.has('accept')) all.append('Accept', '*/*')
  const size = bodySize(body)
  if (size === null) all.append('Transfer-Encoding', 'chunked')
  else if (body !== null || ['POST', 'PUT', 'PATCH'].includes(method))
    all.append('Content-Length', String(size))
  if (expectsContinue && body !== null) all.append('Expect', '100-continue')
  return all
}

/** How long a body is; null for one that will only tell. */
function bodySize(body: Body | null): number | null {
  if (body === null) return 0
  if (typeof body === 'string') return Buffer.byteLength(body)
  return body instanceof Uint8Array ? body.length : null
}

/** Whether a body can be sent a second time. */
export function isRepeatable(body: Body | null): boolean {
  return bodySize(body) !== null
}

/** Whether a request of this method may be sent again though it may have taken effect (RFC 9110, section 9.2.2). */
export function isIdempotentMethod(method: string): boolean {
  return ['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS', 'TRACE'].includes(method)
}

/**
 * Where a response sends its client (RFC 9110, section 15.4); null where it does not, or where it cannot be followed: to
 * another scheme, or with a body that is spent.
 */
export function nextHop(hop: Hop, status: number, location: string | null): Hop | null {
  if (![301, 302, 303, 307, 308].includes(status) || location === null) return null
  const url = resolveUrl(location, hop.url)
  if (url === null) return null
  const becomesGet =
    (status === 303 && !['GET', 'HEAD'].includes(hop.method)) ||
    ([301, 302].includes(status) && hop.method === 'POST')
  if (!becomesGet && !isRepeatable(hop.body)) return null
  const headers = new Fields(hop.headers)
  // What was meant for one server is not for another (RFC 9110, section 15.4).
  if (url.origin !== hop.url.origin)
    headers.delete('host').delete('authorization').delete('proxy-authorization').delete('cookie')
  if (!becomesGet) return { ...hop, url, headers }
  headers
    .delete('content-type')
    .delete('content-encoding')
    .delete('content-language')
    .delete('content-location')
  return { url, headers, method: 'GET', body: null }
}

function parseUrl(text: string): URL {
  const url = resolveUrl(text, undefined)
  if (url === null)
    throw new HttpClientError(
      'bad-request',
      `got the URL ${JSON.stringify(withoutUser(text.slice(0, 200)))}, wanted http://host[:port]/path, without a user`,
    )
  return url
}

/** Errors are logged, and passwords do not belong there. */
function withoutUser(text: string): string {
  return text.replace(/^([^/]*\/\/)[^/@]*@/, '$1…@')
}

function resolveUrl(text: string, base: URL | undefined): URL | null {
  if (!URL.canParse(text, base?.href)) return null
  const url = new URL(text, base?.href)
  if (url.protocol !== 'http:' || url.hostname === '' || url.username !== '' || url.password !== '')
    return null
  url.hash = ''
  return url
}
