// How monitors find each other: each publishes on the servers that it watches where it is and what it knows, and hears there what
// others publish. As Redis documents it, so that its monitors and ours meet.

import { type Address, addressText } from './sentinel-settings.ts'
import type { WatchedServer } from './watched-server.ts'
import { ProtocolError } from '../resp/protocol-error.ts'
import { type Reply, ReplyDecoder } from '../resp/reply-decoder.ts'
import { encodeCommand } from '../resp/request-encoder.ts'
import { type Connection, type Env, type Instant, ms, NetError, seconds } from '../../../sim/index.ts'

/** Where monitors speak of themselves. */
export const helloChannel = '__sentinel__:hello'
/** How often they do. */
export const helloPeriod: ReturnType<typeof seconds> = seconds(2)
/** Everybody hears at least what they said themselves: who hears nothing for so long has a connection that is dead. */
const silenceMax = 3 * helloPeriod

/** What a monitor says of itself and of a master. */
export interface Hello {
  readonly address: Address
  readonly id: string
  readonly epoch: number
  readonly name: string
  readonly master: Address
  readonly masterEpoch: number
}

/** A hello as it is published. */
export function helloText({ address, id, epoch, name, master, masterEpoch }: Hello): string {
  return [address.host, address.port, id, epoch, name, master.host, master.port, masterEpoch].join(',')
}

/** Reads what was published; null where that is no hello. */
export function parseHello(text: string): Hello | null {
  const parts = text.split(',')
  const [host = '', port, id = '', epoch, name = '', masterHost = '', masterPort, masterEpoch] = parts
  const numbers = [port, epoch, masterPort, masterEpoch].map(Number)
  const ports = [numbers[0] ?? 0, numbers[2] ?? 0]
  const isSound =
    parts.length === 8 &&
    numbers.every((number) => Number.isSafeInteger(number) && number >= 0) &&
    ports.every((each) => each > 0 && each < 65_536) &&
    /^[0-9a-f]{40}$/.test(id) &&
    [host, masterHost].every((each) => /^[^ ]+$/.test(each))
  if (!isSound) return null
  return {
    address: { host, port: Number(port) },
    id,
    epoch: Number(epoch),
    name,
    master: { host: masterHost, port: Number(masterPort) },
    masterEpoch: Number(masterEpoch),
  }
}

/** A subscription to what monitors say on one server, which comes back when it broke. */
export class HelloLink {
  readonly #env: Env
  readonly #address: Address
  readonly #hear: (hello: Hello) => void
  #connection: Connection | null = null
  #heardAt: Instant
  #isClosed = false

  constructor(env: Env, address: Address, hear: (hello: Hello) => void) {
    this.#env = env
    this.#address = address
    this.#hear = hear
    this.#heardAt = env.clock.monotonic()
    env.spawn(() => this.#run())
  }

  /** This machine as the server can reach it; null without a connection. */
  get localHost(): string | null {
    return this.#connection === null ? null : (this.#connection.local?.host ?? this.#env.name)
  }

  /** Ends a connection on which nothing is heard. */
  check(): void {
    const silence = this.#env.clock.monotonic() - this.#heardAt
    if (silence > silenceMax) this.#connection?.reset()
  }

  close(): void {
    this.#isClosed = true
    this.#connection?.reset()
  }

  async #run(): Promise<void> {
    while (!this.#isClosed) {
      await this.#listen().catch((error: unknown) => {
        if (!(error instanceof NetError || error instanceof ProtocolError)) throw error
      })
      this.#connection = null
      await this.#env.sleep(ms(500))
    }
  }

  async #listen(): Promise<void> {
    const { host, port } = this.#address
    const connection = await this.#env.net.connect(host, port)
    this.#heardAt = this.#env.clock.monotonic()
    this.#connection = connection
    try {
      if (this.#isClosed) return
      await connection.write(encodeCommand(['SUBSCRIBE', helloChannel]), 'latin1')
      const decoder = new ReplyDecoder()
      for await (const bytes of connection) {
        this.#heardAt = this.#env.clock.monotonic()
        decoder.push(bytes)
        for (let reply = decoder.next(); reply !== null; reply = decoder.next()) this.#take(reply)
      }
    } finally {
      connection.reset()
    }
  }

  #take(reply: Reply): void {
    const [kind, , text] = 'items' in reply ? reply.items : []
    if (kind === undefined || text === undefined || !('text' in kind) || !('text' in text)) return
    const hello = kind.text === 'message' ? parseHello(text.text) : null
    if (hello !== null) this.#hear(hello)
  }
}

/** The subscriptions of a monitor, one for each server that it watches. */
export class HelloLinks {
  readonly #env: Env
  readonly #hear: (hello: Hello) => void
  readonly #links = new Map<string, HelloLink>()

  constructor(env: Env, hear: (hello: Hello) => void) {
    this.#env = env
    this.#hear = hear
  }

  /** The one to a server, which begins with the first call and is looked after by each. */
  #to(address: Address): HelloLink {
    const key = addressText(address)
    const link = this.#links.get(key) ?? new HelloLink(this.#env, address, this.#hear)
    this.#links.set(key, link)
    link.check()
    return link
  }

  /** Says on all servers where this monitor is, and what it knows. */
  speak(
    servers: readonly WatchedServer[],
    { port, ...known }: Omit<Hello, 'address'> & { readonly port: number },
  ): void {
    for (const server of servers) {
      const host = this.#to(server.address).localHost
      if (host === null) continue
      const text = helloText({ ...known, address: { host, port } })
      this.#env.spawn(async () => void (await server.call(['PUBLISH', helloChannel, text])))
    }
  }

  close(): void {
    for (const link of this.#links.values()) link.close()
    this.#links.clear()
  }
}
