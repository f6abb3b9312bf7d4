import { brotliDecompressSync, gunzipSync, gzipSync, inflateSync } from 'node:zlib'

import { beforeEach, describe, expect, test } from 'vitest'

import { Validator } from '@seriousme/openapi-schema-validator'

import { content, empty, json, readable } from './reply.ts'
import { restApp, type RestOptions } from './rest-app.ts'
import { type Middleware, type Route, route } from './route.ts'
import type { HttpHandler } from '../../http/index.ts'
import { readableBytes } from '../representation/partial.ts'
import { inventoryApp } from '../demo/rest-demo.ts'
import { EventFeed } from '../events/event-feed.ts'
import type { Schema } from '../schema/schema.ts'
import { Inventory } from '../store/inventory.ts'
import { ask, requestOf, send, TestEnv } from '../testing/test-env.ts'

let env = new TestEnv()
beforeEach(() => {
  env = new TestEnv()
})

function appOf(options: Partial<RestOptions>): HttpHandler {
  return restApp(env, { title: 'Test', version: '1', routes: [], ...options }).handler
}

/** What is no schema, where one is wanted. */
const wrong = (value: unknown): Schema => value as Schema

const note = route({
  method: 'GET',
  path: '/notes/{id}',
  parameters: { id: { type: 'integer', minimum: 1 } },
  query: {
    type: 'object',
    properties: {
      full: { type: 'boolean', default: false },
      tag: { type: 'array', items: { type: 'integer' }, maxItems: 2 },
    },
    additionalProperties: false,
  },
  // The types are those of the schemas: no text is left where a number is wanted.
  handle: ({ parameters: { id }, query: { full, tag = [] } }) =>
    json({ next: id + 1, full: !full, tags: tag.map((each) => each * 2) }),
})

describe('routes', () => {
  const handler = (): HttpHandler =>
    appOf({ routes: [note, route({ method: 'DELETE', path: '/notes/{id}', handle: () => empty() })] })

  test('path and query are given as their schemas say', async () => {
    const { status, json: told } = await ask(handler(), 'GET /notes/7?tag=1&tag=2&full=true')
    expect([status, told]).toEqual([200, { next: 8, full: false, tags: [2, 4] }])
  })

  test('what does not fit is told, all of it', async () => {
    const path = await ask(handler(), 'GET /notes/x')
    expect([path.status, path.json.errors]).toEqual([400, [{ parameter: 'id', detail: 'wanted integer' }]])
    const query = await ask(handler(), 'GET /notes/1?tag=1&tag=x&tag=3&other=1')
    expect(query.headers.get('content-type')).toBe('application/problem+json')
    expect(query.json.errors.map(({ parameter }: { parameter: string }) => parameter)).toEqual([
      'other',
      'tag',
      'tag/1',
    ])
  })

  test('404, 405 and OPTIONS tell what there is', async () => {
    const told = []
    for (const line of ['GET /none', 'POST /notes/1', 'OPTIONS /notes/1', 'OPTIONS *', 'GET /notes/%zz']) {
      const { status, headers } = await ask(handler(), line)
      told.push([status, headers.get('allow')])
    }
    const allow = 'DELETE, GET, HEAD, OPTIONS'
    expect(told).toEqual([
      [404, null],
      [405, allow],
      [204, allow],
      [204, allow],
      [400, null],
    ])
  })

  test('HEAD is answered as GET, whose length the server tells', async () => {
    const [get, head] = [await ask(handler(), 'GET /notes/1'), await ask(handler(), 'HEAD /notes/1')]
    expect([...head.headers]).toEqual([...get.headers])
  })

  test('what a handler throws is a 500 that tells nothing, and a line in the log', async () => {
    const failing = route({
      method: 'GET',
      path: '/',
      handle: () => {
        throw new Error('the secret')
      },
    })
    const { status, text } = await ask(appOf({ routes: [failing] }), 'GET /')
    expect([status, text.includes('secret')]).toEqual([500, false])
    expect(env.logged.join()).toContain('the secret')
    expect(env.logged.join()).toContain('rest-app.test.ts')
  })

  test.each<[string, Partial<Route>, string]>([
    ['a body', { body: wrong({ minimum: '3' }) }, 'POST /a/{id}, schema of the body, at "/minimum": got "3"'],
    [
      'a query',
      { query: wrong({ type: 'object', required: 5 }) },
      'schema of the query, at "/required": got 5',
    ],
    ['a parameter', { parameters: { id: wrong({ type: 'int' }) } }, 'schema of the parameter id, at "/type"'],
    [
      'an answer',
      { responses: { 200: { description: '', schema: wrong({ items: [] }) } } },
      'schema of the answer 200, at "/items": got a list',
    ],
    [
      'a parameter that there is not',
      { parameters: { other: true } },
      'route POST /a/{id}: got a schema of the parameter other, wanted one of id',
    ],
  ])('a wrong schema of %s is refused when the route is registered', (_, part, told) => {
    const routes: readonly Route[] = [{ method: 'POST', path: '/a/{id}', handle: () => empty(), ...part }]
    expect(() => appOf({ routes })).toThrow(told)
  })

  test('middleware stands around everything, the first one outermost', async () => {
    const mark =
      (name: string): Middleware =>
      async ({ route, values }, next) => {
        values.set('seen', `${(values.get('seen') as string | undefined) ?? ''}${name}`)
        const response = await next()
        response.headers.append('X-Seen', `${name} ${route?.path ?? 'nothing'} ${response.status}`)
        return response
      }
    const seen = route({ method: 'GET', path: '/', handle: ({ values }) => json(values.get('seen')) })
    const app = appOf({ routes: [seen], middleware: [mark('a'), mark('b')] })
    const good = await ask(app, 'GET /')
    expect([good.json, good.headers.get('x-seen')]).toEqual(['ab', 'b / 200, a / 200'])
    expect((await ask(app, 'GET /none')).headers.get('x-seen')).toBe('b nothing 404, a nothing 404')
  })

  test('more requests at once than the limit are refused', async () => {
    let release = (): void => undefined
    const slow = route({
      method: 'GET',
      path: '/',
      handle: () => new Promise((resolve) => (release = () => resolve(empty()))),
    })
    const app = appOf({ routes: [slow], limits: { requestsMax: 1 } })
    const first = ask(app, 'GET /')
    await Promise.resolve()
    const second = await ask(app, 'GET /')
    expect([second.status, second.headers.get('retry-after')]).toEqual([503, '1'])
    release()
    expect((await first).status).toBe(204)
  })
})

