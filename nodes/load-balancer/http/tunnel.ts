// Upgrades (RFC 9110, section 7.8), such as WebSocket: once a back-end has agreed, its connection and the client's are one.

import { recordOf, type RequestRecord } from './access-log.ts'
import { stickyCookie, wishOf } from './affinity.ts'
import { interimFor } from './interim.ts'
import { demandPlainCoding, isPassable, passedRequest, passedResponse } from './passed-headers.ts'
import { ReadingOn } from './reading-on.ts'
import { requestIdName, requestIdOf } from './request-id.ts'
import { endingOf, type Ending } from '../admin/balancer-metrics.ts'
import type { Wish } from '../backends/index.ts'
import { clientHeader } from '../proxy-protocol/index.ts'
import { type Balancer, type Connected, connectToAny } from '../relay/connecting.ts'
import type { Deadlines } from '../relay/deadlines.ts'
import { relay } from '../relay/relay.ts'
import { type Connection, NetError } from '../../../sim/index.ts'
import {
  chunkBytes,
  Fields,
  HttpError,
  type HttpRequest,
  interimBytes,
  lastChunkBytes,
  requestHeadBytes,
  type ResponseHead,
  responseHeadBytes,
  ResponseReader,
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
  // HTTP/1.0 has no upgrades (RFC 9110, section 7.8).
  if (request.method === 'CONNECT' || request.version === '1.0') return null
  if (!isPassable(request.target)) return null
  // Others (h2c above all) would be a way around whatever a balancer in front keeps out.
  if (!balancer.settings.upgrades.includes(protocol)) return null
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

/** A back-end's answer: its head, and what has the rest of it. */
interface TunnelAnswer {
  readonly head: ResponseHead
  /** As the client gets them. */
  readonly headers: Fields
  readonly reader: ResponseReader
}

class Tunnel {
  readonly #options: TunnelOptions
  readonly #since: number
  /** What the request is called; null where requests have no names. */
  readonly #id: string | null
  readonly #record: RequestRecord | null
  readonly #readingOn: ReadingOn

  constructor(options: TunnelOptions) {
    const { balancer, client } = options
    this.#options = options
    this.#since = balancer.env.clock.monotonic()
    this.#id = requestIdOf(options.request, balancer)
    this.#record = recordOf(balancer, { request: options.request, id: this.#id, since: this.#since })
    this.#readingOn = new ReadingOn(client, balancer.settings.abortOnClose)
  }

  async open(): Promise<void> {
    const { request, balancer, deadlines, client } = this.#options
    const { settings } = balancer
    const wish = wishOf(request, settings)
    const connected = await connectToAny(balancer, wish)
    if (connected === null) return this.#refuse(503, 'no-backend')
    const { connection, use } = connected
    this.#record?.asks(connected.backend.name, connected.attempts)
    this.#readingOn.onGone = () => {
      connection.reset()
    }
    const watched = deadlines.watch(settings.responseTimeout, () => {
      connection.reset()
    })
    let answer: TunnelAnswer
    try {
      if (this.#readingOn.isGone) throw new NetError('ECONNRESET', 'the client has left')
      await connection.write(this.#head(connected))
      answer = await this.#readHead(connected, wish)
    } catch (error) {
      connection.reset()
      use.end(this.#readingOn.isGone ? 'abandoned' : 'failed')
      if (!(error instanceof NetError || error instanceof HttpError)) throw error
      if (this.#readingOn.isGone) return this.#ended('client-gone')
      return this.#refuse(502, 'bad-gateway')
    } finally {
      watched.end()
      this.#readingOn.onGone = () => undefined
    }
    try {
      await (answer.head.isSwitch ? this.#relay(connected, answer) : this.#passOn(connected, answer))
    } catch (error) {
      // Nothing can be said any more in the middle of an answer.
      connection.reset()
      client.reset()
      use.end(error instanceof HttpError ? 'failed' : 'answered')
      this.#ended(error instanceof HttpError ? 'backend-broke' : 'client-gone')
    }
  }

  async #readHead({ backend, connection }: Connected, wish: Wish): Promise<TunnelAnswer> {
    const { request, balancer } = this.#options
    const since = balancer.env.clock.monotonic()
    const reader = new ResponseReader({
      read: () => connection.read(),
      isHead: request.method === 'HEAD',
      takesSwitch: true,
      limits: { bodyMax: Number.MAX_SAFE_INTEGER },
    })
    const head = await reader.head(this.#interim())
    backend.answer(head.status, balancer.env.clock.monotonic() - since)
    this.#record?.hears(head.status)
    demandPlainCoding(head)
    const headers = passedResponse(head.headers, head.version, balancer.settings)
    const cookie = stickyCookie(backend, wish, balancer.settings)
    if (cookie !== null) headers.append('Set-Cookie', cookie)
    if (this.#id !== null) headers.set(requestIdName, this.#id)
    return { head, headers, reader }
  }

  #interim(): (head: ResponseHead) => void {
    const { client, balancer } = this.#options
    const passOn = interimFor(async (...interim) => client.write(interimBytes(...interim)), balancer.settings)
    return (head) => {
      // The request has been sent as a whole: nobody waits for 100.
      if (head.status !== 100) passOn(head)
    }
  }

  #head({ backend: { spec } }: Connected): Uint8Array {
    const { request, balancer } = this.#options
    const { settings } = balancer
    const { target, headers } = passedRequest(request, settings, `${spec.host}:${spec.port}`)
    headers.append('Connection', 'Upgrade').append('Upgrade', request.headers.get('upgrade') ?? '')
    // A body was read over by the server before it handed the connection over.
    headers.delete('content-length').delete('transfer-encoding').delete('expect')
    if (this.#id !== null) headers.set(requestIdName, this.#id)
    const head = requestHeadBytes(request.method, target, headers)
    if (!settings.sendProxy) return head
    return Buffer.concat([clientHeader({ host: request.remote, port: 0 }, settings.port), head])
  }

  async #relay(
    { backend, connection, use }: Connected,
    { head, headers, reader }: TunnelAnswer,
  ): Promise<void> {
    const { balancer, deadlines, client, request } = this.#options
    headers
      .append('Connection', 'Upgrade')
      .append('Upgrade', head.headers.get('upgrade') ?? request.headers.get('upgrade') ?? '')
    await client.write(responseHeadBytes(101, head.reason, headers))
    const ending = await relay(
      { connection: client, read: () => this.#readingOn.read(), first: this.#options.rest },
      { connection, read: () => connection.read(), first: reader.takeRest() },
      {
        deadlines,
        idleTimeout: balancer.settings.idleTimeout,
        onBytes: (direction, count) => {
          if (direction === 'sent') {
            backend.counts.sent += count
            this.#record?.sends(count)
          } else {
            backend.hear(count)
            this.#record?.receives(count)
          }
        },
      },
    )
    use.end(ending === 'backend-broke' ? 'failed' : 'answered')
    this.#ended('tunnel')
  }

  /** A back-end that does not agree answers as it would any request. */
  async #passOn({ connection, use }: Connected, { head, headers, reader }: TunnelAnswer): Promise<void> {
    const { balancer, client, deadlines } = this.#options
    headers.append('Connection', 'close')
    const isChunked = head.framing.kind === 'chunked'
    if (isChunked) headers.append('Transfer-Encoding', 'chunked')
    await client.write(responseHeadBytes(head.status, head.reason, headers))
    const { idleTimeout } = balancer.settings
    const watched = deadlines.watch(idleTimeout, () => {
      connection.reset()
    })
    try {
      for (;;) {
        const bytes = await this.#nextOf(reader)
        if (!(bytes instanceof Uint8Array)) break
        this.#record?.receives(bytes.length)
        await client.write(isChunked ? chunkBytes(bytes) : bytes)
        watched.within(idleTimeout)
      }
      if (isChunked) await client.write(lastChunkBytes())
    } finally {
      watched.end()
    }
    balancer.env.spawn(() => closeKindly(balancer.env, connection, () => connection.read()))
    use.end(head.status >= 500 ? 'failed' : 'answered')
    this.#ended(endingOf(head.status))
  }

  /** What comes from the back-end: whose fault it is when nothing does is told by the kind of the error. */
  async #nextOf(reader: ResponseReader): Promise<Uint8Array | Fields> {
    try {
      return await reader.next()
    } catch (error) {
      throw error instanceof NetError ? new HttpError('incomplete', error.message, 'the rest of it') : error
    }
  }

  async #refuse(status: number, ending: Ending): Promise<void> {
    this.#ended(ending, status)
    const headers = new Fields([
      ['Connection', 'close'],
      ['Content-Length', '0'],
    ])
    if (status === 503) headers.append('Retry-After', '1')
    if (this.#id !== null) headers.append(requestIdName, this.#id)
    await this.#options.client.write(responseHeadBytes(status, undefined, headers))
  }

  #ended(ending: Ending, status?: number): void {
    const { env, metrics } = this.#options.balancer
    metrics.ended(ending, env.clock.monotonic() - this.#since)
    this.#record?.end(ending, status)
  }
}
