// Conditional requests (RFC 9110, section 13): whether a request is to be carried out, in the order of section 13.2.2.

import { type EntityTag, matchesStrongly, matchesWeakly, readEntityTags } from './entity-tag.ts'
import { type Fields, readHttpDate } from '../../http/index.ts'

/** The state of a resource that conditions are held against; null where it does not exist. */
export interface Validators {
  readonly etag: EntityTag | null
  /** Seconds since 1970. */
  readonly modified: number | null
}

/** What becomes of a request: go on, 304 Not Modified, 412 Precondition Failed. */
export type Verdict = 'go-on' | 'not-modified' | 'failed'

/** Judges the conditions of a request. Those that cannot be read are as if they were false: nothing is overwritten by mistake. */
export function judgeConditions(method: string, headers: Fields, state: Validators | null): Verdict {
  const ifMatch = headers.get('if-match')
  const ifNoneMatch = headers.get('if-none-match')
  if (ifMatch !== null) {
    if (!isMatch(ifMatch, state, matchesStrongly)) return 'failed'
  } else if (!isUnmodified(headers.get('if-unmodified-since'), state)) return 'failed'
  const isReading = method === 'GET' || method === 'HEAD'
  if (ifNoneMatch !== null) {
    if (!isMatch(ifNoneMatch, state, matchesWeakly)) return 'go-on'
    return isReading ? 'not-modified' : 'failed'
  }
  return isReading && isOld(headers.get('if-modified-since'), state) ? 'not-modified' : 'go-on'
}

function isMatch(
  field: string,
  state: Validators | null,
  matches: (one: EntityTag, other: EntityTag) => boolean,
): boolean {
  const tags = readEntityTags(field)
  if (state === null || tags === null) return false
  if (tags === '*') return true
  const { etag } = state
  return etag !== null && tags.some((tag) => matches(tag, etag))
}

/** A field that is no date is ignored (RFC 9110, section 13.1.4), as is one for a resource that has none. */
function isUnmodified(field: string | null, state: Validators | null): boolean {
  const date = field === null ? null : readHttpDate(field)
  return date === null || state?.modified === null || state === null || state.modified <= date
}

function isOld(field: string | null, state: Validators | null): boolean {
  const date = field === null ? null : readHttpDate(field)
  return date !== null && state !== null && state.modified !== null && state.modified <= date
}

/** Whether a Range counts (RFC 9110, section 13.1.5): without If-Range, or when it names exactly what there is. */
export function isRangeWanted(headers: Fields, { etag, modified }: Validators): boolean {
  const field = headers.get('if-range')?.trim()
  if (field === undefined) return true
  if (/^(?:W\/)?"/.test(field)) return etag !== null && matchesStrongly(field, etag)
  return modified !== null && readHttpDate(field) === modified
}
