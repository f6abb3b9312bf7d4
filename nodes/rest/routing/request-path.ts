// Takes the target of a request apart: segments of the path, decoded, and the fields of the query.

import { parseTarget } from '../../http/index.ts'

/** A target as routes see it. */
export type RequestPath =
  | {
      readonly kind: 'path'
      /** As it stood in the target, not decoded. */
      readonly path: string
      /** Decoded one by one: a slash that was written as `%2F` is part of its segment. */
      readonly segments: readonly string[]
      readonly query: readonly (readonly [name: string, value: string])[]
    }
  /** `*`: the server as a whole. */
  | { readonly kind: 'everything' }
  | { readonly kind: 'refused'; readonly status: 400 | 414; readonly why: string }

const segmentsMax = 64
const queryFieldsMax = 256

/**
 * Reads a target. Refused are escapes that are none or no UTF-8, NUL, the segments `.` and `..` however they are written
 * (clients resolve them; on a server they are attempts to leave a folder), and more parts than a route can have.
 */
export function readRequestPath(method: string, target: string): RequestPath {
  const parts = parseTarget(method, target)
  if (parts?.form === 'asterisk') return { kind: 'everything' }
  const { path, query } = parts ?? { path: null, query: null }
  if (path === null) return { kind: 'refused', status: 400, why: 'the target has no path' }
  const written = path.slice(1).split('/')
  if (written.length > segmentsMax)
    return { kind: 'refused', status: 414, why: `more than ${segmentsMax} segments` }
  const segments = written.map(decoded)
  if (!segments.every((segment) => segment !== null))
    return { kind: 'refused', status: 400, why: 'the path is not percent-encoded UTF-8, or leads elsewhere' }
  const fields = readQuery(query ?? '')
  if (fields === null)
    return {
      kind: 'refused',
      status: 400,
      why: `the query is not percent-encoded UTF-8, or has more than ${queryFieldsMax} fields`,
    }
  return { kind: 'path', path, segments, query: fields }
}

function decoded(segment: string): string | null {
  const text = segment.includes('%') ? unescaped(segment) : segment
  return text === null || text === '.' || text === '..' || text.includes('\0') ? null : text
}

function unescaped(text: string): string | null {
  try {
    return decodeURIComponent(text)
  } catch {
    return null
  }
}

/** As forms write it: fields between `&`, a space as `+`. */
function readQuery(query: string): readonly (readonly [string, string])[] | null {
  const fields: (readonly [string, string])[] = []
  for (const part of query.split('&')) {
    if (part === '') continue
    const split = part.indexOf('=')
    const [name, value] = split < 0 ? [part, ''] : [part.slice(0, split), part.slice(split + 1)]
    const [one, other] = [unescaped(name.replaceAll('+', ' ')), unescaped(value.replaceAll('+', ' '))]
    if (one === null || other === null || fields.length >= queryFieldsMax) return null
    fields.push([one, other])
  }
  return fields
}
