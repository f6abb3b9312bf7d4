// Clients and servers of HTTP as the scenarios use them: every answer names the request that it answers, and whatever is not
// idempotent is published when it is carried out.

import { always, fold, on } from '../../invariants/index.ts'
import {
  Fields,
  HttpClient,
  HttpClientError,
  type HttpClientOptions,
  type HttpServerOptions,
  serveHttp,
} from '../../nodes/http/index.ts'
import {
  type Data,
  type Duration,
  type Env,
  type Invariant,
  ms,
  type PendingOperation,
  type Program,
  type RandomStream,
  seconds,
} from '../../sim/index.ts'

/** The functions of a client's operations: methods of HTTP. */
export const httpOperations: readonly string[] = ['GET', 'PUT', 'POST']

/** The probe of a server that carries out a POST; its value is the request's id. */
const executed = 'http.executed'

/** How a server answers. */
export interface HttpServerPlan {
  /** A planted bug: it answers with the id of the request before, as one that mixes up connections would. */
  readonly isMixedUp?: boolean
  /** It sends each request on, to be asked again at another place of its own. */
  readonly redirects?: boolean
  readonly limits?: Pick<HttpServerOptions, 'connectionsMax' | 'headerTimeout'>
}

/** A server that takes up to 20 ms for each request, and answers with its id and method. */
export function httpServer(plan: HttpServerPlan = {}): Program {
  const { isMixedUp = false, redirects = false, limits = {} } = plan
  return async (env) => {
    let before = ''
    await serveHttp(env, {
      ...limits,
      port: 80,
      handler: async ({ method, target, body }) => {
        const pieces: Uint8Array[] = []
        for await (const piece of body) pieces.push(piece)
        const [id = '', query] = target.slice(1).split('?')
        if (redirects && query === undefined) {
          await env.sleep(ms(env.random.int(0, 20)))
          return { status: 307, headers: new Fields([['Location', `${target}?again`]]) }
        }
        if (method === 'POST') env.probe(executed, id)
        await env.sleep(ms(env.random.int(0, 20)))
        const told = isMixedUp && before !== '' ? before : id
        before = id
        return { status: 200, headers: new Fields(), body: `${method} ${told}` }
      },
    })
  }
}

/** What a client does. */
export interface HttpClientPlan {
  readonly servers: readonly string[]
  /** Requests at a time (default 4), each with a connection of its own or an idle one of the pool. */
  readonly workers?: number
  /** The mean pause between the requests of a worker (default 50 ms). */
  readonly pause?: Duration
  /** A planted bug: POST is taken for idempotent and tried again. */
  readonly repeatsPosts?: boolean
  readonly client?: HttpClientOptions
}

/** Requests that give up before clients do: what is retried must have been tried. */
const impatient: HttpClientOptions = {
  timeout: seconds(4),
  connectTimeout: seconds(1),
  headerTimeout: seconds(1),
  bodyTimeout: seconds(1),
  retriesMax: 3,
}

/** A client that asks servers at random, and records what came of it. */
export function httpClient(plan: HttpClientPlan): Program {
  return (env) => {
    const { workers = 4, client = {} } = plan
    const asking = new Asking(env, new HttpClient(env, { ...impatient, ...client }), plan)
    for (let worker = 1; worker <= workers; worker++) env.spawn(() => asking.work(`${env.name}/${worker}`))
  }
}

class Asking {
  readonly #env: Env
  readonly #client: HttpClient
  readonly #plan: HttpClientPlan
  readonly #random: RandomStream
  #count = 0

  constructor(env: Env, client: HttpClient, plan: HttpClientPlan) {
    this.#env = env
    this.#client = client
    this.#plan = plan
    this.#random = env.randomFor('workload')
  }

  async work(worker: string): Promise<void> {
    const { pause = ms(50), servers } = this.#plan
    for (let lives = 1; ;) {
      await this.#env.sleep(this.#random.int(0, 2 * pause) as Duration)
      const method = httpOperations[this.#random.int(0, 2)] ?? 'GET'
      const server = servers[this.#random.int(0, servers.length - 1)] ?? ''
      if (!this.#env.admits(method)) continue
      const id = `${this.#env.name}-${this.#env.incarnation}-${++this.#count}`
      const operation = this.#env.invoke({ f: method, key: id, process: `${worker}.${lives}` })
      if (!(await this.#ask(`http://${server}/${id}`, method, operation))) lives++
    }
  }

  /** Asks; whether it is known what came of it. */
  async #ask(url: string, method: string, operation: PendingOperation): Promise<boolean> {
    const { repeatsPosts = false } = this.#plan
    try {
      const response = await this.#client.request({
        url,
        method,
        ...(method === 'GET' ? {} : { body: url }),
        ...(repeatsPosts ? { isIdempotent: true } : {}),
      })
      const text = await response.text()
      if (response.status === 200) operation.ok(text)
      else operation.fail(`status ${response.status}`)
      return true
    } catch (error) {
      if (!(error instanceof HttpClientError)) throw error
      if (error.kind === 'no-connection') operation.fail(error.kind)
      else operation.info(error.kind)
      return error.kind === 'no-connection'
    }
  }
}

/** Whatever connections and retries do: an answer is the answer to its request. */
export const answersBelong: Invariant = always(
  'every answer belongs to its request',
  on('operation', ({ phase, f, key, value }) =>
    phase === 'ok' ? value === `${f} ${textOf(key)}` : undefined,
  ),
  ({ f, key, value }) => `${f} ${textOf(key)} was answered with ${JSON.stringify(value)}`,
)

/** RFC 9110, section 9.2.2: a client must not repeat by itself what is not idempotent. */
export const postsAtMostOnce: Invariant = fold({
  name: 'no POST is carried out twice',
  kinds: ['probe'],
  unit: `probes ${executed}`,
  initial: () => ({ seen: new Set<string>() }),
  on: ({ seen }, { name, value, node }) => {
    if (name !== executed) return null
    const id = textOf(value)
    if (seen.has(id)) return `POST /${id} was carried out again, by ${node}`
    seen.add(id)
    return null
  },
  looked: ({ seen }) => seen.size,
})

function textOf(value: Data): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}
