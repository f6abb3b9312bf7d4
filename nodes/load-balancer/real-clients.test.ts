// Real clients through the balancer to real and own back-ends, on loopback sockets.

import { execFile, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer as createHttpServer, request as nodeRequest } from 'node:http'
import { createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'

import { loadBalancer } from './index.ts'
import { balanced, exchanged, portOf } from './testing/balanced.ts'
import { RealNode } from '../../sim/index.ts'
import { freePort } from '../../sim/real/testing/both.ts'
import { findProgram } from '../../sim/real/testing/programs.ts'
import { type Served, served, untilListening } from '../../sim/real/testing/served.ts'
import { httpDemo, httpPort } from '../http/index.ts'

const execute = promisify(execFile)
const curl = findProgram('curl')
const wrk = findProgram('wrk')
const nginx = findProgram('nginx')

describe('in front of two servers of HTTP', () => {
  let one: Served
  let two: Served
  let balancer: Served
  let url: string
  let admin: string

  beforeAll(async () => {
    ;[one, two] = [await served(httpDemo, { port: httpPort }), await served(httpDemo, { port: httpPort })]
    const adminPort = await freePort()
    const backends = [`127.0.0.1:${one.port}`, `127.0.0.1:${two.port}`]
    balancer = await balanced({ adminPort, backends, sticky: 'cookie', check: 'http', checkEveryMs: 50 })
    url = `http://127.0.0.1:${balancer.port}`
    admin = `http://127.0.0.1:${adminPort}`
  })

  afterAll(async () => {
    for (const each of [balancer, one, two]) await each.stop()
  })

  describe.skipIf(curl === null)('curl', () => {
    const run = async (...options: readonly string[]): Promise<string> =>
      (
        await execute(curl ?? '', ['--silent', '--show-error', '--max-time', '10', ...options], {
          maxBuffer: 1e8,
        })
      ).stdout

    test('is told of, and keeps its own connection', async () => {
      const echoed = await run(
        '-H',
        'X-Forwarded-For: 192.0.2.9',
        '-H',
        'Connection: x-hop',
        '-H',
        'X-Hop: 1',
        `${url}/echo`,
      )
      expect(echoed).toContain(`Host: 127.0.0.1:${balancer.port}\n`)
      expect(echoed).toContain('X-Forwarded-For: 192.0.2.9, 127.0.0.1\n')
      expect(echoed).toContain(`Forwarded: for=127.0.0.1;host="127.0.0.1:${balancer.port}";proto=http\n`)
      expect(echoed).toContain('Via: 1.1 faultline')
      expect(echoed).not.toMatch(/x-hop|connection:/i)
      const told = await run('-w', '%{http_code} %{num_connects}\n', `${url}/status/201`, `${url}/status/404`)
      expect(told.match(/[24]0[14] [01]\n/g)).toEqual(['201 1\n', '404 0\n'])
    })

    test('uploads in chunks, waits for 100 Continue, and gets heads and streams', async () => {
      const body = 'x'.repeat(2_000_000)
      for (const header of ['Expect: 100-continue', 'Transfer-Encoding: chunked']) {
        const options = ['-sS', '-v', '--data-binary', '@-', '-H', header, `${url}/body`]
        const upload = execute(curl ?? '', options, { maxBuffer: 1e8 })
        upload.child.stdin?.end(body)
        const { stdout, stderr } = await upload
        expect(stdout === body).toBe(true)
        if (header.startsWith('Expect')) expect(stderr).toContain('100 Continue')
      }
      expect(await run('--head', `${url}/bytes/1000`)).toMatch(
        /^HTTP\/1.1 200 OK\r\n[^]*Content-Length: 1000\r\n/,
      )
      expect(await run('-H', 'Transfer-Encoding: chunked', '-d', 'chunked', `${url}/echo`)).toMatch(
        /\n\nchunked$/,
      )
      expect(await run(`${url}/stream/2`)).toBe('line 1\nline 2\n')
      expect((await run(`${url}/bytes/3000000`)).length).toBe(3_000_000)
      expect(await run('--http1.0', `${url}/bytes/3`)).toBe('...')
      expect(await run('-X', 'OPTIONS', '--request-target', '*', '-w', '%{http_code}', url)).toMatch(/200$/)
    })

    test('stays with the back-end that its cookie names', async () => {
      const cookie = /Set-Cookie: (faultline-backend=[0-9a-f]{8}); Path=\/; HttpOnly/.exec(
        await run('-i', `${url}/status/200`),
      )?.[1]
      const before = await counts()
      for (let time = 0; time < 6; time++)
        expect(await run('-i', '-b', cookie ?? '', `${url}/`)).not.toContain('Set-Cookie')
      const after = await counts()
      expect(after.map((count, place) => count - (before[place] ?? 0)).toSorted((a, b) => a - b)).toEqual([
        0, 6,
      ])
    })
  })

  async function counts(): Promise<readonly number[]> {
    const backends = (await (await fetch(`${admin}/backends`)).json()) as readonly {
      readonly begun: number
    }[]
    return backends.map(({ begun }) => begun)
  }

  test('tells what it counts in the format of Prometheus', async () => {
    const response = await fetch(`${admin}/metrics`)
    expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8')
    const text = await response.text()
    for (const line of text.trimEnd().split('\n'))
      expect(line).toMatch(
        /^(?:# (?:HELP|TYPE) lb_[a-z_]+ .+|lb_[a-z_]+(?:\{[a-z]+="[^"]*"(?:,[a-z]+="[^"]*")*\})? -?[0-9.e+-]+)$/,
      )
    expect(text).toMatch(/^lb_backend_response_seconds_count\{backend="[^"]+"\} [1-9]/m)
    expect(text).toContain(`lb_backend_state{backend="127.0.0.1:${one.port}",state="up"} 1`)
  })

  test.skipIf(wrk === null)(
    'wrk gets nothing but answers, while lists of back-ends come and go',
    async () => {
      const load = execute(wrk ?? '', ['-d', '1', '-c', '32', '-t', '1', `${url}/status/200`])
      const lists = [[`127.0.0.1:${one.port}`], [`127.0.0.1:${two.port}`]]
      for (let round = 0; round < 40; round++) {
        const put = await fetch(`${admin}/backends`, {
          method: 'PUT',
          body: JSON.stringify(lists[round % 2]),
        })
        expect(put.status).toBe(200)
        await put.text()
        await new Promise((resolve) => setTimeout(resolve, 20))
      }
      const { stdout } = await load
      const rate = /Requests\/sec: *([0-9.]+)/.exec(stdout)?.[1] ?? '?'
      console.info(`wrk through the balancer: ${rate} requests a second over 32 connections`)
      expect(stdout).not.toMatch(/Non-2xx|Socket errors/)
      expect(Number(/([0-9]+) requests in/.exec(stdout)?.[1])).toBeGreaterThan(0)
    },
    20_000,
  )

  test.skipIf(process.platform !== 'linux')('has its admin port on the loopback alone', async () => {
    const adminPort = await freePort()
    // Every address of 127.0.0.0/8 is one of this machine, as those of its other interfaces are.
    const node = new RealNode({
      name: 'lb',
      program: loadBalancer,
      parameters: { port: await freePort(), adminPort, backends: [], check: 'none' },
      host: '0.0.0.0',
    })
    await node.start()
    try {
      await untilListening(adminPort)
      await expect(fetch(`http://127.0.0.2:${adminPort}/`)).rejects.toThrow('fetch failed')
      expect((await fetch(`http://127.0.0.1:${adminPort}/`)).status).toBe(200)
    } finally {
      await node.stop()
    }
  })

  test('refuses a list that is none, and says all that is wrong with it', async () => {
    const body = JSON.stringify([{ host: 'a b', port: 0 }, 'x', { host: 'a', port: 1, size: 3 }])
    const response = await fetch(`${admin}/backends`, { method: 'PUT', body })
    expect(response.status).toBe(400)
    const { problems } = (await response.json()) as { readonly problems: readonly string[] }
    expect(problems).toEqual([
      'backends[0].host: got "a b", wanted a name or an address',
      'backends[0].port: got 0, wanted a whole number 1 to 65535',
      'backends[1]: got "x", wanted "host:port" or "[ipv6]:port"',
      'backends[2].size: got a value, wanted one of host, port, weight, backup, name',
    ])
    expect((await fetch(`${admin}/backends`, { method: 'PUT', body: '{' })).status).toBe(400)
    expect((await fetch(`${admin}/backends`, { method: 'DELETE' })).headers.get('allow')).toBe(
      'GET, HEAD, PUT',
    )
  })
})

test('an upgrade becomes a tunnel, and what is none of the allowed protocols does not', async () => {
  const theirs = createHttpServer((request, response) => {
    response.end(`upgrade: ${request.headers.upgrade ?? 'none'}`)
  })
  theirs.on('upgrade', (request, socket, head: Buffer) => {
    if (request.url === '/no') return void socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno')
    socket.write(
      'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nX-A: b\r\n\r\n',
    )
    if (head.length > 0) socket.write(head)
    socket.pipe(socket)
  })
  await new Promise<void>((resolve) => theirs.listen(0, '127.0.0.1', resolve))
  const balancer = await balanced({ backends: [`127.0.0.1:${portOf(theirs.address())}`], check: 'none' })
  const ask = (path: string, upgrade: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const headers = { connection: 'Upgrade', upgrade }
      const request = nodeRequest({ port: balancer.port, host: '127.0.0.1', path, headers })
      request.once('error', reject)
      request.once('response', (response) => {
        response.setEncoding('utf8').once('data', (text) => {
          resolve(`${response.statusCode} ${String(text)}`)
        })
      })
      request.once('upgrade', (response, socket: Socket) => {
        socket.once('data', (bytes) => {
          resolve(`${response.statusCode} ${String(response.headers['x-a'])} ${String(bytes)}`)
          socket.end()
        })
        socket.write('to and fro')
      })
      request.end()
    })
  expect(await ask('/', 'websocket')).toBe('101 b to and fro')
  expect(await ask('/no', 'websocket')).toBe('403 no')
  expect(await ask('/', 'h2c')).toBe('200 upgrade: none')
  await balancer.stop()
  await new Promise((resolve) => theirs.close(resolve))
})

test("npm's ws talks through the balancer, in both directions and in large messages", async () => {
  const theirs = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  await new Promise<void>((resolve) => theirs.once('listening', resolve))
  theirs.on('connection', (socket) => {
    socket.on('message', (data, isBinary) => {
      socket.send(data, { binary: isBinary })
    })
  })
  const address = theirs.address()
  const backends = [`127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`]
  const balancer = await balanced({ backends, check: 'none', sticky: 'cookie' })
  const told: string[] = []
  const client = new WebSocket(`ws://127.0.0.1:${balancer.port}/`)
  client.on('upgrade', ({ headers }) => void told.push(String(headers['set-cookie']?.[0]?.slice(0, 17))))
  await new Promise<void>((resolve, reject) => {
    client.once('error', reject)
    client.once('close', (code) => {
      told.push(String(code))
      resolve()
    })
    client.on('open', () => {
      client.send('hello')
      client.send(Buffer.alloc(1_000_000, 7))
    })
    client.on('message', (data: Buffer, isBinary) => {
      told.push(isBinary ? String(data.equals(Buffer.alloc(1_000_000, 7))) : data.toString())
      if (isBinary) client.close(1000)
    })
  })
  expect(told).toEqual(['faultline-backend', 'hello', 'true', '1000'])
  await balancer.stop()
  await new Promise((resolve) => theirs.close(resolve))
})

describe('TCP', () => {
  test('goes both ways, in large amounts, and one side may end before the other', async () => {
    // Answers only once it has heard the end.
    const theirs = createServer({ allowHalfOpen: true }, (socket) => {
      const pieces: Buffer[] = []
      socket.on('data', (bytes) => void pieces.push(bytes))
      socket.on('end', () => socket.end(Buffer.concat(pieces)))
    })
    await new Promise<void>((resolve) => theirs.listen(0, '127.0.0.1', resolve))
    const dead = await freePort()
    const backends = [`127.0.0.1:${dead}`, `127.0.0.1:${portOf(theirs.address())}`]
    const balancer = await balanced({ mode: 'tcp', backends, check: 'none' })
    for (let time = 0; time < 3; time++) {
      const sent = Buffer.alloc(2_000_000, time)
      expect((await exchanged(balancer.port, sent)).equals(sent)).toBe(true)
    }
    await balancer.stop()
    await new Promise((resolve) => theirs.close(resolve))
  })

  test.skipIf(nginx === null)(
    'nginx reads our PROXY header, and we read ours behind another one',
    async () => {
      const folder = mkdtempSync(join(tmpdir(), 'faultline-nginx-'))
      const port = await freePort()
      writeFileSync(join(folder, 'nginx.conf'), nginxConfig(folder, port))
      const server = spawn(nginx ?? '', ['-c', join(folder, 'nginx.conf'), '-e', 'stderr'], {
        stdio: 'ignore',
      })
      const ended = new Promise((resolve) => server.once('exit', resolve))
      const check = { check: 'none' }
      const inner = await balanced({
        ...check,
        backends: [`127.0.0.1:${port}`],
        sendProxy: true,
        acceptProxyFrom: ['127.0.0.1'],
      })
      const outer = await balanced({
        ...check,
        mode: 'tcp',
        backends: [`127.0.0.1:${inner.port}`],
        sendProxy: true,
      })
      try {
        let told = ''
        for (let tries = 0; tries < 100 && !told.startsWith('127'); tries++)
          told = await fetch(`http://127.0.0.1:${outer.port}/`).then((response) => response.text(), String)
        expect(told).toBe('127.0.0.1 by proxy')
        // Who says nothing of a client is not let in.
        await expect(fetch(`http://127.0.0.1:${inner.port}/`)).rejects.toThrow('fetch failed')
      } finally {
        server.kill()
        await ended
        await outer.stop()
        await inner.stop()
        rmSync(folder, { recursive: true })
      }
    },
  )
})

function nginxConfig(folder: string, port: number): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `${name}_temp_path ${folder}/${name};`,
  )
  return `daemon off; master_process off; pid ${folder}/pid; error_log ${folder}/error;
events {}
http { access_log off; ${temporary.join(' ')}
  server { listen 127.0.0.1:${port} proxy_protocol; return 200 "$proxy_protocol_addr by proxy"; } }`
}
