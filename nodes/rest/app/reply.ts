// Answers, made of values.

import { type Body, Fields, httpDate, type HttpResponse } from '../../http/index.ts'
import type { Instant } from '../../../sim/index.ts'
import type { EntityTag } from '../representation/entity-tag.ts'
import { type Readable } from '../representation/partial.ts'

/** What stands around a value. */
export interface ReplyOptions {
  readonly status?: number
  readonly etag?: EntityTag
  readonly modified?: Instant
  /** Where what was created is. */
  readonly location?: string
  readonly headers?: Iterable<readonly [name: string, value: string]>
}

/** An answer whose body is a value as JSON. */
export function json(value: unknown, options: ReplyOptions = {}): HttpResponse {
  return content(JSON.stringify(value), 'application/json', options)
}

/** An answer whose body is text, bytes or a stream. */
export function content(body: Body, mediaType: string, options: ReplyOptions = {}): HttpResponse {
  const { status = 200 } = options
  return { status, headers: fieldsOf(options).set('Content-Type', mediaType), body }
}

/** An answer without a body. */
export function empty(options: ReplyOptions = {}): HttpResponse {
  const { status = 204 } = options
  return { status, headers: fieldsOf(options) }
}

const readables = new WeakMap<object, Readable>()

/** An answer of which clients can have parts (Range): a file, say. */
export function readable(source: Readable, mediaType: string, options: ReplyOptions = {}): HttpResponse {
  const body = { [Symbol.asyncIterator]: () => whole(source)[Symbol.asyncIterator]() }
  readables.set(body, source)
  const response = content(body, mediaType, options)
  response.headers.set('Content-Length', String(source.length))
  return response
}

/** What the body of an answer can be read from at any place; null for streams. */
export function readableOf(body: object): Readable | null {
  return readables.get(body) ?? null
}

function whole(source: Readable): AsyncIterable<Uint8Array> {
  return source.read({ first: 0, last: source.length - 1 })
}

function fieldsOf({ etag, modified, location, headers = [] }: ReplyOptions): Fields {
  const fields = new Fields(headers)
  if (etag !== undefined) fields.set('ETag', etag)
  if (modified !== undefined) fields.set('Last-Modified', httpDate(modified))
  if (location !== undefined) fields.set('Location', location)
  return fields
}
