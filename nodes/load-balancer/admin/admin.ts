// The admin port: what a balancer does, and other back-ends for it. For operators: whoever reaches it may change everything, which
// by default is nobody but who is on the same machine, and no page that a browser shows there.

import { AdminNames } from './admin-names.ts'
import { backendsData, metricsOf } from './metrics-of.ts'
import { prometheusText } from './prometheus.ts'
import type { Balancer } from '../relay/connecting.ts'
import { BalancerSettingsError, readBackendList } from '../settings/index.ts'
import type { Data } from '../../../sim/index.ts'
import {
  Fields,
  type HttpRequest,
  type HttpResponse,
  parseTarget,
  serveHttp,
  statusText,
} from '../../http/index.ts'
import type { SocketServer } from '../../transport/index.ts'

const bodyMax = 1024 * 1024
const help = `A load balancer of Faultline.
  GET /backends   the back-ends, as JSON
  PUT /backends   another list of them, not an empty one: ["host:port", {"host", "port", "name", "weight", "backup"}]
  GET /metrics    what it counts, for Prometheus
`

/** Serves it. Rejects as `Net.listen` does. */
export function serveAdmin(balancer: Balancer): Promise<SocketServer> {
  const names = new AdminNames(balancer.env.name, balancer.settings)
  return serveHttp(balancer.env, {
    port: balancer.settings.adminPort,
    host: balancer.settings.adminHost,
    connectionsMax: 100,
    limits: { bodyMax },
    handler: (request) => {
      const problem = names.problemOf(request)
      return problem === null ? answer(balancer, request) : json(421, { problems: [problem] })
    },
  })
}

async function answer(balancer: Balancer, request: HttpRequest): Promise<HttpResponse> {
  const { method, target } = request
  const path = parseTarget(method, target)?.path ?? ''
  const isRead = method === 'GET' || method === 'HEAD'
  if (path === '/' && isRead) return reply(200, 'text/plain; charset=utf-8', help)
  if (path === '/metrics' && isRead)
    return reply(200, 'text/plain; version=0.0.4; charset=utf-8', prometheusText(metricsOf(balancer)))
  if (path === '/backends' && isRead) return json(200, backendsData(balancer))
  if (path === '/backends' && method === 'PUT') return replace(balancer, await textOf(request))
  const isKnown = ['/', '/metrics', '/backends'].includes(path)
  const response = json(isKnown ? 405 : 404, { problems: [statusText(isKnown ? 405 : 404)] })
  if (isKnown) response.headers.append('Allow', path === '/backends' ? 'GET, HEAD, PUT' : 'GET, HEAD')
  return response
}

function replace(balancer: Balancer, text: string): HttpResponse {
  try {
    putInForce(balancer, text)
    return json(200, backendsData(balancer))
  } catch (error) {
    if (!(error instanceof BalancerSettingsError)) throw error
    return json(400, { problems: error.problems })
  }
}

/**
 * Puts a list of back-ends in force that is given as JSON. Throws a BalancerSettingsError, and changes nothing, when it is none, or
 * is empty: a balancer may start without back-ends and be told of them later, but whoever empties the list of one that serves has
 * more likely made a mistake than meant that everybody gets 503.
 */
export function putInForce({ pool, metrics }: Pick<Balancer, 'pool' | 'metrics'>, text: string): void {
  try {
    const list = readBackendList(parsed(text))
    if (list.length === 0)
      throw new BalancerSettingsError(['backends: got an empty list, wanted at least one back-end'])
    pool.replace(list)
    metrics.reloads++
  } catch (error) {
    metrics.reloadsFailed++
    throw error
  }
}

/** What Node says of a text that is no JSON differs between its versions, and stays inside. */
function parsed(text: string): Data {
  try {
    return JSON.parse(text) as Data
  } catch {
    throw new BalancerSettingsError(['backends: got a text that is no JSON, wanted a list of back-ends'])
  }
}

async function textOf({ body }: HttpRequest): Promise<string> {
  const decoder = new TextDecoder()
  let text = ''
  for await (const bytes of body) text += decoder.decode(bytes, { stream: true })
  return text + decoder.decode()
}

function json(status: number, data: Data): HttpResponse {
  return reply(status, 'application/json', `${JSON.stringify(data, null, 2)}\n`)
}

function reply(status: number, type: string, body: string): HttpResponse {
  return { status, headers: new Fields([['Content-Type', type]]), body }
}
