// The routes of the demonstration: items with their stock, orders of them, and a stream that tells of both.

import type { EventFeed } from '../events/event-feed.ts'
import { pageOf } from '../app/page.ts'
import { Problem } from '../app/problem.ts'
import { content, json } from '../app/reply.ts'
import { missing, type RestContext, type Route, route } from '../app/route.ts'
import type { EntityTag } from '../representation/entity-tag.ts'
import type { Schema } from '../schema/schema.ts'
import type { Answer, Inventory, Item, Order } from '../store/inventory.ts'
import type { HttpResponse } from '../../http/index.ts'
import { DiskError } from '../../../sim/index.ts'

/** What the routes work on. */
export interface InventoryApi {
  readonly inventory: Inventory
  readonly feed: EventFeed
  /** False plants a bug: keys are ignored, and a request that is sent again is carried out again. */
  readonly isIdempotent: boolean
  /** False plants a bug: an answer under a key is not kept together with what was done. */
  readonly keepsAnswers: boolean
  /** Told of each order once it is certain. */
  readonly ordered: (order: Order) => void
}

const whole = { type: 'integer', minimum: 1, maximum: 1_000_000_000 } as const satisfies Schema
const itemWish = {
  type: 'object',
  properties: {
    name: { type: 'string', minLength: 1, maxLength: 200 },
    stock: { type: 'integer', minimum: 0, maximum: 1_000_000_000 },
  },
  required: ['name', 'stock'],
  additionalProperties: false,
} as const satisfies Schema
const orderWish = {
  type: 'object',
  properties: { item: whole, quantity: whole, reference: { type: 'string', maxLength: 200, default: '' } },
  required: ['item', 'quantity'],
  additionalProperties: false,
} as const satisfies Schema
const paging = {
  type: 'object',
  properties: {
    limit: { type: 'integer', minimum: 1, maximum: 1_000, default: 100 },
    cursor: { type: 'string', maxLength: 64 },
  },
} as const satisfies Schema
const item = {
  type: 'object',
  properties: { id: whole, name: { type: 'string' }, stock: { type: 'integer' }, version: whole },
  required: ['id', 'name', 'stock', 'version'],
} as const satisfies Schema
const order = {
  type: 'object',
  properties: { id: whole, item: whole, quantity: whole, reference: { type: 'string' } },
  required: ['id', 'item', 'quantity', 'reference'],
} as const satisfies Schema

/** The routes. */
export function inventoryRoutes(api: InventoryApi): readonly Route[] {
  return [...itemRoutes(api), ...orderRoutes(api), eventRoute(api)]
}

function itemRoutes(api: InventoryApi): readonly Route[] {
  const { inventory } = api
  return [
    route({
      method: 'GET',
      path: '/items',
      summary: 'All items, in pages',
      query: paging,
      produces: ['application/json', 'text/csv'],
      responses: { 200: { description: 'A page', schema: pageOfSchema(item) } },
      handle: async ({ query, mediaType }) => {
        await certain(api)
        const page = pageOf(inventory.items, ({ id }) => id, query)
        return mediaType === 'text/csv' ? content(csv(page.items), 'text/csv') : json(page)
      },
    }),
    route({
      method: 'POST',
      path: '/items',
      summary: 'A new item',
      body: itemWish,
      responses: { 201: { description: 'The item', schema: item } },
      handle: ({ body: { name, stock } }) => changed(api, inventory.addItem(name, stock), 201),
    }),
    route({
      method: 'GET',
      path: '/items/{id}',
      summary: 'One item',
      parameters: { id: whole },
      responses: { 200: { description: 'The item', schema: item } },
      handle: async ({ parameters: { id } }) => {
        await certain(api)
        const found = itemOf(api, id)
        return json(found, { etag: tagOf(found) })
      },
    }),
    route({
      method: 'PUT',
      path: '/items/{id}',
      summary: 'Another name and stock for an item that is as If-Match says',
      parameters: { id: whole },
      body: itemWish,
      needsCondition: true,
      responses: { 200: { description: 'The item', schema: item } },
      handle: ({ parameters: { id }, body: { name, stock }, check }) => {
        const found = itemOf(api, id)
        check({ etag: tagOf(found), modified: null })
        return changed(api, inventory.changeItem(found, name, stock), 200)
      },
    }),
  ]
}

