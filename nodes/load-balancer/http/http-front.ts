// HTTP mode: each request is passed on to a back-end, and to another one where that can do no harm.

import { recordOf, type RequestRecord } from './access-log.ts'
import { stickyCookie, wishOf } from './affinity.ts'
import { interimFor } from './interim.ts'
import { isPassable, passedRequest, passedResponse, passedTrailers } from './passed-headers.ts'
import { Presence } from './presence.ts'
import { RequestBody } from './request-body.ts'
import { requestIdName, requestIdOf } from './request-id.ts'
import { tunnelFor } from './tunnel.ts'
import { type Attempt, attempt, type AttemptSetting } from './upstream-attempt.ts'
import type { UpstreamError } from './upstream-error.ts'
import type { UpstreamOrder } from './upstream-exchange.ts'
import { type Ending, endingOf } from '../admin/balancer-metrics.ts'
import type { Backend, Wish } from '../backends/index.ts'
import { clientHeader } from '../proxy-protocol/index.ts'
import { type Balancer, mayRetry } from '../relay/connecting.ts'
import { Deadlines } from '../relay/deadlines.ts'
import type { Env } from '../../../sim/index.ts'
import {
  type Body,
  Fields,
  type HttpRequest,
  type HttpResponse,
  requestHeadText,
  type ResponseHead,
  serveHttp,
  statusText,
} from '../../http/index.ts'
import { ConnectionPool, type SocketServer } from '../../transport/index.ts'

/** Listens for clients; `frontEnv` is where it does. Rejects as `Net.listen` does. */
export function serveProxy(frontEnv: Env, balancer: Balancer): Promise<SocketServer> {
  const { port, connectionsMax, stopTimeout, bodyMax, idleTimeout, headerTimeout, upgrades, abortOnClose } =
    balancer.settings
  const deadlines = new Deadlines(balancer.env)
  const front = new HttpFront(balancer, deadlines)
  return serveHttp(frontEnv, {
    port,
    connectionsMax,
    drainTimeout: stopTimeout,
    limits: { bodyMax },
    idleTimeout,
    writeTimeout: idleTimeout,
    headerTimeout,
    abortOnClose,
    handler: (request) => front.answer(request),
    ...(upgrades.length === 0 ? {} : { upgrade: (request) => tunnelFor(request, balancer, deadlines) }),
  })
}

/** One request on its way. */
interface Passing {
  readonly request: HttpRequest
  /** What it is called; null where requests have no names. */
  readonly id: string | null
  readonly wish: Wish
  readonly body: RequestBody | null
  readonly client: Presence
  readonly since: number
  /** What notes it, where requests are published. */
  readonly record: RequestRecord | null
  /** What passes interim responses on, of all attempts in turn. */
  passOn: ((head: ResponseHead) => void) | null
}

const idempotent: ReadonlySet<string> = new Set(['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS', 'TRACE'])
/** Idle connections to one back-end, and those who wait for one. */
const [idleMax, waitingMax] = [256, 1000]

class HttpFront {
  readonly #balancer: Balancer
  readonly #setting: AttemptSetting

  constructor(balancer: Balancer, deadlines: Deadlines) {
    const { env, settings, pool } = balancer
    this.#balancer = balancer
    const { connectTimeout, responseTimeout, idleTimeout } = settings
    const connections = new ConnectionPool(env, {
      perAddressMax: settings.backendConnectionsMax,
      // A connection that begins with who the client is belongs to that client.
      idleMax: settings.sendProxy ? 0 : idleMax,
      waitingMax,
    })
    const exchange = { env, deadlines, connectTimeout, responseTimeout, idleTimeout }
    this.#setting = { pool, connections, connectTimeout, exchange }
  }

  answer(request: HttpRequest): Promise<HttpResponse> {
    const id = requestIdOf(request, this.#balancer)
    return id === null ? this.#answer(request, null) : this.#answerNamed(request, id)
  }

  async #answerNamed(request: HttpRequest, id: string): Promise<HttpResponse> {
    const response = await this.#answer(request, id)
    response.headers.set(requestIdName, id)
    return response
  }

