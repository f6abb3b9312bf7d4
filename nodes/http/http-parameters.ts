// Settings of a served HTTP node as `env.parameters`: what whoever runs it may say, with the names of `HttpServerOptions`.

import { type HttpLimits, httpLimits } from './codec-options.ts'
import type { HttpServerOptions } from './server-options.ts'
import type { DataRecord, Duration } from '../../sim/index.ts'
import { countParameter, waitParameter, wrongParameter } from '../transport/index.ts'

const sizes = Object.keys(httpLimits) as (keyof HttpLimits)[]
const counts = ['connectionsMax', 'requestsMax'] as const
const waits = [
  'idleTimeout',
  'headerTimeout',
  'bodyTimeout',
  'requestTimeout',
  'writeTimeout',
  'drainTimeout',
] as const
const logs = ['none', 'requests']

/** What `readHttpParameters` reads. Sizes are in bytes, waits in seconds. */
export const httpParameterNames: readonly string[] = [...sizes, ...counts, ...waits, 'log', 'logPerSecondMax']

/**
 * The settings of a server among the parameters of a node: limits in bytes, `connectionsMax`, `requestsMax`, time-outs in
 * seconds, `log` (`none`, which is the default, or `requests`) and `logPerSecondMax`. Throws an error that names node, parameter,
 * got and wanted.
 */
export function readHttpParameters(of: string, parameters: DataRecord): Partial<HttpServerOptions> {
  const limits: [string, number][] = []
  const others: [string, number | Duration][] = []
  for (const [name, value] of Object.entries(parameters)) {
    if ((sizes as readonly string[]).includes(name)) limits.push([name, countParameter(of, name, value)])
    else if ((counts as readonly string[]).includes(name))
      others.push([name, countParameter(of, name, value)])
    else if ((waits as readonly string[]).includes(name)) others.push([name, waitParameter(of, name, value)])
  }
  return {
    ...(limits.length === 0 ? {} : { limits: Object.fromEntries(limits) }),
    ...Object.fromEntries(others),
    ...requestLogOf(of, parameters),
  }
}

function requestLogOf(
  of: string,
  { log = 'none', logPerSecondMax = 1000 }: DataRecord,
): Pick<HttpServerOptions, 'requestLog'> {
  if (typeof log !== 'string' || !logs.includes(log)) throw wrongParameter(of, 'log', log, logs.join(' or '))
  const perSecondMax = countParameter(of, 'logPerSecondMax', logPerSecondMax)
  return log === 'none' ? {} : { requestLog: { perSecondMax } }
}
