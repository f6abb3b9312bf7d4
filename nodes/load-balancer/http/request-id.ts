// What a request is called, by the balancer and by all who hear of it: so that their logs can be laid side by side.

import type { BalancerSettings } from '../settings/index.ts'
import type { Env } from '../../../sim/index.ts'
import type { HttpRequest } from '../../http/index.ts'

/** The field that has it. */
export const requestIdName = 'X-Request-Id'

/** What is taken from clients: nothing that could be read as more than a name where it is logged. */
const acceptable = /^[A-Za-z0-9._~+/=:@-]{1,128}$/

/**
 * The name of a request; null where requests have none (`requestId`). It is made of 128 random bits of the node's own, or taken from
 * the client where that is allowed and it has a proper one.
 */
export function requestIdOf(
  { headers }: Pick<HttpRequest, 'headers'>,
  { env, settings }: { readonly env: Pick<Env, 'randomFor'>; readonly settings: BalancerSettings },
): string | null {
  if (settings.requestId === 'none') return null
  const told = settings.requestId === 'accept' ? headers.get(requestIdName) : null
  if (told !== null && acceptable.test(told)) return told
  const random = env.randomFor('request-ids')
  const word = (): string =>
    Math.floor(random.float() * 2 ** 32)
      .toString(16)
      .padStart(8, '0')
  return word() + word() + word() + word()
}