  async #answer(request: HttpRequest, id: string | null): Promise<HttpResponse> {
    const { env, settings, budget, pool } = this.#balancer
    const since = env.clock.monotonic()
    const record = recordOf(this.#balancer, { request, id, since })
    if (!isPassable(request.target)) return this.#refused(since, record)
    const body = bodyOf(request, settings.retryBufferMax)
    const client = new Presence(request)
    const wish = wishOf(request, settings)
    const passing = { request, id, wish, body, client, since, record, passOn: null }
    const tried: Backend[] = []
    budget.request(since)
    let last: { readonly backend: Backend; readonly error: UpstreamError } | null = null
    for (;;) {
      const backend = pool.pick(tried.length === 0 ? passing.wish : { ...passing.wish, without: tried })
      if (backend === null) return this.#failed(passing, last)
      const attempted = await this.#attempt(passing, backend)
      // What the client did wrong is answered by the server.
      if (body !== null && body.error !== null) throw this.#wrong(passing, body.error)
      if (client.goneBy !== null) throw this.#gone(passing, client.goneBy, attempted)
      const isTried = tried.push(backend) > settings.retriesMax
      if (attempted.kind === 'failure') {
        last = { backend, error: attempted.error }
        if (isTried || !this.#maySendAgain(passing, attempted.isUnsent)) return this.#failed(passing, last)
      } else {
        const isWanted = !settings.retryStatuses.includes(attempted.head.status)
        if (isWanted || isTried || !this.#maySendAgain(passing, false))
          return finishing(this.#responseOf(passing, backend, attempted), body)
        attempted.giveUp()
      }
    }
  }

  #maySendAgain({ request, body }: Passing, isUnsent: boolean): boolean {
    if (!isUnsent && !idempotent.has(request.method)) return false
    if (body !== null && !body.isRepeatable) return false
    return mayRetry(this.#balancer)
  }

  #attempt(passing: Passing, backend: Backend): Promise<Attempt> {
    const { request, client, record } = passing
    return attempt(this.#setting, {
      backend,
      request: this.#orderOf(passing, backend),
      isIdempotent: idempotent.has(request.method),
      client,
      record,
      onInterim: (head) => {
        passing.passOn ??= interimFor(request.inform, this.#balancer.settings)
        passing.passOn(head)
      },
      onEnd: (status, error) => {
        this.#ended(passing, error, status)
      },
    })
  }

  #ended(passing: Passing, error: UpstreamError | null, status: number): void {
    const broken: Ending = error?.kind === 'unwanted' ? 'client-gone' : 'backend-broke'
    this.#count(passing, error === null ? endingOf(status) : broken)
  }

  #count({ since, record }: Passing, ending: Ending, status?: number): void {
    const { env, metrics } = this.#balancer
    metrics.ended(ending, env.clock.monotonic() - since)
    record?.end(ending, status)
  }

