// What a server refuses beyond what its parser does: requests that are well formed, and yet none that it could answer for sure.

import { isHost } from './target.ts'
import type { RequestHead } from './request-parser.ts'

/** The status and sentence of a refusal. */
export interface Refusal {
  readonly status: number
  readonly text: string
}

/** Why a request is refused before any handler sees it; null when it is not. `isTunnelled`: CONNECT is served. */
export function requestProblem(head: RequestHead, isTunnelled: boolean): Refusal | null {
  return hostProblem(head) ?? targetProblem(head, isTunnelled) ?? codingProblem(head) ?? expectProblem(head)
}

/** RFC 9112, section 3.2: exactly one Host in HTTP/1.1, at most one before, and a valid one. */
function hostProblem({ version, headers }: RequestHead): Refusal | null {
  const hosts = headers.getAll('host')
  if (hosts.length > 1) return bad('two Host fields')
  const [host] = hosts
  if (host === undefined) return version === '1.1' ? bad('no Host field') : null
  return isHost(host) ? null : bad('a Host field that is no host')
}

function targetProblem({ method, target }: RequestHead, isTunnelled: boolean): Refusal | null {
  if (method === 'CONNECT') return isTunnelled ? null : { status: 501, text: 'no tunnels here' }
  if (target === '*') return method === 'OPTIONS' ? null : bad('* is a target of OPTIONS only')
  return target.includes('#') ? bad('a fragment in the request target') : null
}

/** RFC 9112, section 6.1: a coding that is not understood is 501; HTTP/1.0 knows none, so it is faulty there. */
function codingProblem({ version, headers, framing }: RequestHead): Refusal | null {
  if (framing.kind !== 'chunked') return null
  if (version === '1.0') return bad('Transfer-Encoding in HTTP/1.0')
  const coding = headers.get('transfer-encoding')
  return coding?.toLowerCase() === 'chunked'
    ? null
    : { status: 501, text: 'a transfer coding besides chunked' }
}

/** RFC 9110, section 10.1.1. */
function expectProblem({ version, headers }: RequestHead): Refusal | null {
  const expectation = headers.get('expect')
  if (expectation === null || version === '1.0') return null
  return isContinue(expectation) ? null : { status: 417, text: 'an expectation besides 100-continue' }
}

function bad(text: string): Refusal {
  return { status: 400, text }
}

/** Whether a client waits for `100 Continue` before it sends the body. */
export function expectsContinue({ version, headers, framing }: RequestHead): boolean {
  if (version === '1.0' || framing.kind === 'none') return false
  const expectation = headers.get('expect')
  return expectation !== null && isContinue(expectation)
}

function isContinue(expectation: string): boolean {
  return expectation.toLowerCase() === '100-continue'
}
