// Errors of Node's sockets as programs know them.

import { NetError, type NetErrorCode } from '../env.ts'

const codes: ReadonlyMap<string, NetErrorCode> = new Map<string, NetErrorCode>([
  ...(
    [
      'ECONNREFUSED',
      'ECONNRESET',
      'ETIMEDOUT',
      'EHOSTUNREACH',
      'ENOTFOUND',
      'EAI_AGAIN',
      'EADDRINUSE',
      'EPIPE',
      'EMSGSIZE',
      'ENOBUFS',
    ] as const
  ).map((code) => [code, code] as const),
  ['ENETUNREACH', 'EHOSTUNREACH'],
  ['EHOSTDOWN', 'EHOSTUNREACH'],
  ['EADDRNOTAVAIL', 'EHOSTUNREACH'],
  ['EACCES', 'EADDRINUSE'],
  // A Unix socket that nobody listens on.
  ['ENOENT', 'ECONNREFUSED'],
  ['ECONNABORTED', 'ECONNRESET'],
  ['ERR_STREAM_WRITE_AFTER_END', 'EPIPE'],
  ['ERR_STREAM_DESTROYED', 'ECONNRESET'],
  ['ENODATA', 'ENOTFOUND'],
  ['ESERVFAIL', 'EAI_AGAIN'],
])

/** What a program is told of an error of Node's; what it has no code for counts as `otherwise`. */
export function netError(error: unknown, about: string, otherwise: NetErrorCode): NetError {
  const { code, message } = error as { readonly code?: unknown; readonly message?: unknown }
  const known = typeof code === 'string' ? codes.get(code) : undefined
  if (known === undefined) return new NetError(otherwise, `${about}: ${String(message)}`)
  return new NetError(known, known === code ? about : `${about} (${code as string})`)
}
