// HAProxy in front of the balancer and behind it: who a client is goes through all of them in PROXY headers.

import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { get } from 'node:http'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { decodeProxyHeader, type ProxyHeader } from './index.ts'
import { balanced, portOf } from './testing/balanced.ts'
import { freePort } from '../../sim/real/testing/both.ts'
import { findProgram } from '../../sim/real/testing/programs.ts'
import { untilListening } from '../../sim/real/testing/served.ts'

const haproxy = findProgram('haproxy')

/** Where HAProxy listens, and whom it passes things on to. */
interface Places {
  readonly folder: string
  readonly front: number
  readonly back: number
  readonly http: number
  readonly tcp: number
  readonly recorder: number
}

const config = ({ folder, front, back, http, tcp, recorder }: Places): string => `
defaults
  mode http
  timeout client 10s
  timeout connect 5s
  timeout server 10s
  timeout check 5s
frontend front
  bind 127.0.0.1:${front}
  bind [::1]:${front}
  bind unix@${folder}/front
  unique-id-format %ci:%cp
  use_backend tcp if { path_beg /tcp }
  use_backend recorder if { path_beg /recorder }
  use_backend first if { path_beg /first }
  default_backend http
backend http
  option httpchk GET /check
  server balancer 127.0.0.1:${http} send-proxy-v2 proxy-v2-options crc32c,unique-id check check-send-proxy inter 50ms
backend tcp
  server balancer 127.0.0.1:${tcp} send-proxy-v2 proxy-v2-options crc32c,unique-id check check-send-proxy inter 50ms
backend first
  option httpchk GET /check
  server balancer 127.0.0.1:${http} send-proxy check check-send-proxy inter 50ms
backend recorder
  server recorder 127.0.0.1:${recorder} send-proxy-v2 proxy-v2-options crc32c,unique-id check check-send-proxy inter 50ms
frontend back
  bind 127.0.0.1:${back} accept-proxy
  http-request return status 200 content-type text/plain lf-string "%[src]|%[src_port]|%[req.hdr(x-forwarded-for)]"
`

describe.skipIf(haproxy === null)('between HAProxy and HAProxy', () => {
  const folder = mkdtempSync(join(tmpdir(), 'faultline-haproxy-'))
  const heard: ProxyHeader[] = []
  const stops: (() => Promise<unknown>)[] = []
  let front = 0
  let admin = 0

  beforeAll(async () => {
    const recorder = await recording(heard)
    const back = await freePort()
    front = await freePort()
    admin = await freePort()
    const parameters = {
      backends: [`127.0.0.1:${back}`],
      sendProxy: true,
      acceptProxyFrom: ['127.0.0.1'],
      checkEveryMs: 50,
    }
    const http = await balanced({ ...parameters, check: 'http', adminPort: admin })
    const tcp = await balanced({ ...parameters, mode: 'tcp' })
    const ports = { http: http.port, tcp: tcp.port, recorder: portOf(recorder.address()) }
    stops.push(
      started(config({ folder, front, back, ...ports })),
      () => http.stop(),
      () => tcp.stop(),
      () => new Promise((resolve) => recorder.close(resolve)),
    )
    await untilListening(front)
    await untilUp()
  }, 30_000)

  afterAll(async () => {
    for (const stop of stops) await stop()
    rmSync(folder, { recursive: true })
  })

  function started(text: string): () => Promise<unknown> {
    writeFileSync(join(folder, 'haproxy.cfg'), text)
    const server = spawn(haproxy ?? '', ['-db', '-f', join(folder, 'haproxy.cfg')], { stdio: 'ignore' })
    const ended = new Promise((resolve) => server.once('exit', resolve))
    return () => {
      server.kill()
      return ended
    }
  }

  /** HAProxy has asked whether the balancer is there, and been answered. */
  async function untilUp(path = '/'): Promise<void> {
    for (let tries = 0; tries < 200; tries++) {
      const told = await ask(path, { host: '127.0.0.1', port: front })
      if (told.status === 200) return
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }

  test.each(['127.0.0.1', '::1'])('a client at %s is known behind it, by HTTP and by TCP', async (host) => {
    const http = await ask('/', { host, port: front })
    // A request does not know of which port it came.
    expect(http.body).toBe(`${host}||${host}`)
    const tcp = await ask('/tcp', { host, port: front })
    expect(tcp.body).toBe(`${host}|${tcp.localPort}|`)
  })

  test.each(['127.0.0.1', '::1'])('a client at %s is known by a header of version 1', async (host) => {
    await untilUp('/first')
    expect((await ask('/first', { host, port: front })).body).toBe(`${host}||${host}`)
  })

  test('a client at a Unix socket is one of which no address is known', async () => {
    const { status, body } = await ask('/', { socketPath: join(folder, 'front') })
    expect([status, body]).toEqual([200, '127.0.0.1||127.0.0.1'])
  })

  test('what HAProxy tells besides is read, and its checks speak for themselves', async () => {
    await ask('/recorder', { host: '::1', port: front })
    const client = heard.find(({ command }) => command === 'proxy')
    expect(client?.ends?.source.host).toBe('::1')
    // Its checksum, and its name of the connection.
    expect(client?.fields.map(({ type }) => type)).toEqual(expect.arrayContaining([0x03, 0x05]))
    // Its first check may still be to come.
    const isChecked = (): boolean => heard.some(({ command }) => command === 'local')
    for (let tries = 0; tries < 500 && !isChecked(); tries++)
      await new Promise((resolve) => setTimeout(resolve, 10))
    expect(isChecked()).toBe(true)
  })

  test('our checks are let in where a header is wanted', async () => {
    // Those before HAProxy was there have failed.
    const before = await backend()
    for (let tries = 0; ; tries++) {
      const now = await backend()
      expect([now.checksFailed, now.state]).toEqual([before.checksFailed, 'up'])
      if (now.checks >= before.checks + 3) return
      expect(tries).toBeLessThan(500)
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  })

  async function backend(): Promise<{
    readonly checks: number
    readonly checksFailed: number
    readonly state: string
  }> {
    const told = (await (await fetch(`http://127.0.0.1:${admin}/backends`)).json()) as readonly [
      Awaited<ReturnType<typeof backend>>,
    ]
    return told[0]
  }
})

/** A server that notes the headers that it gets, and answers what follows them. */
async function recording(heard: ProxyHeader[]): Promise<Server> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined)
    socket.once('data', (bytes) => {
      const decoded = decodeProxyHeader(bytes)
      if (decoded.kind === 'header') heard.push(decoded.header)
      socket.end('HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n')
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return server
}

interface Told {
  readonly status: number | undefined
  readonly body: string
  readonly localPort: number | undefined
}

function ask(
  path: string,
  at: { readonly host: string; readonly port: number } | { readonly socketPath: string },
): Promise<Told> {
  return new Promise((resolve, reject) => {
    const request = get({ ...at, path, agent: false }, (response) => {
      const { localPort } = response.socket
      let body = ''
      response.setEncoding('utf8').on('data', (text) => (body += String(text)))
      response.once('end', () => {
        resolve({ status: response.statusCode, body, localPort })
      })
    })
    request.once('error', reject)
  })
}
