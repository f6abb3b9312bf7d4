// What real clients exchanged with components on real sockets, given to the same components in a simulation: the same bytes come
// out, `Date` and times of messages included, because the replay feeds what the clock showed then. Random draws are the same where
// the node has the same name and seed.
//
// What would differ, and is not asked for here: what depends on how long something took (PTTL, INFO, latencies), on the address of
// the peer (CLIENT LIST), on process and machine, or on how a stream is cut, which both networks do in their own way (the sizes of
// the chunks in which a large body is sent back while it comes).

import { once } from 'node:events'
import { connect } from 'node:net'

import { Redis } from 'ioredis'
import { describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'

import { chat, chatPort, chatWebPort } from '../nodes/chat/index.ts'
import { httpDemo, httpPort } from '../nodes/http/index.ts'
import { loadBalancer } from '../nodes/load-balancer/index.ts'
import { redis, redisPort } from '../nodes/redis/index.ts'
import {
  type DataRecord,
  type Exchange,
  node,
  type Program,
  RealNode,
  replayExchanges,
  type ReplayOptions,
} from '../sim/index.ts'

const host = '127.0.0.1'
const seed = 1

/** Where a program listens, by its own ports. */
type PortOf = (port: number) => number

interface Recording {
  readonly ports: readonly number[]
  readonly parameters?: DataRecord
  readonly peers?: ReadonlyMap<string, string | { readonly host: string; readonly port: number }>
  /** Talks to the program until there is nothing left to say. */
  readonly talk: (portOf: PortOf) => Promise<void>
}

/** Runs a program on real sockets, and what passed. */
async function recorded(program: Program, recording: Recording): Promise<readonly Exchange[]> {
  const { ports, talk, ...options } = recording
  const real = new Map<number, number>()
  const exchanges: Exchange[] = []
  await new Promise<void>((resolve, reject) => {
    const served = new RealNode({
      name: 'program',
      program,
      seed,
      ...options,
      listen: new Map(ports.map((port) => [port, { host, port: 0 }])),
      onExchange: (exchange) => void exchanges.push(exchange),
      onListen: ({ port, address }) => {
        if (!('port' in address) || !ports.includes(port)) return
        real.set(port, address.port)
        if (real.size === ports.length)
          talk((wanted) => real.get(wanted) ?? 0)
            .then(() => served.stop())
            .then(() => resolve(), reject)
      },
    })
    served.start().catch(reject)
  })
  return exchanges.toSorted((a, b) => a.order - b.order)
}

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1')

/** What the program said in an exchange. */
function saidIn({ steps }: Exchange): string {
  return steps.map((step) => (step.kind === 'sent' ? text(step.bytes) : '')).join('')
}

/** Where two texts part, with what is around: they may be long. */
function parting(wanted: string, got: string): string {
  if (wanted === got) return 'nowhere'
  let at = 0
  while (wanted[at] === got[at]) at++
  const around = (all: string): string => JSON.stringify(all.slice(Math.max(0, at - 60), at + 60))
  return `at ${at}: was ${around(wanted)}, is ${around(got)}`
}

/** Records, replays, and holds the two against each other, but for what `steady` takes out. What was said, for a test to look at. */
async function sameOnBoth(
  program: Program,
  recording: Recording,
  options: ReplayOptions = {},
  steady: (said: string) => string = (said) => said,
): Promise<readonly string[]> {
  const exchanges = await recorded(program, recording)
  const { parameters = {} } = recording
  const replayed = await replayExchanges(program, exchanges, { seed, parameters, ...options })
  const said = replayed.map(text)
  const partings = exchanges.map((exchange, index) =>
    parting(steady(saidIn(exchange)), steady(said[index] ?? '')),
  )
  expect(new Set(partings)).toEqual(new Set(['nowhere']))
  return said
}

/** Somebody who types lines, each once a word of the answer to the one before has come. */
async function typed(
  port: number,
  lines: readonly (readonly [line: string, answer: string])[],
): Promise<void> {
  const socket = connect({ host, port })
  let heard = ''
  socket.on('data', (bytes) => {
    heard += bytes.toString()
  })
  for (const [line, answer] of lines) {
    heard = ''
    socket.write(`${line}\n`)
    while (!heard.includes(answer)) await once(socket, 'data')
  }
  socket.end()
  await once(socket, 'close')
}

describe('the same bytes come out of', () => {
  test('HTTP, asked by fetch: bodies both ways, chunks, errors, dates', async () => {
    const [said = ''] = await sameOnBoth(httpDemo, {
      ports: [httpPort],
      talk: async (portOf) => {
        const origin = `http://${host}:${portOf(httpPort)}`
        for (const path of ['/', '/status/404', '/bytes/100000', '/stream/3', '/nowhere'])
          await (await fetch(`${origin}${path}`)).arrayBuffer()
        const echoed = await fetch(`${origin}/body`, { method: 'POST', body: 'x'.repeat(500) })
        expect((await echoed.arrayBuffer()).byteLength).toBe(500)
      },
    })
    expect(said).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*^date: \w{3}, \d\d \w{3} 20[2-9]\d/im)
  })

  test('HTTP, asked in pieces, with what it refuses', async () => {
    const said = await sameOnBoth(httpDemo, {
      ports: [httpPort],
      talk: async (portOf) => {
        for (const pieces of [
          [
            'GET / HT',
            'TP/1.1\r\nHo',
            'st: a\r\n\r\nGET /status/204 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n',
          ],
          ['POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n', 'Transfer-Encoding: chunked\r\n\r\n'],
        ]) {
          const socket = connect({ host, port: portOf(httpPort), noDelay: true })
          for (const piece of pieces) await new Promise((resolve) => socket.write(piece, resolve))
          socket.resume()
          await once(socket, 'close')
        }
      },
    })
    expect(said.map((each) => each.match(/HTTP\/1\.1 \d+/g))).toEqual([
      ['HTTP/1.1 200', 'HTTP/1.1 204'],
      ['HTTP/1.1 400'],
    ])
  })

  test('Redis, asked by ioredis on two connections at once: expiry, blocking, transactions, scripts, pub/sub, errors', async () => {
    const said = await sameOnBoth(redis, {
      ports: [redisPort],
      talk: async (portOf) => {
        const options = { port: portOf(redisPort), host, enableReadyCheck: false, disableClientInfo: true }
        const [one, two] = [new Redis(options), new Redis(options)]
        await one.set('k', 'v', 'EX', 100)
        expect(await two.ttl('k')).toBe(100)
        const blocked = two.blpop('list', 10)
        await one.rpush('list', 'a', 'b')
        expect(await blocked).toEqual(['list', 'a'])
        await one.multi().incr('n').incrby('n', 41).get('n').exec()
        await one.eval('return redis.call("hset", KEYS[1], "f", ARGV[1])', 1, 'h', 'x')
        await one.zadd('z', 1, 'a', 2.5, 'b')
        await one.zrange('z', '0', '-1', 'WITHSCORES')
        await one
          .pipeline(
            Array.from({ length: 50 }, (_, index) => ['xadd', 's', `${index + 1}-0`, 'f', `${index}`]),
          )
          .exec()
        expect(await one.incr('k').catch(String)).toContain('not an integer')
        await two.subscribe('news')
        const heard = once(two, 'message')
        await one.publish('news', 'hello')
        expect(await heard).toEqual(['news', 'hello'])
        await Promise.all([one.quit(), two.quit()])
      },
    })
    expect(said.map((each) => each.length > 100)).toEqual([true, true])
  })

  test('the chat, talked to by lines and over WebSocket by ws', async () => {
    const said = await sameOnBoth(chat(), {
      ports: [chatPort, chatWebPort],
      talk: async (portOf) => {
        const socket = new WebSocket(`ws://${host}:${portOf(chatWebPort)}/socket`)
        await once(socket, 'open')
        const heard = (word: string): Promise<void> =>
          new Promise((resolve) => {
            socket.on('message', (bytes: Buffer) => {
              if (bytes.includes(word)) resolve()
            })
          })
        const isJoined = heard('"room"')
        for (const frame of [
          { kind: 'hello', nick: 'bob' },
          { kind: 'join', room: 'lobby' },
        ])
          socket.send(JSON.stringify(frame))
        await isJoined
        const heardAnn = heard('good morning')
        await typed(portOf(chatPort), [
          ['/nick ann', 'ann'],
          ['/join lobby', 'lobby'],
          ['good morning', 'good morning'],
          ['/who', 'bob'],
          ['/history', 'good morning'],
          ['/quit', ''],
        ])
        await heardAnn
        socket.close(1000)
        await once(socket, 'close')
      },
    })
    expect(said.join()).toMatch(/good morning[^]*"text":"good morning"|"text":"good morning"[^]*good morning/)
  })

  test('the load balancer, in front of an HTTP server', async () => {
    const origins: number[] = []
    const server = new RealNode({
      name: 'server',
      program: httpDemo,
      listen: new Map([[httpPort, { host, port: 0 }]]),
      onListen: ({ address }) => {
        if ('port' in address) origins.push(address.port)
      },
    })
    await server.start()
    while (origins.length === 0) await new Promise(setImmediate)
    const parameters = { port: 8080, backends: ['server:80'] }
    const said = await sameOnBoth(
      loadBalancer,
      {
        ports: [8080],
        parameters,
        peers: new Map<string, string | { host: string; port: number }>([
          ['server', host],
          ['server:80', { host, port: origins[0] ?? 0 }],
        ]),
        talk: async (portOf) => {
          for (const path of ['/', '/status/404', '/bytes/100000'])
            await (await fetch(`http://${host}:${portOf(8080)}${path}`)).arrayBuffer()
        },
      },
      { others: [node('server', httpDemo)] },
      // That of the server: its clock was not recorded.
      (said) => said.replaceAll(/^Date: .*$/gm, 'Date:'),
    )
    expect(said.join('').match(/^via: 1\.1 faultline/gim)).toHaveLength(3)
    await server.stop()
  })
})