  /** What the client is told of its own request is the server's affair. */
  #wrong({ record }: Passing, error: Error): Error {
    record?.end('client-broke')
    return error
  }

  /** Nobody is left to be answered. Of what had begun to answer it is told elsewhere that it ended. */
  #gone(passing: Passing, reason: Error, { kind }: Attempt): Error {
    if (kind === 'failure') this.#count(passing, 'client-gone')
    return reason
  }

  #orderOf({ request, id, body }: Passing, { spec }: Backend): UpstreamOrder {
    const { settings } = this.#balancer
    const { target, headers } = passedRequest(request, settings, `${spec.host}:${spec.port}`)
    if (id !== null) headers.set(requestIdName, id)
    return {
      head: requestHeadText(request.method, target, headers),
      body,
      isChunked: headers.has('transfer-encoding'),
      trailers: () => passedTrailers(request.trailers),
      isHead: request.method === 'HEAD',
      expectsContinue: body !== null && headers.has('expect'),
      // A proxy header names who is there; where it cannot be known it is a name.
      proxyHeader: settings.sendProxy ? clientHeader({ host: request.remote, port: 0 }, settings.port) : null,
    }
  }

  #responseOf(
    { request, wish, client }: Passing,
    backend: Backend,
    { head, exchange }: Attempt & { readonly kind: 'response' },
  ): HttpResponse {
    const { settings } = this.#balancer
    const headers = passedResponse(head.headers, head.version, settings)
    const cookie = stickyCookie(backend, wish, settings)
    if (cookie !== null) headers.append('Set-Cookie', cookie)
    const { status, reason } = head
    const whole = exchange.takeWhole(head)
    if (whole !== null) {
      // An answer to HEAD tells a length only where the back-end did.
      const isUntold = request.method === 'HEAD' && !headers.has('content-length')
      const body = isUntold ? noBody : whole.length === 0 && head.framing.kind === 'none' ? '' : whole
      return { status, reason, headers, body }
    }
    const iterator = exchange.stream(head)
    const body = {
      [Symbol.asyncIterator]: () => ({
        next: async () => {
          try {
            return await iterator.next()
          } catch (error) {
            throw client.goneBy ?? error
          }
        },
        return: () => iterator.return?.() ?? Promise.resolve({ value: undefined, done: true as const }),
      }),
    }
    return { status, reason, headers, body, trailers: () => passedTrailers(exchange.trailers) }
  }

  /** What a client is told whose target names no host. */
  #refused(since: number, record: RequestRecord | null): HttpResponse {
    const { env, metrics } = this.#balancer
    metrics.ended('4xx', env.clock.monotonic() - since)
    record?.end('4xx', 400)
    const headers = new Fields([
      ['Content-Type', 'text/plain; charset=utf-8'],
      ['Connection', 'close'],
    ])
    return { status: 400, headers, body: '400 Bad Request: a target without a proper host\n' }
  }

  /** What a client is told when no back-end answered. Publishes `lb.lost` where one may have had the request. */
  #failed(
    passing: Passing,
    last: { readonly backend: Backend; readonly error: UpstreamError } | null,
  ): HttpResponse {
    const { request, body } = passing
    const kind = last?.error.kind ?? 'overloaded'
    const [status, ending]: readonly [number, Ending] =
      kind === 'timeout'
        ? [504, 'timeout']
        : kind === 'overloaded'
          ? [503, 'no-backend']
          : [502, 'bad-gateway']
    this.#count(passing, ending, status)
    if (last !== null)
      this.#balancer.env.probe('lb.lost', {
        backend: last.backend.name,
        why: kind,
        target: request.target.slice(0, 200),
      })
    const headers = new Fields([['Content-Type', 'text/plain; charset=utf-8']])
    if (status === 503) headers.append('Retry-After', '1')
    return finishing({ status, headers, body: `${status} ${statusText(status)}\n` }, body)
  }
}

const noBody: AsyncIterable<Uint8Array> = {
  [Symbol.asyncIterator]: () => ({ next: () => Promise.resolve({ value: undefined, done: true }) }),
}

function bodyOf({ headers, body }: HttpRequest, keptMax: number): RequestBody | null {
  const hasBody = headers.has('transfer-encoding') || Number(headers.get('content-length') ?? 0) > 0
  return hasBody ? new RequestBody(body, keptMax) : null
}

/**
 * A response that does not end before the request has: nobody else may read from the client while a piece of its body is
 * waited for.
 */
function finishing(response: HttpResponse, body: RequestBody | null): HttpResponse {
  if (body === null || !body.isUnfinished) return response
  const { headers, body: own = '' } = response
  if (typeof own === 'string' || own instanceof Uint8Array)
    headers.set('Content-Length', String(Buffer.byteLength(own)))
  const inner = piecesOf(own)
  const ended = async (): Promise<{ readonly value: undefined; readonly done: true }> => {
    await body.drain()
    return { value: undefined, done: true }
  }
  const iterator: AsyncIterator<Uint8Array> = {
    next: async () => {
      const next = await inner.next()
      return next.done === true ? ended() : next
    },
    return: async () => {
      await inner.return?.()
      return ended()
    },
  }
  return { ...response, body: { [Symbol.asyncIterator]: () => iterator } }
}

function piecesOf(body: Body): AsyncIterator<Uint8Array> {
  if (typeof body === 'object' && !(body instanceof Uint8Array)) return body[Symbol.asyncIterator]()
  let rest: Uint8Array | null = typeof body === 'string' ? Buffer.from(body) : body
  return {
    next: () => {
      const value = rest
      rest = null
      return Promise.resolve(
        value === null || value.length === 0 ? { value: undefined, done: true } : { value, done: false },
      )
    },
  }
}