describe('bodies', () => {
  const wish = {
    type: 'object',
    properties: { name: { type: 'string', maxLength: 5 }, count: { type: 'integer', default: 1 } },
    required: ['name'],
  } as const
  const app = (): HttpHandler =>
    appOf({
      routes: [
        route({ method: 'POST', path: '/', body: wish, handle: ({ body }) => json(body, { status: 201 }) }),
      ],
      limits: { bodyMax: 1_000 },
    })

  test('are checked, and defaults filled in', async () => {
    expect((await send(app(), 'POST /', { name: 'x' })).json).toEqual({ name: 'x', count: 1 })
    const { status, json: told } = await send(app(), 'POST /', { name: 'too long', count: 'x' })
    expect([status, told.errors]).toEqual([
      422,
      [
        { pointer: '#/name', detail: 'wanted at most 5 characters' },
        { pointer: '#/count', detail: 'wanted integer' },
      ],
    ])
  })

  test.each<[string, number, Record<string, string>, string | Uint8Array]>([
    ['another media type', 415, { 'Content-Type': 'text/plain' }, '{}'],
    ['another charset', 415, { 'Content-Type': 'application/json; charset=latin1' }, '{}'],
    ['no JSON', 400, { 'Content-Type': 'application/json' }, '{'],
    ['no UTF-8', 400, { 'Content-Type': 'application/json' }, new Uint8Array([34, 255, 34])],
    ['too deep', 400, { 'Content-Type': 'application/json' }, '['.repeat(65) + ']'.repeat(65)],
    ['too long', 413, { 'Content-Type': 'application/json' }, JSON.stringify('x'.repeat(1_000))],
    ['too long as it says', 413, { 'Content-Type': 'application/json', 'Content-Length': '1001' }, '{}'],
    [
      'a bomb',
      413,
      { 'Content-Type': 'application/json', 'Content-Encoding': 'gzip' },
      gzipSync(new Uint8Array(100_000)),
    ],
    ['an unknown coding', 415, { 'Content-Type': 'application/json', 'Content-Encoding': 'zstd' }, '{}'],
    ['a damaged coding', 400, { 'Content-Type': 'application/json', 'Content-Encoding': 'gzip' }, '{}'],
    ['another kind of JSON', 201, { 'Content-Type': 'application/x+json; charset="utf-8"' }, '{"name":"x"}'],
    [
      'compressed',
      201,
      { 'Content-Type': 'application/json', 'Content-Encoding': 'gzip' },
      gzipSync('{"name":"x"}'),
    ],
  ])('%s: %i', async (_, status, headers, body) => {
    expect((await ask(app(), 'POST /', { headers, body })).status).toBe(status)
  })

  test('a route without a schema streams them', async () => {
    const upload = route({
      method: 'PUT',
      path: '/',
      handle: ({ request }) => content(request.body, 'text/plain'),
    })
    const { text } = await ask(appOf({ routes: [upload] }), 'PUT /', { body: 'as it came' })
    expect(text).toBe('as it came')
  })

  test('an answer that its schema refuses is an error where that is looked at', async () => {
    const wrong = route({
      method: 'GET',
      path: '/',
      responses: { 200: { description: 'x', schema: { type: 'string' } } },
      handle: () => json(1),
    })
    expect((await ask(appOf({ routes: [wrong] }), 'GET /')).status).toBe(200)
    expect((await ask(appOf({ routes: [wrong], checksResponses: true }), 'GET /')).status).toBe(500)
    expect(env.logged.join()).toContain('what its schema refuses')
  })
})

