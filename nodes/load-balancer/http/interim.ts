// Interim responses (RFC 9110, section 15.2), such as 103 Early Hints: a proxy passes them on, ahead of the response.

import { passedResponse } from './passed-headers.ts'
import type { BalancerSettings } from '../settings/index.ts'
import type { Inform, ResponseHead } from '../../http/index.ts'

/** Bytes of header that may be under way to a client: what comes while it takes none of them is left out. */
const underWayMax = 64 * 1024

/**
 * What passes the interim responses to a request on, in their order. It waits for nobody: a back-end is not held up by a client
 * that reads slowly. Without `inform`, as for a client of HTTP/1.0, all of them are left out.
 */
export function interimFor(
  inform: Inform | undefined,
  settings: Pick<BalancerSettings, 'via'>,
): (head: ResponseHead) => void {
  if (inform === undefined) return () => undefined
  let underWay = 0
  return ({ status, reason, version, headers }) => {
    const passed = passedResponse(headers, version, settings)
    const size = sizeOf(passed)
    if (underWay + size > underWayMax) return
    underWay += size
    inform(status, reason, passed)
      // That the client is gone is told by whoever writes the response.
      .catch(() => undefined)
      .finally(() => {
        underWay -= size
      })
  }
}

function sizeOf(headers: Iterable<readonly [string, string]>): number {
  let size = 32
  for (const [name, value] of headers) size += name.length + value.length + 4
  return size
}
