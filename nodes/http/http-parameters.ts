// Settings of a served HTTP node as `env.parameters`: what whoever runs it may say, with the names of `HttpServerOptions`.

import { type HttpLimits, httpLimits } from './codec-options.ts'
import type { HttpServerOptions } from './server-options.ts'
import { type Data, type DataRecord, type Duration, seconds } from '../../sim/index.ts'

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

const countMax = 2 ** 31
const waitMax = 86_400

/**
 * The settings of a server among the parameters of a node: limits in bytes, `connectionsMax`, `requestsMax`, time-outs in
 * seconds, `log` (`none`, which is the default, or `requests`) and `logPerSecondMax`. Throws an error that names node, parameter,
 * got and wanted.
 */
export function readHttpParameters(of: string, parameters: DataRecord): Partial<HttpServerOptions> {
  const limits: [string, number][] = []
  const others: [string, number | Duration][] = []
  for (const [name, value] of Object.entries(parameters)) {
    const read = (wanted: string, isFine: (value: number) => boolean): number => {
      if (typeof value === 'number' && isFine(value)) return value
      throw wrong(of, name, value, wanted)
    }
    if ((sizes as readonly string[]).includes(name)) limits.push([name, read(countText, isCount)])
    else if ((counts as readonly string[]).includes(name)) others.push([name, read(countText, isCount)])
    else if ((waits as readonly string[]).includes(name))
      others.push([name, seconds(read(`seconds, more than 0 and at most ${waitMax}`, isWait))])
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
  if (typeof log !== 'string' || !logs.includes(log)) throw wrong(of, 'log', log, logs.join(' or '))
  if (typeof logPerSecondMax !== 'number' || !isCount(logPerSecondMax))
    throw wrong(of, 'logPerSecondMax', logPerSecondMax, countText)
  return log === 'none' ? {} : { requestLog: { perSecondMax: logPerSecondMax } }
}

const countText = `a whole number from 1 to ${countMax}`

function isCount(value: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= countMax
}

function isWait(value: number): boolean {
  return value > 0 && value <= waitMax
}

function wrong(of: string, name: string, got: Data | undefined, wanted: string): Error {
  const text = typeof got === 'string' ? got : JSON.stringify(got)
  return new Error(`${of}: parameter ${name}: got ${text.slice(0, 100)}, wanted ${wanted}`)
}
