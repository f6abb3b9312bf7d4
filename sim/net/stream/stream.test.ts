import { expect, test } from 'vitest'

import type { Connection, Program } from '../../env.ts'
import { ms, seconds } from '../../time.ts'
import { perfect } from '../profile.ts'
import { client, echo, noting, readAll, serve } from '../testing/stream-programs.ts'
import { idle, TestWorld } from '../testing/test-world.ts'

const both = [
  { source: 'server', target: 'client' },
  { source: 'client', target: 'server' },
]

test('an echo over a stream reads as a story', async () => {
  const heard: string[] = []
  const user = client(7, async (connection) => {
    await connection.write('hello')
    connection.end()
    heard.push(await readAll(connection))
  })
  const world = new TestWorld({ server: echo, client: user })
  await world.run()
  expect(heard).toEqual(['hello'])
  expect(world.story).toMatchInlineSnapshot(`
    "0.000000000s #1 <-0 server start incarnation=1 version=1
    0.000000000s #2 <-0 client start incarnation=1 version=1
    0.000000000s #3 <-1 server listen protocol=stream port=7
    0.000000000s #4 <-2 client connect stream=1 target=server port=7
    0.001000000s #5 <-4 server accept stream=1 source=client port=7 sourcePort=49152
    0.002000000s #6 <-4 client connect-result stream=1
    0.002000000s #7 <-6 client stream-write stream=1 bytes="hello"
    0.002000000s #8 <-6 client stream-end stream=1
    0.003000000s #9 <-7 server stream-read stream=1 bytes="hello"
    0.003000000s #10 <-9 server stream-write stream=1 bytes="hello"
    0.003000000s #11 <-8 server stream-ended stream=1
    0.003000000s #12 <-11 server stream-end stream=1
    0.004000000s #13 <-10 client stream-read stream=1 bytes="hello"
    0.004000000s #14 <-12 client stream-ended stream=1"
  `)
})

test('writes of one step go together, and a reader gets them in any split', async () => {
  const splits = new Set<string>()
  for (let seed = 1; seed <= 20; seed++) {
    const server = serve(7, async (connection) => {
      const chunks: string[] = []
      for await (const chunk of connection) chunks.push(new TextDecoder().decode(chunk))
      expect(chunks.join('')).toBe('onetwothree')
      splits.add(chunks.join('|'))
    })
    const user = client(7, async (connection) => {
      void connection.write('one')
      void connection.write('two')
      await connection.write('three')
      connection.end()
    })
    const world = new TestWorld({ server, client: user }, { seed, profile: perfect({ streams: {} }) })
    await world.run()
  }
  expect(splits.has('onetwothree')).toBe(true)
  expect(splits.size).toBeGreaterThan(4)
})

test('a half-close ends one direction, and the other goes on', async () => {
  const heard: string[] = []
  const server = serve(7, async (connection, env) => {
    heard.push(await readAll(connection))
    await env.sleep(seconds(5))
    await connection.write('answer')
    connection.end()
  })
  const user = client(7, async (connection) => {
    await connection.write('question')
    connection.end()
    connection.end()
    heard.push(await readAll(connection))
    const refused: string[] = []
    await noting(refused, () => connection.write('more'))
    expect(refused).toEqual(['EPIPE'])
    expect(await connection.read()).toBeNull()
  })
  const world = new TestWorld({ server, client: user })
  await world.run()
  expect(heard).toEqual(['question', 'answer'])
  expect(world.of('stream-end').length).toBe(2)
  expect(world.of('stream-ended').length).toBe(2)
})

test('a reset ends both sides at once', async () => {
  const failures: string[] = []
  const server = serve(7, async (connection) => {
    await noting(failures, async () => {
      await readAll(connection)
    })
    await noting(failures, () => connection.write('too late'))
  })
  const user = client(
    7,
    async (connection, env) => {
      await env.sleep(ms(10))
      connection.reset()
      connection.reset()
      await connection.read()
    },
    failures,
  )
  const world = new TestWorld({ server, client: user })
  await world.run()
  expect(failures).toEqual(['ECONNRESET', 'ECONNRESET', 'ECONNRESET'])
  expect(world.of('stream-reset').map(({ node, why }) => `${node} ${why}`)).toEqual([
    'client own',
    'server peer',
  ])
})

test('what arrived before a reset can still be read', async () => {
  const heard: string[] = []
  const failures: string[] = []
  const server = serve(7, async (connection, env) => {
    await env.sleep(ms(50))
    await noting(failures, async () => {
      for await (const chunk of connection) heard.push(new TextDecoder().decode(chunk))
    })
  })
  const user = client(7, async (connection, env) => {
    await connection.write('last words')
    await env.sleep(ms(5))
    connection.reset()
  })
  await new TestWorld({ server, client: user }).run()
  expect(heard.join('')).toBe('last words')
  expect(failures).toEqual(['ECONNRESET'])
})

