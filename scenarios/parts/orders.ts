// Clients that order from the inventory over HTTP, an auditor who reads what orders there are, and what must hold of them.

import { fold } from '../../invariants/index.ts'
import { Fields, HttpClient, HttpClientError, type HttpClientResponse } from '../../nodes/http/index.ts'
import {
  after,
  type Data,
  type DataRecord,
  type Env,
  type EventOf,
  type Invariant,
  ms,
  type Program,
  seconds,
} from '../../sim/index.ts'

const clientOptions = { connectTimeout: ms(300), headerTimeout: ms(600), timeout: ms(800), retriesMax: 0 }
/** How long a client tries to have one order taken. */
const patience = seconds(6)

/**
 * Orders again and again, each under its own key, which is also its reference. Whatever goes wrong it sends the order again,
 * under the same key, until it hears of it or loses patience.
 */
export function orderClient(url: string): Program {
  return async (env) => {
    const http = new HttpClient(env, clientOptions)
    const random = env.randomFor('workload')
    for (let number = 1; ; number++) {
      await env.sleep(ms(random.int(30, 150)))
      const order = {
        item: random.int(1, 3),
        quantity: random.int(1, 5),
        reference: `${env.name}.${env.incarnation}.${number}`,
      }
      if (env.admits('order')) await place(env, http, url, order)
    }
  }
}

async function place(
  env: Env,
  http: HttpClient,
  url: string,
  order: DataRecord & { readonly reference: string },
): Promise<void> {
  const operation = env.invoke({ f: 'order', value: order.reference, process: order.reference })
  const headers = new Fields([
    ['Content-Type', 'application/json'],
    ['Idempotency-Key', `"${order.reference}"`],
  ])
  const request = { url: `${url}/orders`, method: 'POST', headers, body: JSON.stringify(order) }
  const due = after(env.clock.monotonic(), patience)
  while (env.clock.monotonic() < due) {
    const answer = await asked(http, request)
    if (answer?.status === 201) return operation.ok(order.reference)
    // In progress (409), or the disk refuses (503), or nobody knows: it is sent again.
    if (answer !== null && ![409, 503].includes(answer.status))
      return operation.fail(`status ${answer.status}`)
    await env.sleep(ms(100))
  }
  operation.info('no patience left')
}

interface Answer {
  readonly status: number
  readonly text: string
}

async function asked(
  http: HttpClient,
  request: Parameters<HttpClient['request']>[0],
): Promise<Answer | null> {
  try {
    const response: HttpClientResponse = await http.request(request)
    return { status: response.status, text: await response.text() }
  } catch (error) {
    if (error instanceof HttpClientError) return null
    throw error
  }
}

/** Reads all orders now and then, page by page, and publishes them as `listing`; `listing-begins` says since when. */
export function orderAuditor(url: string): Program {
  return async (env) => {
    const http = new HttpClient(env, clientOptions)
    for (;;) {
      await env.sleep(seconds(1))
      env.probe('listing-begins', null)
      const references = await list(http, url)
      if (references !== null) env.probe('listing', references)
    }
  }
}

async function list(http: HttpClient, url: string): Promise<readonly Data[] | null> {
  const references: Data[] = []
  for (let cursor: string | null = ''; cursor !== null;) {
    const query: string = cursor === '' ? '' : `&cursor=${cursor}`
    const answer = await asked(http, { url: `${url}/orders?limit=200${query}` })
    if (answer?.status !== 200) return null
    const page = JSON.parse(answer.text) as {
      readonly items: readonly { readonly reference: string }[]
      readonly next: string | null
    }
    for (const { reference } of page.items) references.push(reference)
    cursor = page.next
  }
  return references
}

/** No order is taken twice, however often it was sent. */
export const noOrderTwice: Invariant = fold({
  name: 'no order is taken twice',
  kinds: ['probe'],
  unit: 'listings',
  initial: () => ({ listings: 0 }),
  on: (state, { name, value, seq }) => {
    if (name !== 'listing' || !Array.isArray(value)) return null
    state.listings++
    const seen = new Set<unknown>()
    for (const reference of value) {
      if (seen.has(reference))
        return {
          kind: 'violated',
          message: `an order was taken twice\n${JSON.stringify(reference)}`,
          witnesses: [seq],
        }
      seen.add(reference)
    }
    return null
  },
  looked: ({ listings }) => listings,
})

interface Acknowledged {
  readonly references: { readonly reference: Data; readonly seq: number }[]
  /** How many there were when the listing began. */
  before: number
  looked: number
}

/** What a client was told was ordered stands in every list that is asked for after that. */
export const noOrderLost: Invariant = fold({
  name: 'no acknowledged order is lost',
  kinds: ['operation', 'probe'],
  unit: 'acknowledged orders listed',
  initial: (): Acknowledged => ({ references: [], before: 0, looked: 0 }),
  on: (state, event) => (event.kind === 'operation' ? acknowledge(state, event) : compare(state, event)),
  looked: ({ looked }) => looked,
})

function acknowledge({ references }: Acknowledged, { phase, f, value, seq }: EventOf<'operation'>): null {
  if (f === 'order' && phase === 'ok') references.push({ reference: value, seq })
  return null
}

function compare(
  state: Acknowledged,
  { name, value, seq }: EventOf<'probe'>,
): ReturnType<Parameters<typeof fold>[0]['on']> {
  if (name === 'listing-begins') state.before = state.references.length
  if (name !== 'listing' || !Array.isArray(value)) return null
  const listed = new Set<unknown>(value)
  state.looked += state.before
  const lost = state.references.slice(0, state.before).find(({ reference }) => !listed.has(reference))
  if (lost === undefined) return null
  return {
    kind: 'violated',
    message: `an acknowledged order is lost\n${JSON.stringify(lost.reference)}`,
    witnesses: [seq, lost.seq],
  }
}
