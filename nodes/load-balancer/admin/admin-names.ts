// By which names the admin port may be asked. A page of a browser on this machine may ask any port of it under a name of the page's
// own that turns out to be the loopback (DNS rebinding), and may then read what it is answered: the name is all that tells.

import { ipBytes } from '../proxy-protocol/ip-address.ts'
import type { BalancerSettings } from '../settings/index.ts'
import { type HttpRequest, parseTarget } from '../../http/index.ts'

/** What an admin port goes by. */
export class AdminNames {
  readonly #names: ReadonlySet<string>

  /** `name` is the node's. */
  constructor(name: string, { adminHost, adminNames }: Pick<BalancerSettings, 'adminHost' | 'adminNames'>) {
    this.#names = new Set([name, adminHost, ...adminNames].map(plainName))
  }

  /**
   * What is wrong with whom a request is for; null where nothing is. Nobody else can make an address, or `localhost`, mean this
   * machine to a browser, and browsers always say whom they ask.
   */
  problemOf({ method, target, headers }: Pick<HttpRequest, 'method' | 'target' | 'headers'>): string | null {
    const asked = parseTarget(method, target)?.authority ?? headers.get('host')
    if (asked === null) return null
    const name = plainName(asked.replace(/:[0-9]*$/, ''))
    if (name === 'localhost' || name.endsWith('.localhost') || ipBytes(name) !== null) return null
    if (this.#names.has(name)) return null
    return `host: got ${JSON.stringify(asked.slice(0, 100))}, wanted an address, localhost or one of ${[...this.#names].join(', ')} (adminNames)`
  }
}

function plainName(host: string): string {
  return host
    .toLowerCase()
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/\.$/, '')
}
