// An API as one handler of HTTP: finds the route of a request, lets it through the middleware, and makes an answer of whatever
// comes of it.

import { finish, optionsResponse } from './finish.ts'
import { Idempotency, type IdempotencyStore, MemoryIdempotencyStore } from './idempotency.ts'
import { type RestLimits, restLimits } from './limits.ts'
import { openApiOf } from './openapi.ts'
import { Problem, problemResponse } from './problem.ts'
import { json } from './reply.ts'
import { type Exchange, type Middleware, type RestEnv, type Route, route } from './route.ts'
import { RouteRunner } from './route-runner.ts'
import type { HttpHandler, HttpRequest, HttpResponse } from '../../http/index.ts'
import { compressed, withoutCodedTags } from '../representation/content-coding.ts'
import { readRequestPath } from '../routing/request-path.ts'
import { type Found, Router } from '../routing/router.ts'
import { errorFields } from '../../transport/index.ts'

/** What an API is. */
export interface RestOptions {
  readonly title: string
  readonly version: string
  readonly routes: readonly Route[]
  /** The first one stands outermost. It also sees requests that lead nowhere. */
  readonly middleware?: readonly Middleware[]
  readonly limits?: Partial<RestLimits>
  /** Where answers under an Idempotency-Key are kept (default: 10,000 in memory, for a day). */
  readonly idempotencyStore?: IdempotencyStore
  /** Whether answers are held against the schemas of their routes; one that does not fit becomes a 500 (default false). */
  readonly checksResponses?: boolean
  /** Whether answers are compressed (default false, and to stay so in simulations: see `content-coding.ts`). */
  readonly compresses?: boolean
}

/** An API. */
export interface RestApp {
  readonly handler: HttpHandler
  /** What it describes itself as at `/openapi.json`: OpenAPI 3.1. */
  readonly document: unknown
}

/**
 * Makes a handler of routes. Throws a RouteError or SchemaError for routes that cannot be. The handler never throws: what a
 * route throws is logged and answered with 500.
 */
export function restApp(env: RestEnv, options: RestOptions): RestApp {
  const app = new App(env, options)
  return { handler: app.handle, document: app.document }
}

/** How much of a target is logged. */
const targetMax = 200

class App {
  readonly document: unknown
  readonly #env: RestEnv
  readonly #options: RestOptions
  readonly #limits: RestLimits
  readonly #router = new Router<RouteRunner>()
  readonly #methods: ReadonlySet<string>
  #running = 0

  constructor(env: RestEnv, options: RestOptions) {
    this.#env = env
    this.#options = options
    this.#limits = { ...restLimits, ...options.limits }
    this.document = openApiOf(options)
    const store = options.idempotencyStore ?? new MemoryIdempotencyStore(env.clock)
    const { checksResponses = false } = options
    const shared = { limits: this.#limits, idempotency: new Idempotency(store), checksResponses }
    const routes = [...options.routes, this.#documentRoute()]
    for (const each of routes) this.#router.add(each.method, each.path, new RouteRunner(each, shared))
    this.#methods = new Set(routes.map(({ method }) => method))
  }

  readonly handle = async (asked: HttpRequest): Promise<HttpResponse> => {
    const { compresses = false } = this.#options
    const request = compresses ? withoutCodedTags(asked) : asked
    if (this.#running >= this.#limits.requestsMax) return problemResponse(overloaded())
    this.#running++
    try {
      const response = finish(request, await this.#answer(request), this.#boundary)
      return compresses ? compressed(request, response) : response
    } catch (error) {
      return this.#failure(request, error)
    } finally {
      this.#running--
    }
  }

  async #answer(request: HttpRequest): Promise<HttpResponse> {
    const path = readRequestPath(request.method, request.target)
    if (path.kind === 'refused') throw new Problem(path.status, path.why)
    const found = path.kind === 'path' ? this.#router.find(path.segments) : null
    const runner = found?.methods.get(request.method === 'HEAD' ? 'GET' : request.method) ?? null
    const exchange = {
      env: this.#env,
      request,
      route: runner?.route ?? null,
      values: new Map<string, unknown>(),
    }
    const last = async (): Promise<HttpResponse> => {
      if (path.kind === 'everything') return this.#serverOptions(request)
      if (found === null) throw new Problem(404, 'nothing is there')
      if (runner === null) return withoutRoute(request, found)
      return runner.run(exchange, { parameters: found.parameters, query: path.query })
    }
    return this.#through(exchange, last)
  }

  /** A problem is an answer for the middleware as well: it may log it or add to its header. */
  #through(exchange: Exchange, last: () => Promise<HttpResponse>): Promise<HttpResponse> {
    const answered = async (): Promise<HttpResponse> => {
      try {
        return await last()
      } catch (error) {
        return this.#failure(exchange.request, error)
      }
    }
    const { middleware = [] } = this.#options
    let next = answered
    for (const each of middleware.toReversed()) {
      const inner = next
      next = () => each(exchange, inner)
    }
    return next()
  }

  #failure(request: HttpRequest, error: unknown): HttpResponse {
    if (error instanceof Problem) return problemResponse(error)
    const target = request.target.slice(0, targetMax)
    this.#env.log.error('a request failed', { method: request.method, target, ...errorFields(error) })
    return problemResponse(new Problem(500, 'the server failed'))
  }

  #serverOptions({ method }: HttpRequest): HttpResponse {
    if (method !== 'OPTIONS') throw new Problem(400, 'only OPTIONS is about everything')
    return optionsResponse(allowOf(this.#methods))
  }

  #documentRoute(): Route {
    return route({
      method: 'GET',
      path: '/openapi.json',
      summary: 'What this API is',
      responses: { 200: { description: 'An OpenAPI document', schema: { type: 'object' } } },
      handle: () => json(this.document),
    })
  }

  readonly #boundary = (): string =>
    [...this.#env.randomFor('boundary').bytes(15)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}

function withoutRoute(request: HttpRequest, { methods }: Found<RouteRunner>): HttpResponse {
  const allow = allowOf(new Set(methods.keys()))
  if (request.method === 'OPTIONS') return optionsResponse(allow)
  throw new Problem(405, `it knows ${allow}`, { headers: [['Allow', allow]] })
}

function allowOf(methods: ReadonlySet<string>): string {
  return [...methods, ...(methods.has('GET') ? ['HEAD'] : []), 'OPTIONS'].sort().join(', ')
}

function overloaded(): Problem {
  return new Problem(503, 'too many requests at once', { headers: [['Retry-After', '1']] })
}
