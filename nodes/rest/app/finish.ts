// What follows from an answer without its handler's doing: an entity tag, 304 for who has it already, 206 for who wants parts.

import { readableOf } from './reply.ts'
import { Problem, problemResponse } from './problem.ts'
import { Fields, type HttpRequest, type HttpResponse, readHttpDate } from '../../http/index.ts'
import { entityTagOf } from '../representation/entity-tag.ts'
import { partialResponse, type Readable, readableBytes } from '../representation/partial.ts'
import { isRangeWanted, judgeConditions, type Validators } from '../representation/preconditions.ts'

/** Fields that 304 repeats (RFC 9110, section 15.4.5). */
const keptByNotModified = [
  'etag',
  'last-modified',
  'cache-control',
  'content-location',
  'expires',
  'vary',
  'date',
]

/** Finishes the answer to a GET or HEAD; answers to others, and those that are no 200, stay as they are. */
export function finish(request: HttpRequest, response: HttpResponse, boundary: () => string): HttpResponse {
  const isReading = request.method === 'GET' || request.method === 'HEAD'
  if (!isReading || response.status !== 200) return response
  const tagged = withTag(response)
  const state = validatorsOf(tagged.headers)
  const verdict = judgeConditions(request.method, request.headers, state)
  if (verdict === 'not-modified') return { status: 304, headers: notModifiedFields(tagged.headers) }
  if (verdict === 'failed')
    return problemResponse(new Problem(412, 'it is not in the state that the request names'))
  return withRange(request, tagged, state, boundary)
}

/** A tag of the bytes, where they are at hand and the handler has given none. */
function withTag(response: HttpResponse): HttpResponse {
  const { headers, body } = response
  const isWhole = typeof body === 'string' || body instanceof Uint8Array
  if (!isWhole || headers.has('etag')) return response
  return { ...response, headers: new Fields(headers).set('ETag', entityTagOf(body)) }
}

function validatorsOf(headers: Fields): Validators {
  const modified = headers.get('last-modified')
  return { etag: headers.get('etag'), modified: modified === null ? null : readHttpDate(modified) }
}

function notModifiedFields(headers: Fields): Fields {
  return new Fields([...headers].filter(([name]) => keptByNotModified.includes(name.toLowerCase())))
}

/** Range is for GET alone (RFC 9110, section 14.2). */
function withRange(
  request: HttpRequest,
  whole: HttpResponse,
  state: Validators,
  boundary: () => string,
): HttpResponse {
  const { body = '' } = whole
  const isWhole = typeof body === 'string' || body instanceof Uint8Array
  if (!isWhole && readableOf(body) === null) return whole
  const response = { ...whole, headers: new Fields(whole.headers).set('Accept-Ranges', 'bytes') }
  const field = request.headers.get('range')
  if (field === null || request.method !== 'GET' || !isRangeWanted(request.headers, state)) return response
  const source = sourceOf(whole)
  if (source === null) return response
  return partialResponse({ whole: response, readable: source, field, boundary }) ?? response
}

function sourceOf({ body = '' }: HttpResponse): Readable | null {
  if (typeof body === 'string') return readableBytes(new TextEncoder().encode(body))
  return body instanceof Uint8Array ? readableBytes(body) : readableOf(body)
}

/** The answer to OPTIONS. */
export function optionsResponse(allow: string): HttpResponse {
  return { status: 204, headers: new Fields([['Allow', allow]]) }
}
