import { beforeEach, describe, expect, test, vi } from 'vitest'

import { MemoryIdempotencyStore } from './idempotency.ts'
import { Problem } from './problem.ts'
import { json } from './reply.ts'
import { restApp, type RestOptions } from './rest-app.ts'
import { route } from './route.ts'
import type { HttpHandler } from '../../http/index.ts'
import { send, TestEnv } from '../testing/test-env.ts'
import { seconds } from '../../../sim/index.ts'

let env = new TestEnv()
beforeEach(() => {
  env = new TestEnv()
})

function appOf(options: Partial<RestOptions>): HttpHandler {
  return restApp(env, { title: 'Test', version: '1', routes: [], ...options }).handler
}

describe('idempotency keys', () => {
  let count = 0
  let release: (() => void) | null = null
  const taking = route({
    method: 'POST',
    path: '/orders',
    body: {
      type: 'object',
      properties: { fails: { type: 'boolean', default: false }, waits: { type: 'boolean', default: false } },
    },
    idempotency: 'required',
    handle: async ({ body: { fails, waits } }) => {
      count++
      if (waits) await new Promise<void>((resolve) => (release = resolve))
      if (fails) throw new Problem(503, 'not now')
      return json({ count }, { status: 201, location: `/orders/${count}` })
    },
  })
  const post = (app: HttpHandler, key: string, value: unknown = {}): ReturnType<typeof send> =>
    send(app, 'POST /orders', value, { 'Idempotency-Key': key })
  beforeEach(() => {
    count = 0
    release = null
  })

  test('what is sent again is answered as before, and done once', async () => {
    const app = appOf({ routes: [taking] })
    const told = []
    for (const key of ['"a"', '"a"', 'a', '"b"']) {
      const { status, json: body, headers } = await post(app, key)
      told.push([status, body.count, headers.get('location')])
    }
    expect(told).toEqual([
      [201, 1, '/orders/1'],
      [201, 1, '/orders/1'],
      [201, 1, '/orders/1'],
      [201, 2, '/orders/2'],
    ])
  })

  test('another request under the same key is refused, as is none or a bad one', async () => {
    const app = appOf({ routes: [taking] })
    await post(app, '"a"')
    expect((await post(app, '"a"', { other: 1 })).status).toBe(422)
    expect((await send(app, 'POST /orders', {})).status).toBe(400)
    for (const key of ['"a', '""', '"\u0001"', `"${'x'.repeat(256)}"`])
      expect((await post(app, key)).status).toBe(400)
    expect(count).toBe(1)
  })

  test('while the first is not answered the second is told to wait', async () => {
    const app = appOf({ routes: [taking] })
    const first = post(app, '"a"', { waits: true })
    await vi.waitUntil(() => release !== null)
    expect((await post(app, '"a"', { waits: true })).status).toBe(409)
    release!()
    expect((await first).status).toBe(201)
    expect((await post(app, '"a"', { waits: true })).json.count).toBe(1)
  })

  test('a failure of the server is not kept', async () => {
    const app = appOf({ routes: [taking] })
    expect((await post(app, '"a"', { fails: true })).status).toBe(503)
    await post(app, '"a"', { fails: true })
    expect(count).toBe(2)
  })

  test('answers are kept so long, and so many of them', () => {
    const store = new MemoryIdempotencyStore(env.clock, 2, seconds(10))
    const stored = { fingerprint: 'f', status: 201, headers: [], body: '' }
    for (const name of ['a', 'b', 'c']) store.keep(name, stored)
    expect([store.size, store.find('a'), store.find('c')]).toEqual([2, null, stored])
    env.pass(seconds(10))
    expect([store.find('c'), store.size]).toEqual([null, 0])
  })
})
