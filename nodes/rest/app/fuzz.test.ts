// Whatever fields and bodies come, an app answers: with parts that are what they say they are, with bodies no longer than it takes, and
// never with an error that it did not mean.

import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'

import * as fc from 'fast-check'
import { expect, test } from 'vitest'

import { content, json } from './reply.ts'
import { restApp } from './rest-app.ts'
import { route } from './route.ts'
import { ask, type Told, TestEnv } from '../testing/test-env.ts'

const text = Array.from({ length: 300 }, (_, at) => String.fromCodePoint(97 + (at % 26))).join('')

function appOf(bodyMax: number, env = new TestEnv()) {
  const routes = [
    route({ method: 'GET', path: '/text', handle: () => content(text, 'text/plain') }),
    route({ method: 'POST', path: '/any', body: true, idempotency: 'allowed', handle: () => json('taken') }),
  ]
  return restApp(env, { title: 'Fuzz', version: '1', routes, limits: { bodyMax } }).handler
}

const number = fc.oneof(
  fc.nat(400).map(String),
  fc.constantFrom('', '-1', '99999999999999999999', '0x1', '1e3', ' 2'),
)
const spec = fc.oneof(
  fc.tuple(number, number).map(([first, last]) => `${first}-${last}`),
  fc.string({ maxLength: 6 }),
)
const rangeField = fc
  .tuple(
    fc.constantFrom('bytes=', 'bytes = ', 'BYTES=', 'items=', 'bytes', ''),
    fc.oneof(fc.array(spec, { minLength: 1, maxLength: 2 }), fc.array(spec, { maxLength: 20 })),
  )
  .map(([unit, specs]) => unit + specs.join(','))

/** The parts of an answer: where each begins, and what it says. */
function partsOf({
  headers,
  bytes,
}: Told): readonly (readonly [first: number, last: number, text: string])[] {
  const one = headers.get('content-range')
  const body = Buffer.from(bytes).toString('latin1')
  if (one !== null) return [[...placeOf(one), body]]
  const boundary = /boundary=(\w+)/.exec(headers.get('content-type') ?? '')?.[1] ?? ''
  const pieces = body.split(`\r\n--${boundary}`)
  expect([pieces[0], pieces.at(-1)]).toEqual(['', '--\r\n'])
  return pieces.slice(1, -1).map((piece) => {
    const end = piece.indexOf('\r\n\r\n')
    return [...placeOf(/Content-Range: (.*)/.exec(piece)?.[1] ?? ''), piece.slice(end + 4)]
  })
}

function placeOf(field: string): [first: number, last: number] {
  const [, first, last, length] = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(field.trim()) ?? []
  expect(Number(length)).toBe(text.length)
  return [Number(first), Number(last)]
}

test('whatever range is asked for, each part is what stands there, and the length is that of the body', async () => {
  const seen = new Set<number>()
  const app = appOf(1000)
  await fc.assert(
    fc.asyncProperty(rangeField, async (field) => {
      const told = await ask(app, 'GET /text', { headers: { Range: field } })
      seen.add(told.status)
      expect([200, 206, 416]).toContain(told.status)
      const length = told.headers.get('content-length')
      if (length !== null && told.status !== 416) expect(Number(length)).toBe(told.bytes.length)
      if (told.status !== 206) return
      const parts = partsOf(told)
      for (const [first, last, part] of parts) expect(part).toBe(text.slice(first, last + 1))
      expect(parts.reduce((sum, [, , part]) => sum + part.length, 0)).toBeLessThanOrEqual(text.length)
    }),
    { numRuns: 500, seed: 1 },
  )
  expect(seen).toEqual(new Set([200, 206, 416]))
})

test('fields of any text are read or refused', async () => {
  const env = new TestEnv()
  const app = appOf(1000, env)
  const names = [
    'Accept',
    'Accept-Encoding',
    'If-Match',
    'If-None-Match',
    'If-Range',
    'If-Modified-Since',
    'Range',
  ]
  const field = fc.oneof(
    fc.string({ maxLength: 40 }),
    fc
      .array(
        fc.constantFrom('"a"', 'W/"', '*', ',', ';q=', '0.5', '*/*', 'gzip', ' ', '"', 'bytes=0-', 'Sun, 06'),
        { maxLength: 8 },
      )
      .map((all) => all.join('')),
  )
  await fc.assert(
    fc.asyncProperty(
      fc.dictionary(fc.constantFrom(...names), field, { noNullPrototype: true }),
      async (headers) => {
        const { status } = await ask(app, 'GET /text', { headers })
        expect([200, 206, 304, 406, 412, 416]).toContain(status)
      },
    ),
    { numRuns: 500, seed: 1 },
  )
  expect(env.logged).toEqual([])
})

test('bodies and their codings are taken or refused, whatever is in them', async () => {
  const env = new TestEnv()
  const app = appOf(1000, env)
  const seen = new Set<number>()
  const plain = fc.oneof(
    fc.json({ maxDepth: 3 }).map((one) => Buffer.from(one)),
    fc.uint8Array({ maxLength: 50 }),
  )
  const coded = fc
    .tuple(
      plain,
      fc.constantFrom(gzipSync, deflateSync, brotliCompressSync),
      fc.nat(60),
      fc.nat(255),
      fc.boolean(),
    )
    .map(([bytes, code, at, put, isDamaged]) => {
      const result = code(bytes)
      if (isDamaged) result[at % result.length] = put
      return result
    })
  const coding = fc.constantFrom('gzip', 'deflate', 'br', 'identity', 'x-gzip', 'gzip, gzip', 'zstd', '')
  await fc.assert(
    fc.asyncProperty(fc.oneof(plain, coded), coding, fc.string({ maxLength: 8 }), async (body, name, key) => {
      const headers = { 'Content-Type': 'application/json', 'Content-Encoding': name, 'Idempotency-Key': key }
      const { status } = await ask(app, 'POST /any', { headers, body })
      seen.add(status)
      expect([200, 400, 409, 413, 415, 422]).toContain(status)
    }),
    { numRuns: 500, seed: 1 },
  )
  expect(env.logged).toEqual([])
  expect([...seen]).toEqual(expect.arrayContaining([200, 400, 415]))
})

test('a bomb is refused at the length that is allowed, in every coding', async () => {
  const app = appOf(100_000)
  const zeros = Buffer.alloc(64 * 1024 * 1024)
  for (const [name, bomb] of [
    ['gzip', gzipSync(zeros)],
    ['deflate', deflateSync(zeros)],
    ['br', brotliCompressSync(zeros)],
    // Members one after the other are one body (RFC 1952, section 2.2).
    ['gzip', Buffer.concat(Array.from({ length: 50 }, () => gzipSync(zeros.subarray(0, 4096))))],
  ] as const) {
    const headers = { 'Content-Type': 'application/json', 'Content-Encoding': name }
    const before = process.memoryUsage().arrayBuffers
    const { status } = await ask(app, 'POST /any', { headers, body: bomb })
    expect([name, status]).toEqual([name, 413])
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(8 * 1024 * 1024)
  }
})
