// The shop on real sockets, files and time: the same balancer, servers and Redis, asked by fetch, and judged by the same
// invariants, while one of the servers is killed.

import { expect, test, vi } from 'vitest'

import servedShop, { servedStock } from './parts/served-shop.ts'
import {
  type AskShop,
  headerOf,
  type ShopAnswer,
  shopAuditor,
  shopper,
  type ShopRequest,
  soldOut,
} from './parts/shop-clients.ts'
import { shopInvariants } from './parts/shop-invariants.ts'
import { shopPort } from './parts/shop-server.ts'
import { checkEvents } from '../invariants/index.ts'
import { loadBalancer } from '../nodes/load-balancer/index.ts'
import { redis, redisPort } from '../nodes/redis/index.ts'
import {
  type Address,
  type DataRecord,
  type Env,
  type Event,
  ms,
  type Program,
  RealNode,
} from '../sim/index.ts'
import { freePort } from '../sim/real/testing/both.ts'

vi.setConfig({ testTimeout: 60_000 })

const { items, initial } = servedStock
const servers = ['server-1', 'server-2', 'server-3']
const balancerPort = 8080

/** Asks by Node's own client. What it brings arrives outside of the program: a turn of a timer gives it the time of day. */
function askByFetch(url: string): (env: Env) => AskShop {
  return (env) => async (request) => {
    const answer = await fetched(url, request)
    await env.sleep(ms(0))
    return answer
  }
}

async function fetched(url: string, request: ShopRequest): Promise<ShopAnswer | null> {
  const { method, path, body } = request
  try {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: headerOf(request).map(([name, value]): [string, string] => [name, value]),
      signal: AbortSignal.timeout(2000),
      ...(body === undefined ? {} : { body }),
    })
    return { status: response.status, text: await response.text() }
  } catch {
    return null
  }
}

test('a shop on real sockets sells what it has, once, while a server is killed', async () => {
  const events: Event[] = []
  const places = new Map<string, Address & { readonly port: number }>()
  for (const name of ['redis-1', ...servers, 'balancer-1'])
    places.set(name, { host: '127.0.0.1', port: await freePort() })
  const ports = new Map([...places.keys()].map((name) => [name, portOf(name)]))
  const peers = new Map<string, Address | string>(
    [...places].flatMap(([name, place]) => [
      [name, '127.0.0.1'],
      [`${name}:${ports.get(name)}`, place],
    ]),
  )
  const make = (name: string, program: Program, parameters: DataRecord = {}): RealNode => {
    const [place, port] = [places.get(name), ports.get(name)]
    const listen = new Map(place === undefined || port === undefined ? [] : [[port, place]])
    return new RealNode({
      name,
      program,
      parameters,
      peers,
      listen,
      onEvent: (event) => void events.push(event),
    })
  }
  const store = make('redis-1', redis, { appendonly: 'yes', appendfsync: 'always' })
  const [doomed, ...others] = servers.map((name) => make(name, servedShop))
  const balancer = make('balancer-1', loadBalancer, {
    port: balancerPort,
    adminPort: 0,
    backends: servers.map((name) => `${name}:${shopPort}`),
    check: 'http',
    checkPath: '/health',
    checkEveryMs: 200,
    slowStartMs: 0,
  })
  const ask = askByFetch(`http://127.0.0.1:${places.get('balancer-1')?.port}`)
  const clients = [
    ...['client-1', 'client-2'].map((name) => make(name, shopper({ ask, items, every: ms(20) }))),
    make('auditor', shopAuditor(ask)),
  ]
  const nodes = [...clients, balancer, ...others, store]
  for (const each of [store, ...servers.map((_, place) => [doomed, ...others][place]), balancer, ...clients])
    await each?.start()

  await until(() => count('order') > 10 && count('audit') > 0)
  doomed?.kill()
  await doomed?.ended
  const before = count('order')
  await until(() => count('order') > before + 10 && soldOutCount() > 0)
  const audits = count('audit')
  await until(() => count('audit') > audits + 1)
  for (const each of nodes) await each.stop()

  const merged = events
    .toSorted((a, b) => a.at - b.at)
    .map((event, place): Event => ({ ...event, seq: place + 1, cause: 0 }))
  const { violations, undecided, reports } = await checkEvents(shopInvariants(items, initial), merged)
  expect([violations, undecided]).toEqual([[], []])
  expect(Math.min(...reports.map(({ looked }) => looked))).toBeGreaterThan(0)
  expect(events.filter(({ kind }) => kind === 'exit')).toEqual([])

  function soldOutCount(): number {
    return events.filter((event) => event.kind === 'operation' && event.error === soldOut).length
  }

  function count(f: string): number {
    return events.filter((event) => event.kind === 'operation' && event.f === f && event.phase === 'ok')
      .length
  }
})

function portOf(name: string): number {
  return name.startsWith('redis') ? redisPort : name.startsWith('server') ? shopPort : balancerPort
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 20))
}
