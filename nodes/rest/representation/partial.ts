// Answers with parts of a representation: 206 for one part or several (multipart/byteranges), 416 for none.

import { type ByteRange, readRange } from './byte-range.ts'
import { Fields, type HttpResponse } from '../../http/index.ts'

/** A representation of known length that can be read from any place; files have them. */
export interface Readable {
  readonly length: number
  read(range: ByteRange): AsyncIterable<Uint8Array>
}

/** Bytes in memory as such a representation. */
export function readableBytes(bytes: Uint8Array): Readable {
  return {
    length: bytes.length,
    async *read({ first, last }) {
      yield bytes.subarray(first, last + 1)
    },
  }
}

/** What an answer with parts is made of. */
export interface PartialRequest {
  /** The answer with the whole. */
  readonly whole: HttpResponse
  readonly readable: Readable
  /** The Range field. */
  readonly field: string
  /** What stands between several parts; drawn at random, since no part may contain it. */
  readonly boundary: () => string
}

/** The answer to a request for a range. Null when it asks for no part. */
export function partialResponse({ whole, readable, field, boundary }: PartialRequest): HttpResponse | null {
  const request = readRange(field, readable.length)
  const headers = new Fields(whole.headers).delete('content-length')
  switch (request.kind) {
    case 'whole':
      return null
    case 'unsatisfiable':
      headers.delete('content-type').set('Content-Range', `bytes */${readable.length}`)
      return { status: 416, headers, body: '' }
    case 'parts': {
      const [first] = request.ranges
      return request.ranges.length === 1 && first !== undefined
        ? onePart(headers, readable, first)
        : manyParts(headers, readable, request.ranges, boundary())
    }
  }
}

function onePart(headers: Fields, readable: Readable, range: ByteRange): HttpResponse {
  headers.set('Content-Range', contentRange(range, readable)).set('Content-Length', String(lengthOf(range)))
  return { status: 206, headers, body: readable.read(range) }
}

function contentRange({ first, last }: ByteRange, { length }: Readable): string {
  return `bytes ${first}-${last}/${length}`
}

function lengthOf({ first, last }: ByteRange): number {
  return last - first + 1
}

function manyParts(
  headers: Fields,
  readable: Readable,
  ranges: readonly ByteRange[],
  boundary: string,
): HttpResponse {
  const type = headers.get('content-type') ?? 'application/octet-stream'
  const heads = ranges.map((range) => {
    const fields = `Content-Type: ${type}\r\nContent-Range: ${contentRange(range, readable)}`
    return new TextEncoder().encode(`\r\n--${boundary}\r\n${fields}\r\n\r\n`)
  })
  const end = new TextEncoder().encode(`\r\n--${boundary}--\r\n`)
  const length = ranges.reduce(
    (sum, range, at) => sum + lengthOf(range) + (heads[at]?.length ?? 0),
    end.length,
  )
  headers
    .set('Content-Type', `multipart/byteranges; boundary=${boundary}`)
    .set('Content-Length', String(length))
  async function* body(): AsyncGenerator<Uint8Array> {
    for (const [at, range] of ranges.entries()) {
      yield heads[at] ?? new Uint8Array()
      yield* readable.read(range)
    }
    yield end
  }
  return { status: 206, headers, body: body() }
}
