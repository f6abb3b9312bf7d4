import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

import { afterAll, beforeAll, expect, test, vi } from 'vitest'

import { Workplace } from './testing/workplace.ts'
import { httpDemo, httpPort } from '../nodes/http/index.ts'
import { type Served, served } from '../sim/real/testing/served.ts'

vi.setConfig({ testTimeout: 120_000 })

let place: Workplace
let server: Served
let url: string

beforeAll(async () => {
  place = new Workplace()
  server = await served(httpDemo, { port: httpPort })
  url = `http://127.0.0.1:${server.port}`
})

afterAll(async () => {
  place.remove()
  await server.stop()
})

test('a request is sent with header and body, and the answer printed', async () => {
  place.write('body.txt', 'from a file')
  const { code, out, error } = await place.faultline(
    'http',
    'POST',
    `${url}/echo`,
    '-H',
    'X-One: 1',
    '-H',
    'X-Two: 2',
    '-d',
    '@body.txt',
    '--include',
  )
  expect({ code, error }).toEqual({ code: 0, error: '' })
  expect(out).toMatch(
    /^HTTP\/1.1 200 OK\nContent-Type: text\/plain[^]*\n\nPOST \/echo HTTP\/1.1\n[^]*X-One: 1\nX-Two: 2\n[^]*\n\nfrom a file$/,
  )
})

test('an answer that refuses ends with 1, no answer with 3, bad input with 2', async () => {
  const endings = await Promise.all([
    place.faultline('http', 'GET', `${url}/status/404`),
    place.faultline('http', 'GET', `${url}/delay/5000`, '--timeout', '0.2'),
    place.faultline('http', 'GET', 'gopher://server/'),
    place.faultline('http', 'GET', url, '-d', '@nowhere'),
  ])
  expect(endings.map(({ code }) => code)).toEqual([1, 3, 2, 2])
  const [refused, late, scheme, file] = endings.map(({ error }) => error)
  expect(refused).toBe('')
  expect(late).toBe('faultline: no answer: timeout: the whole request took too long\n')
  expect(scheme).toBe('faultline: url: got "gopher://server/", wanted http://HOST[:PORT]/PATH\n')
  expect(file).toContain('--data @nowhere: got ENOENT')
})

test('what is typed as people do is understood: a method in small letters, no scheme, a user', async () => {
  const [echoed, head, secure] = await Promise.all([
    place.faultline('http', 'get', `me:p%40ss@127.0.0.1:${server.port}/echo`),
    place.faultline('http', 'HEAD', `${url}/bytes/12`),
    place.faultline('http', 'GET', 'https://me:secret@127.0.0.1/'),
  ])
  expect(echoed.out).toMatch(/^GET \/echo HTTP\/1.1\n[^]*Authorization: Basic bWU6cEBzcw==\n/)
  expect(head.out).toMatch(/^HTTP\/1.1 200 OK\n[^]*Content-Length: 12\n\n$/)
  expect([secure.code, secure.error]).toEqual([
    2,
    'faultline: url: got "https://…@127.0.0.1/", wanted http://: there is no TLS here, and a proxy that has it will do\n',
  ])
})

test('a server is asked over IPv6', async ({ skip }) => {
  const asked: string[] = []
  const other = createServer((request, response) => {
    asked.push(request.headers.host ?? '')
    response.end('six')
  })
  const isThere = await new Promise((resolve) => {
    other.once('error', () => resolve(false))
    other.listen(0, '::1', () => resolve(true))
  })
  if (isThere !== true) skip('this machine has no IPv6')
  const { port } = other.address() as AddressInfo
  const { out, code } = await place.faultline('http', 'GET', `http://[::1]:${port}/`)
  other.close()
  expect({ out, code, asked }).toEqual({ out: 'six', code: 0, asked: [`[::1]:${port}`] })
})

test('a body is read from standard input, however late it comes', async () => {
  place.write('slow.sh', 'echo one; sleep 1; echo two')
  const { code, out, error } = await place.shell(
    `sh slow.sh | node_modules/.bin/faultline http PUT ${url}/body -d @-`,
  )
  expect({ code, out, error }).toEqual({ code: 0, out: 'one\ntwo\n', error: '' })
})

test('a server is asked over a Unix socket, by the name that its URL has', async () => {
  const path = place.path('socket')
  const other = createServer((request, response) => response.end(request.headers.host))
  await new Promise<void>((resolve) => {
    other.listen(path, resolve)
  })
  const { out, code } = await place.faultline('http', 'GET', 'name:81/', '--unix-socket', path)
  other.close()
  expect({ out, code }).toEqual({ out: 'name:81', code: 0 })
})

test('another host may be named than the one that is asked, and what the client writes itself may not', async () => {
  const [named, awaited, long, odd] = await Promise.all([
    place.faultline('http', 'GET', `${url}/echo`, '-H', 'Host: example.org'),
    place.faultline('http', 'PUT', `${url}/echo`, '-H', 'Expect: 100-continue', '-d', 'x'),
    place.faultline('http', 'PUT', `${url}/echo`, '-H', 'Content-Length: 9', '-d', 'x'),
    place.faultline('http', 'PUT', `${url}/echo`, '-H', 'Expect: wonders', '-d', 'x'),
  ])
  expect(named.out).toMatch(/^GET \/echo HTTP\/1.1\nHost: example.org\n/)
  expect(awaited.out).toContain('\nExpect: 100-continue\n')
  expect([long.code, long.error, odd.code]).toEqual([
    2,
    'faultline: --header: got "Content-Length: 9", wanted another field: Content-Length is written by the client itself\n',
    2,
  ])
})

test('one object for machines, of one request and of many', async () => {
  const [one, many] = await Promise.all([
    place.faultline('http', 'PUT', `${url}/body`, '-d', 'text', '--json'),
    place.faultline('http', 'GET', `${url}/status/503`, '--repeat', '200', '--concurrency', '8', '--json'),
  ])
  expect(one.code).toBe(0)
  expect(JSON.parse(one.out)).toMatchObject({ status: 200, version: '1.1', body: 'text', trailers: [] })
  expect(many.code).toBe(1)
  expect(JSON.parse(many.out)).toMatchObject({ requests: 200, statuses: { 503: 200 }, failures: {} })
})

test('many requests end with their rate and how long they took', async () => {
  const { code, out } = await place.faultline('http', 'GET', `${url}/bytes/100`, '--repeat', '100')
  expect(code).toBe(0)
  expect(out).toMatch(/^100 requests in [\d.]+ s: [\d.]+ a second/)
  expect(out).toContain('answers  100 × 200')
  expect(out).toMatch(/latency {2}min .* p99.9 .*\n( {2}< .*\n)+$/)
})
