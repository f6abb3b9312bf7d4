// Finds a back-end that takes a connection: as long as nothing was said to any, another one may be tried.

import type { Backend, BackendPool, Use, Wish } from '../backends/index.ts'
import type { BalancerMetrics } from '../admin/balancer-metrics.ts'
import type { BalancerSettings } from '../settings/index.ts'
import { type Connection, type Env, NetError } from '../../../sim/index.ts'
import type { RetryBudget } from '../../resilience/index.ts'

/** What a front works with. */
export interface Balancer {
  readonly env: Env
  readonly settings: BalancerSettings
  readonly pool: BackendPool
  readonly budget: RetryBudget
  readonly metrics: BalancerMetrics
}

/** A back-end, and a connection to it. */
export interface Connected {
  readonly backend: Backend
  readonly connection: Connection
  /** How many were tried, with this one. */
  readonly attempts: number
  /** To be ended with the connection. */
  readonly use: Use
}

/**
 * Connects to a back-end, or to another one, as often as the settings and the budget allow. Null where none takes it. Those that have
 * as many requests and connections as they may are passed over.
 */
export async function connectToAny(balancer: Balancer, wish: Wish): Promise<Connected | null> {
  const { env, settings, pool, budget } = balancer
  const tried: Backend[] = []
  budget.request(env.clock.monotonic())
  for (let retries = 0; ;) {
    const backend = pool.pick({ ...wish, without: tried })
    if (backend === null) return null
    tried.push(backend)
    if (backend.open >= settings.backendConnectionsMax) continue
    const connected = await connectTo(balancer, backend)
    if (connected !== null) return { ...connected, attempts: retries + 1 }
    if (retries++ >= settings.retriesMax || !mayRetry(balancer)) return null
  }
}

/** Whether the budget has a retry left; counted if so. */
export function mayRetry({ env, budget, metrics }: Balancer): boolean {
  const may = budget.withdraw(env.clock.monotonic())
  if (may) metrics.retries++
  else metrics.retriesRefused++
  return may
}

async function connectTo(
  { env, settings, pool }: Balancer,
  backend: Backend,
): Promise<Omit<Connected, 'attempts'> | null> {
  let connection: Connection | null = null
  const use = pool.begin(backend, () => connection?.reset())
  try {
    const { host, port } = backend.spec
    connection = await env.net.connect(host, port, { timeout: settings.connectTimeout })
    return { backend, connection, use }
  } catch (error) {
    use.end('failed')
    if (!(error instanceof NetError)) throw error
    return null
  }
}
