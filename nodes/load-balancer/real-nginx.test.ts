// nginx in front of the balancer and behind it: kept connections that either side ends, bodies, upgrades, and clients that leave.

import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, request, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'

import { balanced, portOf } from './testing/balanced.ts'
import { freePort } from '../../sim/real/testing/both.ts'
import { findProgram } from '../../sim/real/testing/programs.ts'
import { untilListening } from '../../sim/real/testing/served.ts'

const nginx = findProgram('nginx')

/** Where nginx listens, and the balancers in between: one that sends PROXY headers, and one with a back-end of ours. */
interface Places {
  readonly folder: string
  readonly front: number
  readonly back: number
  readonly proxied: number
  readonly plain: number
  readonly sending: number
  readonly own: number
}

const config = ({ folder, front, back, proxied, plain, sending, own }: Places): string => `
daemon off; master_process off; pid ${folder}/pid; error_log ${folder}/error;
events {}
http {
  access_log off;
  ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${folder}/${name};`).join(' ')}
  client_max_body_size 0;
  map $http_upgrade $connection_or_none { default upgrade; '' ''; }
  upstream plain { server 127.0.0.1:${plain}; keepalive 8; }
  upstream sending { server 127.0.0.1:${sending}; keepalive 8; }
  upstream own { server 127.0.0.1:${own}; keepalive 8; }
  server {
    listen 127.0.0.1:${front};
    listen [::1]:${front};
    proxy_http_version 1.1;
    proxy_request_buffering off;
    proxy_buffering off;
    proxy_set_header Connection $connection_or_none;
    proxy_set_header Upgrade $http_upgrade;
    proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
    proxy_next_upstream off;
    location / { proxy_pass http://plain; }
    location /proxied { proxy_pass http://sending; }
    location /own { proxy_pass http://own; }
  }
  server {
    listen 127.0.0.1:${back};
    keepalive_requests 7;
    keepalive_timeout 60ms;
    root ${folder}/files;
    location /files { dav_methods PUT; }
    location /told { return 200 "$http_x_forwarded_for|$http_via|$connection_requests"; }
  }
  server {
    listen 127.0.0.1:${proxied} proxy_protocol;
    location / { return 200 "$proxy_protocol_addr|$http_x_forwarded_for"; }
  }
}
`

describe.skipIf(nginx === null)('between nginx and nginx', () => {
  const folder = mkdtempSync(join(tmpdir(), 'faultline-nginx-'))
  const stops: (() => Promise<unknown>)[] = []
  let front = 0
  let slow: Slow

  beforeAll(async () => {
    slow = await slowServer()
    const [back, proxied] = [await freePort(), await freePort()]
    front = await freePort()
    const check = { check: 'none' }
    const plain = await balanced({ ...check, backends: [`127.0.0.1:${back}`], retriesMax: 0 })
    const sending = await balanced({ ...check, backends: [`127.0.0.1:${proxied}`], sendProxy: true })
    const own = await balanced({ ...check, backends: [`127.0.0.1:${slow.port}`] })
    const ports = { front, back, proxied, plain: plain.port, sending: sending.port, own: own.port }
    stops.push(started(config({ folder, ...ports })), slow.stop)
    for (const each of [plain, sending, own]) stops.push(() => each.stop())
    await untilListening(front)
  }, 30_000)

  afterAll(async () => {
    for (const stop of stops) await stop()
    rmSync(folder, { recursive: true })
  })

  function started(text: string): () => Promise<unknown> {
    mkdirSync(join(folder, 'files', 'files'), { recursive: true })
    writeFileSync(join(folder, 'nginx.conf'), text)
    const server = spawn(nginx ?? '', ['-c', join(folder, 'nginx.conf'), '-e', 'stderr'], { stdio: 'ignore' })
    const ended = new Promise((resolve) => server.once('exit', resolve))
    return () => {
      server.kill()
      return ended
    }
  }

  test.each(['127.0.0.1', '[::1]'])('a client at %s is known behind it', async (host) => {
    const address = host.replaceAll(/[[\]]/g, '')
    const told = await (await fetch(`http://${host}:${front}/told`)).text()
    expect(told).toMatch(new RegExp(`^${address}, 127.0.0.1\\|1.1 faultline\\|[0-9]$`))
    // A PROXY header is about who comes to the balancer.
    const proxied = await fetch(`http://${host}:${front}/proxied`)
    expect(await proxied.text()).toBe(`127.0.0.1|${address}, 127.0.0.1`)
  })

  test('connections that nginx keeps for a few requests, and not for long, lose none of them', async () => {
    const statuses: number[] = []
    let used = 0
    for (let round = 0; round < 60; round++) {
      const response = await fetch(`http://127.0.0.1:${front}/told`)
      statuses.push(response.status)
      used = Math.max(used, Number((await response.text()).split('|')[2]))
      // About as long as nginx keeps a connection that says nothing.
      if (round % 4 === 3) await new Promise((resolve) => setTimeout(resolve, 53 + (round % 15)))
    }
    expect(new Set(statuses)).toEqual(new Set([200]))
    expect(used).toBeGreaterThan(1)
  })

  test('large bodies come through, both ways, of a known length and in chunks', async () => {
    const body = Buffer.alloc(3_000_000, 'abcdefg')
    const url = `http://127.0.0.1:${front}/files/large`
    expect((await fetch(url, { method: 'PUT', body })).status).toBe(201)
    const stream = new Blob([body]).stream()
    expect((await fetch(url, { method: 'PUT', body: stream, duplex: 'half' })).status).toBe(204)
    const read = await fetch(url)
    expect(Buffer.from(await read.arrayBuffer()).equals(body)).toBe(true)
    const part = await fetch(url, { headers: { range: 'bytes=7-13' } })
    expect([part.status, await part.text()]).toEqual([206, 'abcdefg'])
  })

  test("npm's ws talks through both", async () => {
    const client = new WebSocket(`ws://127.0.0.1:${front}/own`)
    const told: string[] = []
    await new Promise<void>((resolve, reject) => {
      client.once('error', reject)
      client.once('close', () => {
        resolve()
      })
      client.on('open', () => {
        client.send('hello')
        client.send(Buffer.alloc(200_000, 1))
      })
      client.on('message', (data: Buffer, isBinary) => {
        told.push(isBinary ? `${data.length} bytes` : data.toString())
        if (isBinary) client.close()
      })
    })
    expect(told).toEqual(['hello', '200000 bytes'])
  })

  test('a client that leaves ends what is done for it, behind all of them', async () => {
    const asked = request(`http://127.0.0.1:${front}/own/slow`)
    asked.once('error', () => undefined)
    asked.end()
    await slow.begun
    asked.destroy()
    await expect(slow.left).resolves.toBeUndefined()
  })
})

interface Slow {
  readonly port: number
  /** Somebody has asked. */
  readonly begun: Promise<void>
  /** Whoever has asked is gone. */
  readonly left: Promise<void>
  readonly stop: () => Promise<unknown>
}

/** A server that never answers a request, and echoes what comes by WebSocket. */
async function slowServer(): Promise<Slow> {
  let [tellBegun, tellLeft] = [(): void => undefined, (): void => undefined]
  const begun = new Promise<void>((resolve) => (tellBegun = resolve))
  const left = new Promise<void>((resolve) => (tellLeft = resolve))
  const server: Server = createServer((_request, response) => {
    response.once('close', tellLeft)
    tellBegun()
  })
  const echo = new WebSocketServer({ server })
  echo.on('connection', (socket) => {
    socket.on('message', (data, isBinary) => {
      socket.send(data, { binary: isBinary })
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const stop = (): Promise<unknown> => new Promise((resolve) => server.close(resolve))
  return { port: portOf(server.address()), begun, left, stop }
}
