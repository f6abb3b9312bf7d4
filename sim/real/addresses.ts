// Where names and ports of programs are on real machines. A program says the same as in the simulation (`listen(6379)`,
// `connect('store-1', 6379)`); who runs it says what that means.

import { isIP, type Server } from 'node:net'

/** A real address: TCP or UDP, or the path of a Unix socket. Port 0 of a listener: any free one. */
export type Address = { readonly host: string; readonly port: number } | { readonly path: string }

/** What names and ports mean. */
export interface AddressOptions {
  /** Where ports that a program listens on or binds really are (default: the same port on `host`). */
  readonly listen?: ReadonlyMap<number, Address>
  /** The interface for ports without an address of their own (default 127.0.0.1). */
  readonly host?: string
  /** Where other nodes are, by name: a host for all of their ports, or an address for one of them under `NAME:PORT`. */
  readonly peers?: ReadonlyMap<string, Address | string>
}

/** Answers where things are. */
export class Addresses {
  readonly #options: AddressOptions

  constructor(options: AddressOptions = {}) {
    this.#options = options
  }

  /** Where a program that listens on a port, and perhaps at a host, really does. */
  listenOn(port: number, wanted?: string): Address {
    const { listen, host = '127.0.0.1' } = this.#options
    return listen?.get(port) ?? { host: wanted ?? host, port }
  }

  /** Where a port of a node or host is. A name that is not known here is left to the system's resolver. */
  of(name: string, port: number): Address {
    const known = this.#options.peers?.get(`${name}:${port}`) ?? this.#options.peers?.get(name)
    if (known === undefined) return { host: name, port }
    return typeof known === 'string' ? { host: known, port } : known
  }

  /** Whether nothing has to be looked up for a name. */
  isKnown(name: string): boolean {
    return isIP(name) !== 0 || this.#options.peers?.has(name) === true
  }

  /** The name of who is at an address; the host itself where nobody is known to be. */
  nameAt(host: string): string {
    for (const [name, known] of this.#options.peers ?? []) {
      if (!name.includes(':') && (typeof known === 'string' ? known : hostOf(known)) === host) return name
    }
    return host
  }
}

/** An address as text: `127.0.0.1:80`, `[::1]:80`, `unix:/tmp/socket`. */
export function addressText(address: Address): string {
  if ('path' in address) return `unix:${address.path}`
  const { host, port } = address
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}

const portMax = 65_535

/** Reads `HOST:PORT`, `[IPV6]:PORT`, `unix:PATH`; null when it is none of them. */
export function readAddress(text: string): Address | null {
  if (text.startsWith('unix:')) return text.length > 5 ? { path: text.slice(5) } : null
  const match = /^(?:\[([^\]]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(text)
  const host = match?.[1] ?? match?.[2]
  const port = Number(match?.[3])
  return host === undefined || port > portMax ? null : { host, port }
}

/** Where a server that listens really does. */
export function boundAddress(server: Server): Address {
  const address = server.address()
  if (typeof address === 'string') return { path: address }
  return { host: address?.address ?? '', port: address?.port ?? 0 }
}

function hostOf(address: Address): string | null {
  return 'host' in address ? address.host : null
}
