// Asks each back-end now and then whether it is there: each at times of its own, so that they are not all asked at once.

import type { Backend } from '../backends/index.ts'
import { speakingForItself } from '../proxy-protocol/index.ts'
import type { Balancer } from '../relay/connecting.ts'
import { type Duration, type Env, type Instant, NetError, type RandomStream } from '../../../sim/index.ts'
import { Fields, HttpClient, HttpClientError } from '../../http/index.ts'
import { closeKindly } from '../../transport/index.ts'

/** How much more or less than its period a wait may be. */
const jitterShare = 0.2

/** Begins with checks, which go on for as long as the program does. */
export function checkBackends(balancer: Balancer): void {
  const { settings, env } = balancer
  if (settings.check === 'none') return
  const checks = new ActiveChecks(balancer)
  // Often enough for the back-end that is due next.
  const period = Math.max(1, Math.floor(settings.checkEvery / 10)) as Duration
  env.timers.every(period, () => {
    checks.look()
  })
}

class ActiveChecks {
  readonly #balancer: Balancer
  /** What it asks with: back-ends that want a PROXY header want one of it as well. */
  readonly #env: Env
  readonly #random: RandomStream
  readonly #client: HttpClient
  readonly #due = new Map<Backend, Instant | 'checking'>()

  constructor(balancer: Balancer) {
    const { env, settings } = balancer
    const timeout = settings.checkTimeout
    this.#balancer = balancer
    this.#env = settings.sendProxy ? speakingForItself(env) : env
    this.#random = env.randomFor('health-checks')
    this.#client = new HttpClient(this.#env, {
      connectTimeout: timeout,
      headerTimeout: timeout,
      timeout,
      retriesMax: 0,
      redirectsMax: 0,
      // Each check with a connection of its own: whether the back-end takes any is part of the question.
      pool: { idleMax: 0, perAddressMax: 2 },
    })
  }

  look(): void {
    const { env, pool } = this.#balancer
    const now = env.clock.monotonic()
    for (const backend of this.#due.keys()) if (!pool.listed.includes(backend)) this.#due.delete(backend)
    for (const backend of pool.listed) {
      const due = this.#due.get(backend)
      if (due === undefined) this.#due.set(backend, this.#next(now))
      else if (due !== 'checking' && now >= due) env.spawn(() => this.#check(backend))
    }
  }

  async #check(backend: Backend): Promise<void> {
    const { env, settings, pool } = this.#balancer
    this.#due.set(backend, 'checking')
    const isGood = settings.check === 'http' ? await this.#asks(backend) : await this.#connects(backend)
    // It may have been taken off the list meanwhile.
    if (!this.#due.has(backend)) return
    this.#due.set(backend, this.#next(env.clock.monotonic()))
    pool.checked(backend, isGood)
  }

  #next(now: Instant): Instant {
    const { checkEvery } = this.#balancer.settings
    const jitter = checkEvery * jitterShare * (2 * this.#random.float() - 1)
    return Math.floor(now + checkEvery + jitter) as Instant
  }

  async #connects({ spec: { host, port } }: Backend): Promise<boolean> {
    const { settings } = this.#balancer
    const at = settings.checkPort === 0 ? port : settings.checkPort
    try {
      const connection = await this.#env.net.connect(host, at, { timeout: settings.checkTimeout })
      // A reset would overtake what was said.
      if (settings.sendProxy)
        this.#env.spawn(() => closeKindly(this.#env, connection, () => connection.read()))
      else connection.reset()
      return true
    } catch (error) {
      if (!(error instanceof NetError)) throw error
      return false
    }
  }

  async #asks({ spec: { host, port } }: Backend): Promise<boolean> {
    const { checkPath, checkMethod, checkHost, checkPort, checkStatus } = this.#balancer.settings
    const at = host.includes(':') ? `[${host}]` : host
    try {
      const response = await this.#client.request({
        url: `http://${at}:${checkPort === 0 ? port : checkPort}${checkPath}`,
        method: checkMethod,
        ...(checkHost === '' ? {} : { headers: new Fields([['Host', checkHost]]) }),
      })
      response.cancel()
      return checkStatus.includes(response.status)
    } catch (error) {
      if (!(error instanceof HttpClientError)) throw error
      return false
    }
  }
}
