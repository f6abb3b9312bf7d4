// The inventory on real sockets, asked by other people's clients: curl, and Node's own fetch.

import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { gzipSync } from 'node:zlib'

import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'

import { restDemo, restPort } from './index.ts'
import { findProgram } from '../../sim/real/testing/programs.ts'
import { served, type Served } from '../../sim/real/testing/served.ts'

let server: Served
let base = ''

beforeAll(async () => {
  const parameters = { inMemory: true, items: 3, compresses: true }
  server = await served(restDemo, { port: restPort, parameters })
  base = `http://127.0.0.1:${server.port}`
  // It opens its store before it listens.
  await vi.waitUntil(
    () =>
      fetch(base).then(
        ({ ok }) => !ok,
        () => false,
      ),
    { timeout: 10_000 },
  )
})
afterAll(() => server.stop())

function post(path: string, value: unknown, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(base + path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    body: JSON.stringify(value),
  })
}

describe('fetch', () => {
  test('makes, reads, changes and is refused', async () => {
    const made = await post('/items', { name: 'lamp', stock: 5 })
    const path = made.headers.get('location') ?? ''
    expect([made.status, path]).toEqual([201, expect.stringMatching(/^\/items\/\d+$/)])
    const etag = (await fetch(base + path)).headers.get('etag') ?? ''
    expect((await fetch(base + path, { headers: { 'If-None-Match': etag } })).status).toBe(304)
    const put = (condition: Record<string, string>): Promise<Response> =>
      fetch(base + path, {
        method: 'PUT',
        headers: { 'Content-Type': 'application/json', ...condition },
        body: '{"name":"lamp","stock":1}',
      })
    const statuses = []
    for (const condition of [{}, { 'If-Match': etag }, { 'If-Match': etag }] as Record<string, string>[])
      statuses.push((await put(condition)).status)
    expect(statuses).toEqual([428, 200, 412])
    const wrong = await post('/items', { name: '' })
    expect([wrong.status, wrong.headers.get('content-type')]).toEqual([422, 'application/problem+json'])
  })

  test('has an order taken once, and too much of it refused', async () => {
    const order = { item: 1, quantity: 2 }
    const told = []
    for (let time = 0; time < 2; time++)
      told.push(await (await post('/orders', order, { 'Idempotency-Key': '"once"' })).json())
    expect(told[0]).toEqual(told[1])
    expect(
      (await post('/orders', { item: 1, quantity: 900_000_000 }, { 'Idempotency-Key': '"much"' })).status,
    ).toBe(409)
  })

  test('sends a compressed body', async () => {
    const body = gzipSync(JSON.stringify({ name: 'zipped', stock: 0 }))
    const headers = { 'Content-Type': 'application/json', 'Content-Encoding': 'gzip' }
    expect((await fetch(`${base}/items`, { method: 'POST', headers, body })).status).toBe(201)
  })
})

const curlPath = findProgram('curl')

describe.skipIf(curlPath === null)('curl', () => {
  const curl = async (...words: readonly string[]): Promise<string> =>
    (await promisify(execFile)(curlPath ?? '', ['-s', '--max-time', '10', ...words])).stdout

  test('has parts, which are those of the whole', async () => {
    const url = `${base}/openapi.json`
    const whole = await curl(url)
    expect(await curl('-r', '10-19', url)).toBe(whole.slice(10, 20))
    expect(await curl('-r', '-5', url)).toBe(whole.slice(-5))
    const several = await curl('-r', '0-3,100-103', '-D', '-', url)
    expect(several).toContain('206 Partial Content')
    expect(several).toContain(
      `Content-Range: bytes 100-103/${whole.length}\r\n\r\n${whole.slice(100, 104)}\r\n`,
    )
    expect(await curl('-r', '999999-', '-o', '/dev/null', '-w', '%{http_code}', url)).toBe('416')
  })

  test('has it compressed, and knows by the tag that it has it', async () => {
    const url = `${base}/openapi.json`
    expect(await curl('--compressed', url)).toBe(await curl(url))
    const head = await curl('-H', 'Accept-Encoding: gzip', '-D', '-', '-o', '/dev/null', url)
    expect(head).toContain('Content-Encoding: gzip')
    const [, etag = ''] = /ETag: (\S+)/.exec(head) ?? []
    const again = [
      '-H',
      'Accept-Encoding: gzip',
      '-H',
      `If-None-Match: ${etag}`,
      '-o',
      '/dev/null',
      '-w',
      '%{http_code}',
    ]
    expect(await curl(...again, url)).toBe('304')
  })

  test('hears of events as they happen, and goes on where it was', async () => {
    const listening = curl('-N', '--max-time', '1', `${base}/events`).catch(
      ({ stdout }: { stdout: string }) => stdout,
    )
    // It may not listen yet: there is another one every now and then, for as long as it may listen.
    for (let count = 0; count < 20; count++) {
      await post('/items', { name: `item ${count}`, stock: 0 })
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    const [, id = ''] = /id: (\S+)\nevent: item\ndata: \{"id":\d+,/.exec(await listening) ?? []
    expect(id).toMatch(/^1\.\d+$/)
    const resumed = await curl('-N', '--max-time', '1', '-H', `Last-Event-ID: ${id}`, `${base}/events`).catch(
      ({ stdout }: { stdout: string }) => stdout,
    )
    expect(resumed).toContain(`id: 1.${Number(id.slice(2)) + 1}\n`)
  })

  test('asks what it may do, and for a head alone', async () => {
    expect(await curl('-X', 'OPTIONS', '-D', '-', `${base}/items/1`)).toContain(
      'Allow: GET, HEAD, OPTIONS, PUT',
    )
    expect(await curl('-I', `${base}/items/1`)).toContain('Content-Length: ')
    expect(await curl('-H', 'Accept: text/csv', `${base}/items?limit=1`)).toBe(
      'id,name,stock\r\n1,"item 1",999998\r\n',
    )
  })
})
