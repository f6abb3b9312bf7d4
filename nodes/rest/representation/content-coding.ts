// Content codings (RFC 9110, section 8.4): answers compressed for clients that would have them so, requests decompressed.
//
// Compressing is off unless somebody turns it on, and must stay off in a simulation: compressed sizes differ between versions
// of Node (its zlib and brotli are updated), and Node compresses streams in threads of its own, in real time. Both would let a
// run depend on the machine. Decompressing gives the same bytes everywhere, and is done at once.

import { Readable } from 'node:stream'
import {
  brotliDecompressSync,
  constants,
  createBrotliCompress,
  createDeflate,
  createGzip,
  gunzipSync,
  inflateSync,
} from 'node:zlib'

import { chooseCoding } from './accept.ts'
import { type Body, Fields, type HttpRequest, type HttpResponse } from '../../http/index.ts'

const codings = ['br', 'gzip', 'deflate'] as const
type Coding = (typeof codings)[number]

/** Bodies of known length below this are left alone: what they gain is less than the header that says so. */
const compressedSizeMin = 1_024
const compressible =
  /^(?:text\/(?!event-stream)|application\/(?:[a-z.+-]*json|[a-z.+-]*xml|javascript)|image\/svg\+xml)/i
const suffix = /--(?:br|gzip|deflate)"/g

/** A request whose conditions name the representation, without the coding in which the client has it. */
export function withoutCodedTags(request: HttpRequest): HttpRequest {
  const headers = new Fields(request.headers)
  let isChanged = false
  for (const name of ['if-match', 'if-none-match', 'if-range']) {
    const value = headers.get(name)
    if (value === null || value.search(suffix) < 0) continue
    headers.set(name, value.replaceAll(suffix, '"'))
    isChanged = true
  }
  return isChanged ? withHeaders(request, headers) : request
}

function withHeaders(request: HttpRequest, headers: Fields): HttpRequest {
  const { method, target, version, body, remote, signal } = request
  return {
    method,
    target,
    version,
    headers,
    body,
    remote,
    signal,
    get trailers() {
      return request.trailers
    },
  }
}

/**
 * Compresses an answer where the client would have it so and it is worth it. Parts (206) are left alone: ranges are of the
 * representation as it is. But they vary as the whole does, which caches put together from them (section 15.3.7). An entity tag
 * gets the coding's name: the same tag must not name different bytes.
 */
export function compressed(request: HttpRequest, response: HttpResponse): HttpResponse {
  const { status, headers } = response
  const isKept = headers.has('content-encoding') || /no-transform/i.test(headers.get('cache-control') ?? '')
  if (isKept || !isWorthIt(response)) return response
  const varying = new Fields(headers).append('Vary', 'Accept-Encoding')
  const coding = codings.find(
    (each) => each === chooseCoding(request.headers.get('accept-encoding'), codings),
  )
  if (coding === undefined || status === 206 || request.headers.has('range'))
    return { ...response, headers: varying }
  const etag = headers.get('etag')
  if (etag !== null) varying.set('ETag', etag.replace(/"$/, `--${coding}"`))
  if (status === 304) return { ...response, headers: varying }
  varying.set('Content-Encoding', coding).delete('content-length')
  const isHead = request.method === 'HEAD'
  return { ...response, headers: varying, body: isHead ? '' : encoded(response.body ?? '', coding) }
}

function isWorthIt({ status, headers, body = '' }: HttpResponse): boolean {
  const type = headers.get('content-type') ?? ''
  // Of what kind the whole is, these do not say: to vary too much costs a cache a place, too little a wrong answer.
  if (status === 304 || type.startsWith('multipart/byteranges')) return true
  if (!compressible.test(type)) return false
  if (status === 206) return true
  const isWhole = typeof body === 'string' || body instanceof Uint8Array
  return !isWhole || body.length >= compressedSizeMin
}

/** As much is read of the body as the client takes of what is made of it. */
async function* encoded(body: Body, coding: Coding): AsyncGenerator<Uint8Array> {
  const source =
    typeof body === 'string' ? [new TextEncoder().encode(body)] : body instanceof Uint8Array ? [body] : body
  const input = Readable.from(source, { objectMode: false })
  const output = encoderOf(coding)
  input.once('error', (error) => output.destroy(error))
  input.pipe(output)
  try {
    for await (const bytes of output) yield bytes as Uint8Array
  } finally {
    input.destroy()
    output.destroy()
  }
}

function encoderOf(coding: Coding): ReturnType<typeof createGzip> | ReturnType<typeof createBrotliCompress> {
  if (coding === 'gzip') return createGzip({ level: 6 })
  if (coding === 'deflate') return createDeflate({ level: 6 })
  // The default quality (11) takes a hundred times as long for some percent.
  return createBrotliCompress({ params: { [constants.BROTLI_PARAM_QUALITY]: 5 } })
}

/** A body as it was before it was compressed, or why it cannot be had. */
export type Decompressed =
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  | { readonly kind: 'unknown-coding' }
  | { readonly kind: 'damaged' }
  /** Longer than allowed: it was made to be. */
  | { readonly kind: 'too-long' }

/** Decompresses a body by its Content-Encoding, to `sizeMax` bytes at most: no more than that is ever made of it. */
export function decompress(bytes: Uint8Array, contentEncoding: string | null, sizeMax: number): Decompressed {
  const options = { maxOutputLength: sizeMax }
  try {
    switch ((contentEncoding ?? 'identity').trim().toLowerCase()) {
      case 'identity':
        return { kind: 'bytes', bytes }
      case 'gzip':
      case 'x-gzip':
        return { kind: 'bytes', bytes: gunzipSync(bytes, options) }
      case 'deflate':
        return { kind: 'bytes', bytes: inflateSync(bytes, options) }
      case 'br':
        return { kind: 'bytes', bytes: brotliDecompressSync(bytes, options) }
      default:
        return { kind: 'unknown-coding' }
    }
  } catch (error) {
    const isTooLong = error instanceof RangeError
    return { kind: isTooLong ? 'too-long' : 'damaged' }
  }
}
