// Which back-end a request belongs to, as far as it belongs to one.

import type { Backend, Wish } from '../backends/index.ts'
import type { BalancerSettings } from '../settings/index.ts'
import type { HttpRequest } from '../../http/index.ts'

/** What the choice of a back-end depends on. */
export function wishOf(request: HttpRequest, settings: BalancerSettings): Wish {
  const { balance, sticky, stickyCookie } = settings
  const mark = sticky === 'cookie' ? cookieOf(request, stickyCookie) : null
  if (balance === 'consistent-hashing') return { mark, key: keyOf(request, settings) }
  return sticky === 'source' ? { mark, key: request.remote } : { mark }
}

/** The cookie that keeps a client with a back-end; null where none has to be set. */
export function stickyCookie(
  backend: Backend,
  { mark }: Wish,
  settings: Pick<BalancerSettings, 'sticky' | 'stickyCookie'>,
): string | null {
  if (settings.sticky !== 'cookie' || mark === backend.mark) return null
  return `${settings.stickyCookie}=${backend.mark}; Path=/; HttpOnly; SameSite=Lax`
}

function keyOf(request: HttpRequest, { hashOn }: BalancerSettings): string {
  switch (hashOn.kind) {
    case 'source':
      return request.remote
    case 'path':
      return request.target.split('?', 1)[0] ?? ''
    case 'header':
      return request.headers.get(hashOn.name) ?? request.remote
    case 'cookie':
      return cookieOf(request, hashOn.name) ?? request.remote
  }
}

/** The value of a cookie (RFC 6265, section 4.2); of several of one name the first. */
export function cookieOf({ headers }: Pick<HttpRequest, 'headers'>, name: string): string | null {
  for (const pair of headers.get('cookie')?.split(/[;,] */) ?? [])
    if (pair.startsWith(`${name}=`)) return pair.slice(name.length + 1).trim()
  return null
}
