// Why a request has no answer.

/** What came between a request and its answer. */
export type RequestErrorKind = 'timeout' | 'broken' | 'closed' | 'overloaded' | 'withdrawn'

const reasons: Readonly<Record<RequestErrorKind, string>> = {
  timeout: 'no answer in time',
  broken: 'the connection broke before the answer came',
  closed: 'the client was closed',
  overloaded: 'too many requests are open',
  withdrawn: 'it was withdrawn',
}

/** A request that has no answer. */
export class RequestError extends Error {
  readonly kind: RequestErrorKind
  /** Whether the server may have got it: then it may have taken effect, or may yet. */
  readonly isSent: boolean

  constructor(kind: RequestErrorKind, isSent: boolean, server: string) {
    super(`request to ${server}: ${reasons[kind]}`)
    this.name = 'RequestError'
    this.kind = kind
    this.isSent = isSent
  }
}