function orderRoutes(api: InventoryApi): readonly Route[] {
  const { inventory } = api
  return [
    route({
      method: 'GET',
      path: '/orders',
      summary: 'All orders, in pages',
      query: paging,
      responses: { 200: { description: 'A page', schema: pageOfSchema(order) } },
      handle: async ({ query }) => {
        await certain(api)
        return json(pageOf(inventory.orders, ({ id }) => id, query))
      },
    }),
    route({
      method: 'GET',
      path: '/orders/{id}',
      summary: 'One order',
      parameters: { id: whole },
      responses: { 200: { description: 'The order', schema: order } },
      handle: async ({ parameters: { id } }) => {
        await certain(api)
        const found = inventory.order(id)
        if (found === null) throw missing('such order')
        return json(found)
      },
    }),
    route({
      method: 'POST',
      path: '/orders',
      summary: 'A new order; under an Idempotency-Key it is taken once, however often it is sent',
      body: orderWish,
      idempotency: api.isIdempotent ? 'required' : 'no',
      responses: { 201: { description: 'The order', schema: order } },
      handle: (context) => takeOrder(api, context),
    }),
  ]
}

type OrderWish = { readonly item: number; readonly quantity: number; readonly reference: string }

async function takeOrder(
  api: InventoryApi,
  context: RestContext<unknown, unknown, OrderWish>,
): Promise<HttpResponse> {
  const { item: id, quantity, reference } = context.body
  const wanted = itemOf(api, id)
  const answerTo = (taken: Order): Answer | null => (api.keepsAnswers ? answerOf(context, taken) : null)
  const taken = api.inventory.takeOrder(wanted, { quantity, reference }, answerTo)
  if (taken === null) throw new Problem(409, 'there is not enough of it', { type: '/problems/out-of-stock' })
  await certain(api)
  api.ordered(taken)
  api.feed.publish(taken, 'order')
  return created(taken)
}

function created(taken: Order): HttpResponse {
  return json(taken, { status: 201, location: `/orders/${taken.id}` })
}

/** Kept in one record with the order: after a crash either both are there or none. */
function answerOf({ idempotency }: RestContext<unknown, unknown, OrderWish>, taken: Order): Answer | null {
  if (idempotency === null) return null
  const { status, headers } = created(taken)
  const { name, fingerprint } = idempotency
  return { name, stored: { fingerprint, status, headers: [...headers], body: JSON.stringify(taken) } }
}

function eventRoute({ feed }: InventoryApi): Route {
  return route({
    method: 'GET',
    path: '/events',
    summary: 'What changes, as it does (server-sent events)',
    produces: ['text/event-stream'],
    responses: { 200: { description: 'Events `item` and `order`' } },
    handle: ({ request }) => feed.respond(request),
  })
}

async function changed(api: InventoryApi, one: Item, status: number): Promise<HttpResponse> {
  await certain(api)
  api.feed.publish(one, 'item')
  return json(one, { status, etag: tagOf(one), location: `/items/${one.id}` })
}

/** Nothing is told that a crash could undo. Throws the Problem 503 while the disk refuses. */
export async function certain({ inventory }: Pick<InventoryApi, 'inventory'>): Promise<void> {
  try {
    await inventory.settled()
  } catch (error) {
    if (!(error instanceof DiskError)) throw error
    throw new Problem(503, 'the disk refuses', { headers: [['Retry-After', '1']] })
  }
}

function itemOf({ inventory }: InventoryApi, id: number): Item {
  const found = inventory.item(id)
  if (found === null) throw missing('such item')
  return found
}

function tagOf({ version }: Item): EntityTag {
  return `"v${version}"`
}

function pageOfSchema(items: Schema): Schema {
  return {
    type: 'object',
    properties: { items: { type: 'array', items }, next: { type: ['string', 'null'] } },
    required: ['items', 'next'],
  }
}

/** RFC 4180. What a spreadsheet would take for a formula is a name like any other. */
function csv(items: readonly Item[]): string {
  const lines = items.map(({ id, name, stock }) => `${id},"${name.replaceAll('"', '""')}",${stock}\r\n`)
  return ['id,name,stock\r\n', ...lines].join('')
}
