// Connections of trusted fronts: a PROXY header comes before all else, and from then on the connection is from whom it names.

import { clientOf } from './client-header.ts'
import { decodeProxyHeader, ProxyProtocolError } from './proxy-header.ts'
import {
  type Connection,
  type Duration,
  type Env,
  type Net,
  NetError,
  type NodeId,
  type Server,
} from '../../../sim/index.ts'

/** Whose headers are believed, and how long one may take. */
export interface AcceptingOptions {
  /** Names or addresses of fronts; `*` for anybody. Whoever else connects is reset. */
  readonly trusted: ReadonlySet<string>
  readonly timeout: Duration
}

/** The same env, but connections that it accepts begin with a PROXY header, which is read over by the first `read`. */
export function acceptingProxy(env: Env, options: AcceptingOptions): Env {
  const net: Net = {
    listen: async (port) => new AcceptingServer(env, await env.net.listen(port), options),
    connect: (host, port, how) => env.net.connect(host, port, how),
    bind: (port) => env.net.bind(port),
    resolve: (name) => env.net.resolve(name),
  }
  return {
    name: env.name,
    parameters: env.parameters,
    incarnation: env.incarnation,
    clock: env.clock,
    timers: env.timers,
    random: env.random,
    messages: env.messages,
    disk: env.disk,
    cpu: env.cpu,
    log: env.log,
    signal: env.signal,
    net,
    randomFor: (purpose) => env.randomFor(purpose),
    sleep: (wait, signal) => env.sleep(wait, signal),
    probe: (name, value) => {
      env.probe(name, value)
    },
    buggify: (site) => env.buggify(site),
    admits: (f) => env.admits(f),
    invoke: (operation) => env.invoke(operation),
    spawn: (task) => {
      env.spawn(task)
    },
    onStop: (action) => {
      env.onStop(action)
    },
    exit: (code) => env.exit(code),
  }
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
  #opening: Promise<Uint8Array | null> | null = null

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
    if (this.#opening !== null) return this.#connection.read()
    this.#opening = this.#open()
    const rest = await this.#opening
    return rest === null || rest.length > 0 ? rest : this.#connection.read()
  }

  write(bytes: Uint8Array | string): Promise<void> {
    return this.#connection.write(bytes)
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

  /** Reads the header; what came after it. Null when the stream ended before it began: a port was probed. */
  async #open(): Promise<Uint8Array | null> {
    const { trusted, timeout } = this.#options
    const { remote } = this.#connection
    if (!trusted.has('*') && !trusted.has(remote)) throw this.#refuse(`${remote} is no trusted front`)
    const timer = this.#env.timers.after(timeout, () => {
      this.#connection.reset()
    })
    try {
      return await this.#readHeader()
    } catch (error) {
      throw error instanceof ProxyProtocolError ? this.#refuse(error.message) : error
    } finally {
      timer.cancel()
    }
  }

  async #readHeader(): Promise<Uint8Array | null> {
    let bytes: Uint8Array = new Uint8Array(0)
    for (;;) {
      const piece = await this.#connection.read()
      if (piece === null && bytes.length === 0) return null
      if (piece === null) throw this.#refuse('the stream ended in a PROXY header')
      bytes = joined(bytes, piece)
      const decoded = decodeProxyHeader(bytes)
      if (decoded.kind === 'more') continue
      this.#client = clientOf(decoded.header)
      return bytes.subarray(decoded.length)
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
