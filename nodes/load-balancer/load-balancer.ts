// The program: clients on one side, back-ends on the other, and a port for who operates it.

import { BalancerMetrics } from './admin/balancer-metrics.ts'
import { followBackendsFile } from './admin/backends-file.ts'
import { serveAdmin } from './admin/admin.ts'
import { BackendPool } from './backends/index.ts'
import { checkBackends } from './health/active-checks.ts'
import { serveProxy } from './http/http-front.ts'
import { acceptingProxy } from './proxy-protocol/index.ts'
import type { Balancer } from './relay/connecting.ts'
import { serveTcp } from './relay/tcp-front.ts'
import { type BalancerSettings, BalancerSettingsError, readSettings } from './settings/index.ts'
import type { Env, Program } from '../../sim/index.ts'
import { RetryBudget } from '../resilience/index.ts'

/** The exit code for settings that are none: those that are wrong are logged, each with place, got and wanted. */
const badSettings = 2

/** Balances load among the back-ends of its parameters until it is stopped. `readSettings` says what there is to set. */
export const loadBalancer: Program = async (env) => {
  const settings = settingsOf(env)
  const balancer: Balancer = {
    env,
    settings,
    pool: new BackendPool(env, settings),
    budget: new RetryBudget({ ratio: settings.retryRatio, perSecondMin: settings.retriesPerSecondMin }),
    metrics: new BalancerMetrics(),
  }
  balancer.pool.replace(settings.backends)
  await followBackendsFile(balancer)
  checkBackends(balancer)
  if (settings.adminPort > 0) await serveAdmin(balancer)
  const serve = settings.mode === 'tcp' ? serveTcp : serveProxy
  balancer.metrics.front = await serve(frontEnvOf(env, settings), balancer)
}

function settingsOf(env: Env): BalancerSettings {
  try {
    return readSettings(env.parameters)
  } catch (error) {
    if (!(error instanceof BalancerSettingsError)) throw error
    for (const problem of error.problems) env.log.error(`parameter ${problem}`)
    return env.exit(badSettings)
  }
}

function frontEnvOf(env: Env, { acceptProxyFrom, connectTimeout }: BalancerSettings): Env {
  if (acceptProxyFrom.length === 0) return env
  return acceptingProxy(env, { trusted: new Set(acceptProxyFrom), timeout: connectTimeout })
}
