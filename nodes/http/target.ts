// The forms of a request target (RFC 9112, section 3.2), and its parts.

/** A request target, taken apart; where a part is missing it is null. */
export interface Target {
  readonly form: 'origin' | 'absolute' | 'authority' | 'asterisk'
  readonly scheme: string | null
  readonly authority: string | null
  /** From the first slash on, not decoded; `/` where an absolute target has none, null where the form has none. */
  readonly path: string | null
  /** After the question mark. */
  readonly query: string | null
  /** After the hash sign, which no client should send (RFC 9112, section 3.2.1). */
  readonly fragment: string | null
}

const none = { scheme: null, authority: null, path: null, query: null, fragment: null }

/** Takes a request target apart. Null for one that has no form of the RFC. */
export function parseTarget(method: string, target: string): Target | null {
  if (target === '*') return { ...none, form: 'asterisk' }
  if (method === 'CONNECT')
    return isAuthority(target) ? { ...none, form: 'authority', authority: target } : null
  const [, scheme, authority, path, query, fragment] =
    /^(?:([A-Za-z][A-Za-z0-9+.-]*):\/\/([^/?#]*))?(\/[^?#]*)?(?:\?([^#]*))?(?:#(.*))?$/.exec(target) ?? []
  const rest = { query: query ?? null, fragment: fragment ?? null }
  if (scheme === undefined) return path === undefined ? null : { ...none, ...rest, form: 'origin', path }
  if (authority === undefined || !isAuthority(authority)) return null
  return { form: 'absolute', scheme, authority, path: path ?? '/', ...rest }
}

/** What is wrong with a target, as got and wanted; null when nothing is. */
export function targetProblem(method: string, target: string): readonly [got: string, wanted: string] | null {
  // The usual one, without taking it apart.
  if (target.startsWith('/') && method !== 'CONNECT') return null
  return parseTarget(method, target) === null
    ? [
        `the request target ${JSON.stringify(target.slice(0, 80))}`,
        '/path, scheme://host/path, host:port of CONNECT or *',
      ]
    : null
}

/** Whether a text is a host with or without a port (and, in old URIs, a user). */
function isAuthority(text: string): boolean {
  return /^(?:[^@[\]/?#\\]*@)?(?:\[[0-9A-Za-z:.%_~-]+\]|[^@[\]/?#:\\]+)(?::[0-9]*)?$/.test(text)
}

/** Whether a text is what a Host field may hold: a host with or without a port, or nothing (RFC 9112, section 3.2). */
export function isHost(text: string): boolean {
  return /^(?:\[[0-9A-Za-z:.%_~-]+\]|[A-Za-z0-9._~!$&'()*+,;=%-]*)(?::[0-9]{0,5})?$/.test(text)
}
