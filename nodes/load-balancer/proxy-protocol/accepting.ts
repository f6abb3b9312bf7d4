// Connections of trusted fronts: a PROXY header, of version 1 or 2, comes before all else, and from then on the connection is from whom it names.

import { clientOf } from './client-header.ts'
import { decodeProxyHeader } from './proxy-header.ts'
import { ProxyProtocolError } from './proxy-protocol-error.ts'
import { withNet } from './with-net.ts'
import {
  type Connection,
  type Duration,
  type Env,
  NetError,
  type NodeId,
  type Server,
  type StreamEncoding,
  type StreamReader,
} from '../../../sim/index.ts'

/** Whose headers are believed, and how long one may take. */
export interface AcceptingOptions {
  /** Names or addresses of fronts; `*` for anybody. Whoever else connects is reset. */
  readonly trusted: ReadonlySet<string>
  readonly timeout: Duration
}

/** The same env, but connections that it accepts begin with a PROXY header, which is read over by the first `read`. */
export function acceptingProxy(env: Env, options: AcceptingOptions): Env {
  return withNet(env, {
    listen: async (port, how) => new AcceptingServer(env, await env.net.listen(port, how), options),
  })
}

/** Resolves when it is known whom a connection is from. Rejects with a NetError for one that is not believed. */
export async function clientKnown(connection: Connection): Promise<void> {
  if (connection instanceof ProxiedConnection) await connection.open()
}

class AcceptingServer implements Server {
  readonly #env: Env
  readonly #server: Server
  readonly #options: AcceptingOptions

  constructor(env: Env, server: Server, options: AcceptingOptions) {
    this.#env = env
    this.#server = server
    this.#options = options
  }

  get port(): number {
    return this.#server.port
  }

  async accept(): Promise<Connection | null> {
    const connection = await this.#server.accept()
    return connection === null ? null : new ProxiedConnection(this.#env, connection, this.#options)
  }

  close(): void {
    this.#server.close()
  }

  async *[Symbol.asyncIterator](): AsyncIterator<Connection> {
    for (let next = await this.accept(); next !== null; next = await this.accept()) yield next
  }
}

/** A connection whose header has still to be read. */
class ProxiedConnection implements Connection {
  readonly #env: Env
  readonly #connection: Connection
  readonly #options: AcceptingOptions
  #client: { readonly host: NodeId; readonly port: number } | null = null
  /** What came with the header and belongs to the stream. */
  #rest: Uint8Array | null = null
  #opening: Promise<void> | null = null

  constructor(env: Env, connection: Connection, options: AcceptingOptions) {
    this.#env = env
    this.#connection = connection
    this.#options = options
  }

  get remote(): NodeId {
    return this.#client?.host ?? this.#connection.remote
  }

  get remotePort(): number {
    return this.#client?.port ?? this.#connection.remotePort
  }

  async read(): Promise<Uint8Array | null> {
    await this.open()
    const rest = this.#rest
    this.#rest = null
    return rest ?? this.#connection.read()
  }

  readTo({ take, fail }: StreamReader): void {
    void this.read().then(take, fail)
  }

  /** Reads the header, once. */
  open(): Promise<void> {
    this.#opening ??= this.#open()
    return this.#opening
  }

  write(bytes: Uint8Array | string, encoding?: StreamEncoding): Promise<void> {
    return this.#connection.write(bytes, encoding)
  }

  send(bytes: Uint8Array | string, encoding?: StreamEncoding): Promise<void> | null {
    return this.#connection.send(bytes, encoding)
  }

  end(): void {
    this.#connection.end()
  }

  reset(): void {
    this.#connection.reset()
  }

  async *[Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    for (let next = await this.read(); next !== null; next = await this.read()) yield next
  }

  async #open(): Promise<void> {
    const { trusted, timeout } = this.#options
    const { remote } = this.#connection
    if (!trusted.has('*') && !trusted.has(remote)) throw this.#refuse(`${remote} is no trusted front`)
    const timer = this.#env.timers.after(timeout, () => {
      this.#connection.reset()
    })
    try {
      await this.#readHeader()
    } catch (error) {
      throw error instanceof ProxyProtocolError ? this.#refuse(error.message) : error
    } finally {
      timer.cancel()
    }
  }

  /** A stream that ends before the header begins is one by which a port was probed. */
  async #readHeader(): Promise<void> {
    let bytes: Uint8Array = new Uint8Array(0)
    for (;;) {
      const piece = await this.#connection.read()
      if (piece === null && bytes.length === 0) return
      if (piece === null) throw this.#refuse('the stream ended in a PROXY header')
      bytes = joined(bytes, piece)
      const decoded = decodeProxyHeader(bytes)
      if (decoded.kind === 'more') continue
      this.#client = clientOf(decoded.header)
      if (bytes.length > decoded.length) this.#rest = bytes.subarray(decoded.length)
      return
    }
  }

  #refuse(why: string): NetError {
    this.#connection.reset()
    return new NetError('ECONNRESET', why)
  }
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  if (a.length === 0) return b
  const both = new Uint8Array(a.length + b.length)
  both.set(a)
  both.set(b, a.length)
  return both
}
