// Upgrades (RFC 9110, section 7.8), such as WebSocket: once a back-end has agreed, its connection and the client's are one.

import { wishOf } from './affinity.ts'
import { passedRequest, passedResponse } from './passed-headers.ts'
import { endingOf, type Ending } from '../admin/balancer-metrics.ts'
import { clientHeader } from '../proxy-protocol/index.ts'
import { type Balancer, type Connected, connectToAny } from '../relay/connecting.ts'
import type { Deadlines } from '../relay/deadlines.ts'
import { relay } from '../relay/relay.ts'
import { type Connection, NetError } from '../../../sim/index.ts'
import {
  chunkBytes,
  Fields,
  HttpError,
  type HttpEvent,
  type HttpRequest,
  lastChunkBytes,
  requestHeadBytes,
  type ResponseHead,
  responseHeadBytes,
  responseParser,
  type UpgradeTask,
} from '../../http/index.ts'
import { closeKindly } from '../../transport/index.ts'

/** What passes a request on that asks for a protocol of the settings; null for any other. */
export function tunnelFor(
  request: HttpRequest,
  balancer: Balancer,
  deadlines: Deadlines,
): UpgradeTask | null {
  const protocol = request.headers.get('upgrade')?.toLowerCase() ?? ''
  // Others (h2c above all) would be a way around whatever a balancer in front keeps out.
  if (request.method === 'CONNECT' || !balancer.settings.upgrades.includes(protocol)) return null
  return (client, rest) => new Tunnel({ request, balancer, deadlines, client, rest }).open()
}

interface TunnelOptions {
  readonly request: HttpRequest
  readonly balancer: Balancer
  readonly deadlines: Deadlines
  readonly client: Connection
  /** What the client has sent beyond its request. */
  readonly rest: Uint8Array
}

/** The head of a back-end's answer, and what came with it. */
interface TunnelHead {
  readonly head: ResponseHead
  readonly rest: readonly HttpEvent<ResponseHead>[]
}

class Tunnel {
  readonly #options: TunnelOptions
  readonly #since: number
  readonly #parser = responseParser()

  constructor(options: TunnelOptions) {
    this.#options = options
    this.#since = options.balancer.env.clock.monotonic()
  }

  async open(): Promise<void> {
    const { request, balancer, deadlines, client } = this.#options
    const { settings } = balancer
    const connected = await connectToAny(balancer, wishOf(request, settings))
    if (connected === null) {
      await this.#refuse(client, 503, 'no-backend')
      return
    }
    const { connection, use } = connected
    const watched = deadlines.watch(settings.responseTimeout, () => {
      connection.reset()
    })
    try {
      await connection.write(this.#head(connected))
      const head = await this.#readHead(connection)
      watched.end()
      if (head.head.status === 101) await this.#relay(connected, head)
      else await this.#passOn(connected, head)
    } catch (error) {
      connection.reset()
      use.end(true)
      if (!(error instanceof NetError || error instanceof HttpError)) throw error
      await this.#refuse(client, 502, 'bad-gateway')
    } finally {
      watched.end()
    }
  }

  #head({ backend: { spec } }: Connected): Uint8Array {
    const { request, balancer } = this.#options
    const { settings } = balancer
    const { target, headers } = passedRequest(request, settings, `${spec.host}:${spec.port}`)
    headers.append('Connection', 'Upgrade').append('Upgrade', request.headers.get('upgrade') ?? '')
    // A body was read over by the server before it handed the connection over.
    headers.delete('content-length').delete('transfer-encoding').delete('expect')
    const head = requestHeadBytes(request.method, target, headers)
    if (!settings.sendProxy) return head
    return Buffer.concat([clientHeader({ host: request.remote, port: 0 }, settings.port), head])
  }

  async #readHead(
    connection: Connection,
  ): Promise<{ readonly head: ResponseHead; readonly rest: readonly HttpEvent<ResponseHead>[] }> {
    for (;;) {
      const bytes = await connection.read()
      if (bytes === null)
        throw new NetError('ECONNRESET', 'the back-end ended the connection without a response')
      const events = this.#parser.push(bytes)
      for (const [place, event] of events.entries()) {
        if (event.kind === 'error') throw event.error
        if (event.kind === 'head' && (event.head.status >= 200 || event.head.status === 101))
          return { head: event.head, rest: events.slice(place + 1) }
      }
    }
  }

  async #relay({ backend, connection, use }: Connected, { head, rest }: TunnelHead): Promise<void> {
    const { balancer, deadlines, client, request } = this.#options
    const headers = passedResponse(head.headers, head.version, balancer.settings)
    headers
      .append('Connection', 'Upgrade')
      .append('Upgrade', head.headers.get('upgrade') ?? request.headers.get('upgrade') ?? '')
    await client.write(responseHeadBytes(101, head.reason, headers))
    const switched = rest.find((event) => event.kind === 'switch')
    const ending = await relay(
      { connection: client, read: () => client.read(), first: this.#options.rest },
      {
        connection,
        read: () => connection.read(),
        ...(switched?.kind === 'switch' ? { first: switched.rest } : {}),
      },
      {
        deadlines,
        idleTimeout: balancer.settings.idleTimeout,
        onBytes: (direction, count) => {
          backend.counts[direction] += count
        },
      },
    )
    use.end(ending === 'backend-broke')
    this.#ended('tunnel')
  }

  /** A back-end that does not agree answers as it would any request. */
  async #passOn({ connection, use }: Connected, { head, rest }: TunnelHead): Promise<void> {
    const { balancer, client, deadlines } = this.#options
    const headers = passedResponse(head.headers, head.version, balancer.settings).append(
      'Connection',
      'close',
    )
    const isChunked = head.framing.kind === 'chunked'
    if (isChunked) headers.append('Transfer-Encoding', 'chunked')
    await client.write(responseHeadBytes(head.status, head.reason, headers))
    const watched = deadlines.watch(balancer.settings.responseTimeout, () => {
      connection.reset()
    })
    let events = rest
    for (;;) {
      for (const event of events) {
        if (event.kind === 'error') throw event.error
        if (event.kind === 'body') await client.write(isChunked ? chunkBytes(event.bytes) : event.bytes)
      }
      if (events.some(({ kind }) => kind === 'end')) break
      const bytes = await connection.read()
      events = bytes === null ? this.#parser.end() : this.#parser.push(bytes)
      if (bytes === null && events.length === 0) break
    }
    watched.end()
    if (isChunked) await client.write(lastChunkBytes())
    balancer.env.spawn(() => closeKindly(balancer.env, connection, () => connection.read()))
    use.end(head.status >= 500)
    this.#ended(endingOf(head.status))
  }

  async #refuse(client: Connection, status: number, ending: Ending): Promise<void> {
    this.#ended(ending)
    const headers = new Fields([
      ['Connection', 'close'],
      ['Content-Length', '0'],
    ])
    if (status === 503) headers.append('Retry-After', '1')
    await client.write(responseHeadBytes(status, undefined, headers))
  }

  #ended(ending: Ending): void {
    const { env, metrics } = this.#options.balancer
    metrics.ended(ending, env.clock.monotonic() - this.#since)
  }
}