describe('representations', () => {
  const text = 'abcdefghijklmnopqrstuvwxyz'
  const file = readableBytes(new TextEncoder().encode(text))
  const app = (): HttpHandler =>
    appOf({
      routes: [
        route({ method: 'GET', path: '/text', handle: () => content(text, 'text/plain') }),
        route({ method: 'GET', path: '/file', handle: () => readable(file, 'text/plain', { etag: '"f"' }) }),
        route({
          method: 'GET',
          path: '/both',
          produces: ['application/json', 'text/csv'],
          handle: ({ mediaType }) => content('"x"', mediaType),
        }),
      ],
    })

  test('are negotiated', async () => {
    const types = []
    for (const accept of ['*/*', 'text/*', 'text/csv;q=0.1, application/json;q=0.05', 'image/png'])
      types.push((await ask(app(), 'GET /both', { headers: { Accept: accept } })).headers.get('content-type'))
    expect(types).toEqual(['application/json', 'text/csv', 'text/csv', 'application/problem+json'])
  })

  test('tell caches that it depends on Accept, where there are several, and not modified ones too', async () => {
    const { headers } = await ask(app(), 'GET /both')
    const etag = headers.get('etag') ?? ''
    const again = await ask(app(), 'GET /both', { headers: { 'If-None-Match': etag } })
    const one = await ask(app(), 'GET /text')
    expect([headers.get('vary'), again.status, again.headers.get('vary'), one.headers.get('vary')]).toEqual([
      'Accept',
      304,
      'Accept',
      null,
    ])
  })

  test('have a tag, under which they are not sent again', async () => {
    const etag = (await ask(app(), 'GET /text')).headers.get('etag') ?? ''
    const again = await ask(app(), 'GET /text', { headers: { 'If-None-Match': etag } })
    expect([again.status, again.text, again.headers.get('etag')]).toEqual([304, '', etag])
    expect((await ask(app(), 'GET /text', { headers: { 'If-Match': '"x"' } })).status).toBe(412)
  })

  test.each(['/text', '/file'])('%s can be had in parts', async (path) => {
    const parts = async (range: string, headers = {}): Promise<readonly unknown[]> => {
      const told = await ask(app(), `GET ${path}`, { headers: { Range: range, ...headers } })
      return [told.status, told.headers.get('content-range'), told.text]
    }
    expect(await parts('bytes=2-4')).toEqual([206, 'bytes 2-4/26', 'cde'])
    expect(await parts('bytes=-2')).toEqual([206, 'bytes 24-25/26', 'yz'])
    expect(await parts('bytes=26-')).toEqual([416, 'bytes */26', ''])
    expect(await parts('bytes=x')).toEqual([200, null, text])
    expect(await parts('bytes=2-4', { 'If-Range': '"other"' })).toEqual([200, null, text])
    expect((await ask(app(), `HEAD ${path}`, { headers: { Range: 'bytes=2-4' } })).status).toBe(200)
  })

  test('several parts come as multipart/byteranges, as long as is said', async () => {
    const {
      headers,
      bytes,
      text: body,
    } = await ask(app(), 'GET /file', { headers: { Range: 'bytes=0-1,24-' } })
    const [, boundary = ''] =
      /^multipart\/byteranges; boundary=([0-9a-f]{30})$/.exec(headers.get('content-type') ?? '') ?? []
    expect(headers.get('content-length')).toBe(String(bytes.length))
    const part = (range: string, data: string): string =>
      `--${boundary}\r\nContent-Type: text/plain\r\nContent-Range: bytes ${range}/26\r\n\r\n${data}\r\n`
    expect(body).toBe(`\r\n${part('0-1', 'ab')}${part('24-25', 'yz')}--${boundary}--\r\n`)
  })
})

