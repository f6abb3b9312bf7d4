// Errors as clients are told them (RFC 9457): `application/problem+json`.

import { Fields, type HttpResponse, statusText } from '../../http/index.ts'

/** One thing that was wrong with a request. */
export interface ProblemDetail {
  /** Where it was: a JSON pointer into the body, written as a fragment (`#/items/0`). */
  readonly pointer?: string
  /** Or which parameter, of path or query. */
  readonly parameter?: string
  readonly detail: string
}

/** What else is to be told. */
export interface ProblemOptions {
  readonly errors?: readonly ProblemDetail[]
  readonly headers?: Iterable<readonly [name: string, value: string]>
  /** A URI that names the kind of problem (default `about:blank`: the status says it all). */
  readonly type?: string
}

/** Thrown by handlers and middleware: the answer is this problem. What else they throw is a 500 that tells nothing. */
export class Problem extends Error {
  readonly status: number
  readonly detail: string
  readonly options: ProblemOptions

  constructor(status: number, detail: string, options: ProblemOptions = {}) {
    super(`${status} ${statusText(status)}: ${detail}`)
    this.name = 'Problem'
    this.status = status
    this.detail = detail
    this.options = options
  }
}

/** The answer that tells a problem. */
export function problemResponse({ status, detail, options }: Problem): HttpResponse {
  const { errors, headers = [], type = 'about:blank' } = options
  const told = {
    type,
    title: statusText(status),
    status,
    detail,
    ...(errors === undefined ? {} : { errors }),
  }
  const fields = new Fields(headers)
  fields.set('Content-Type', 'application/problem+json').set('Cache-Control', 'no-store')
  return { status, headers: fields, body: JSON.stringify(told) }
}