test('an empty write is nothing, and bytes that change after a write do not change what is sent', async () => {
  const heard: string[] = []
  const server = serve(7, async (connection) => {
    heard.push(await readAll(connection))
  })
  const user = client(7, async (connection) => {
    await connection.write('')
    const bytes = new TextEncoder().encode('abc')
    const written = connection.write(bytes)
    bytes.fill(0)
    await written
    connection.end()
  })
  const world = new TestWorld({ server, client: user })
  await world.run()
  expect(heard).toEqual(['abc'])
  expect(world.of('stream-write').length).toBe(1)
})

test('a reader that changes its bytes changes nobody else’s', async () => {
  const heard: string[] = []
  const server = serve(7, async (connection) => {
    for await (const chunk of connection) {
      heard.push(new TextDecoder().decode(chunk))
      expect(chunk.buffer.byteLength).toBe(chunk.length)
      chunk.fill(0)
    }
  })
  const user = client(7, async (connection) => {
    for (let count = 0; count < 5; count++) void connection.write('abcdefgh')
    connection.end()
  })
  await new TestWorld({ server, client: user }, { profile: perfect({ streams: {} }) }).run()
  expect(heard.join('')).toBe('abcdefgh'.repeat(5))
})

test('a slow reader holds a fast writer back, and nobody keeps more than the window', async () => {
  const window = 1000
  let written = 0
  let read = 0
  let ahead = 0
  const server = serve(7, async (connection, env) => {
    await env.sleep(seconds(1))
    for (let chunk = await connection.read(); chunk !== null; chunk = await connection.read()) {
      read += chunk.length
      await env.sleep(ms(10))
    }
  })
  const user = client(7, async (connection) => {
    for (let count = 0; count < 100; count++) {
      await connection.write('x'.repeat(100))
      written += 100
      ahead = Math.max(ahead, written - read)
    }
    connection.end()
  })
  const profile = perfect({ streams: { window } })
  const world = new TestWorld({ server, client: user }, { profile })
  await world.run(ms(900))
  // One window lies unread at the server, another waits at the client for room.
  expect(written).toBe(2 * window)
  await world.run()
  expect(read).toBe(10_000)
  expect(ahead).toBeLessThanOrEqual(2 * window)
  const drains = world.of('stream-drain')
  expect(drains.length).toBeGreaterThan(10)
  expect(drains.every(({ cause }) => world.events[cause - 1]?.kind === 'stream-write')).toBe(true)
})

test('a program that never awaits its writes is stopped before memory runs out', async () => {
  const failures: string[] = []
  const user = client(7, async (connection) => {
    const write = (): Promise<void> => noting(failures, () => connection.write('x'.repeat(100)))
    await Promise.all(Array.from({ length: 12 }, write))
    connection.reset()
  })
  const profile = perfect({ streams: { window: 100, unsentMax: 1000 } })
  await new TestWorld({ server: echo, client: user }, { profile }).run()
  expect(failures).toEqual(['ENOBUFS', 'ENOBUFS'])
})

test('the two ends of a node’s stream to itself have numbers of their own', async () => {
  const heard: string[] = []
  const both: Program = async (env) => {
    const server = await env.net.listen(7)
    env.spawn(async () => {
      const connection = (await server.accept()) as Connection
      heard.push(`${connection.remote} says ${await readAll(connection)}`)
    })
    const connection = await env.net.connect('server', 7)
    await connection.write('hello')
    connection.end()
  }
  const world = new TestWorld({ server: both })
  await world.run()
  expect(heard).toEqual(['server says hello'])
  const numbers = world.of('stream-write', 'stream-read').map(({ kind, stream }) => `${kind} ${stream}`)
  expect(numbers).toEqual(['stream-write 1', 'stream-read 2'])
})

test('a paused reader gets everything when it goes on, and the writer does not notice before the window is full', async () => {
  const heard: string[] = []
  const server = serve(7, async (connection) => {
    heard.push(await readAll(connection))
  })
  const user = client(7, async (connection, env) => {
    await env.sleep(ms(10))
    for (let count = 0; count < 10; count++) await connection.write('x')
    connection.end()
  })
  const world = new TestWorld({ server, client: user, other: idle })
  world.at(ms(5), () => {
    world.machine('server').pause()
  })
  world.at(seconds(2), () => {
    world.machine('server').resume()
  })
  await world.run()
  expect(heard).toEqual(['x'.repeat(10)])
  expect(world.of('stream-read').every(({ at }) => at >= seconds(2))).toBe(true)
  expect(world.of('stream-end').every(({ at }) => at < seconds(1))).toBe(true)
  expect(both.length).toBe(2)
})