describe('compression', () => {
  const long = 'so it goes, '.repeat(2_000)
  async function* pieces(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < 10; at++) yield new TextEncoder().encode(long)
  }
  const app = (): HttpHandler =>
    appOf({
      compresses: true,
      routes: [
        route({ method: 'GET', path: '/long', handle: () => content(long, 'text/plain') }),
        route({ method: 'GET', path: '/short', handle: () => content('short', 'text/plain') }),
        route({ method: 'GET', path: '/picture', handle: () => content(long, 'image/png') }),
        route({ method: 'GET', path: '/stream', handle: () => content(pieces(), 'text/plain') }),
      ],
    })

  test.each([
    ['gzip', gunzipSync],
    ['br', brotliDecompressSync],
    ['deflate', inflateSync],
  ])('%s, of texts and of streams', async (coding, decode) => {
    const headers = { 'Accept-Encoding': coding }
    const one = await ask(app(), 'GET /long', { headers })
    expect([one.headers.get('content-encoding'), one.headers.get('vary')]).toEqual([
      coding,
      'Accept-Encoding',
    ])
    expect(decode(one.bytes).toString()).toBe(long)
    const stream = await ask(app(), 'GET /stream', { headers })
    expect(decode(stream.bytes).toString()).toBe(long.repeat(10))
  })

  test('is for long texts, whole, and for who wants it', async () => {
    const coded = []
    for (const [path, headers] of [
      ['/short', { 'Accept-Encoding': 'gzip' }],
      ['/picture', { 'Accept-Encoding': 'gzip' }],
      ['/long', {}],
      ['/long', { 'Accept-Encoding': 'gzip', Range: 'bytes=0-2000' }],
    ] as const)
      coded.push((await ask(app(), `GET ${path}`, { headers })).headers.get('content-encoding'))
    expect(coded).toEqual([null, null, null, null])
  })

  test('makes another tag, which the server knows again', async () => {
    const headers = { 'Accept-Encoding': 'gzip' }
    const plain = (await ask(app(), 'GET /long')).headers.get('etag')
    const etag = (await ask(app(), 'GET /long', { headers })).headers.get('etag') ?? ''
    expect(etag).toBe(plain?.replace(/"$/, '--gzip"'))
    const again = await ask(app(), 'GET /long', { headers: { ...headers, 'If-None-Match': etag } })
    expect([again.status, again.headers.get('etag')]).toEqual([304, etag])
  })
})

test('the description is valid OpenAPI 3.1', async () => {
  const inventory = await Inventory.open(null)
  const { document, handler } = inventoryApp(env, inventory, new EventFeed(env))
  const result = await new Validator().validate(document as Record<string, unknown>)
  expect(result).toMatchObject({ valid: true })
  expect((await ask(handler, 'GET /openapi.json')).json).toEqual(document)
  const broken = structuredClone(document) as { paths: Record<string, { get?: { parameters?: unknown } }> }
  broken.paths['/items']!.get!.parameters = 'none'
  expect((await new Validator().validate(broken)).valid).toBe(false)
})

test('the description names every operation once, whatever paths look alike', async () => {
  const paths = ['/a/b', '/a-b', '/a/{b}', '/f/{p}', '/f/{p*}', '/é']
  const { document } = restApp(env, {
    title: 'Alike',
    version: '1',
    routes: paths.map((path): Route => ({ method: 'GET', path, handle: () => empty() })),
  })
  expect(await new Validator().validate(document as Record<string, unknown>)).toMatchObject({ valid: true })
  const { paths: told } = document as { paths: Record<string, { get: { operationId: string } }> }
  const ids = Object.values(told).map(({ get }) => get.operationId)
  expect(ids).toHaveLength(5)
  expect(new Set(ids).size).toBe(5)
})

test('whatever target is asked for is answered', async () => {
  const app = appOf({ routes: [note] })
  for (const target of [
    '',
    '//',
    '/notes/' + '9'.repeat(400),
    '?',
    '/notes/1?' + 'a&'.repeat(300),
    'a:b',
    '/\ud800',
  ])
    expect((await app(requestOf('GET', target))).status).toBeGreaterThanOrEqual(400)
})
