import { expect, test } from 'vitest'

import { flipped } from './datagram.ts'
import { receivedMax } from './datagram-socket.ts'
import type { Datagram, Program } from '../../env.ts'
import { ms } from '../../time.ts'
import { perfect } from '../profile.ts'
import { noting } from '../testing/stream-programs.ts'
import { idle, TestWorld } from '../testing/test-world.ts'

const there = [{ source: 'a', target: 'b' }]
const text = (datagram: Datagram): string => new TextDecoder().decode(datagram.bytes)

/** Receives everything on port 9. */
const receiver = (into: string[]): Program => {
  return async (env) => {
    const socket = await env.net.bind(9)
    for await (const datagram of socket) into.push(text(datagram))
  }
}

/** Sends `count` numbered datagrams to b, one a millisecond. */
const sender = (count: number): Program => {
  return async (env) => {
    const socket = await env.net.bind()
    for (let sent = 1; sent <= count; sent++) {
      await env.sleep(ms(1))
      socket.send('b', 9, `datagram ${sent}`)
    }
  }
}

test('a question and an answer by datagrams read as a story', async () => {
  const asker: Program = async (env) => {
    const socket = await env.net.bind()
    socket.send('b', 9, 'ping')
    const answer = await socket.receive()
    env.probe('answer', answer === null ? null : `${answer.source}:${answer.sourcePort} ${text(answer)}`)
    socket.close()
    env.probe('after close', (await socket.receive()) === null)
  }
  const answerer: Program = async (env) => {
    const socket = await env.net.bind(9)
    for await (const { source, sourcePort } of socket) socket.send(source, sourcePort, 'pong')
  }
  const world = new TestWorld({ a: asker, b: answerer })
  await world.run()
  expect(world.story).toMatchInlineSnapshot(`
    "0.000000000s #1 <-0 a start incarnation=1 version=1
    0.000000000s #2 <-0 b start incarnation=1 version=1
    0.000000000s #3 <-1 a listen protocol=datagram port=49152
    0.000000000s #4 <-1 a datagram-send target=b port=9 sourcePort=49152 bytes="ping"
    0.000000000s #5 <-2 b listen protocol=datagram port=9
    0.001000000s #6 <-4 b datagram-deliver source=a sourcePort=49152 port=9 bytes="ping" isCorrupted=false
    0.001000000s #7 <-6 b datagram-send target=a port=49152 sourcePort=9 bytes="pong"
    0.002000000s #8 <-7 a datagram-deliver source=b sourcePort=9 port=49152 bytes="pong" isCorrupted=false
    0.002000000s #9 <-8 a probe name=answer value=b:9 pong
    0.002000000s #10 <-8 a probe name=after close value=true"
  `)
})

test('a damaged datagram arrives with other bytes of the same number, and its event says so', async () => {
  const received: string[] = []
  const world = new TestWorld({ a: sender(200), b: receiver(received) })
  world.network.disturb(there, { kind: 'corruption', ratio: 0.5 }, world.origin())
  await world.run()
  expect(received.length).toBe(200)
  const damaged = world.of('datagram-deliver').filter(({ isCorrupted }) => isCorrupted)
  expect(damaged.length).toBeGreaterThan(70)
  expect(world.effects.get(0)).toBe(damaged.length)
  for (const { isCorrupted, bytes, cause } of world.of('datagram-deliver')) {
    const sent = world.of('datagram-send').find(({ seq }) => seq === cause)
    expect(bytes !== sent?.bytes).toBe(isCorrupted)
    expect(bytes.length).toBe(sent?.bytes.length)
  }
})

test('damage always changes something, wherever it strikes', () => {
  const bytes = new Uint8Array(10)
  for (let damage = 0; damage < 1; damage += 0.000_37) {
    const changed = flipped(bytes, damage).filter((byte) => byte !== 0).length
    expect(changed >= 1 && changed <= 4).toBe(true)
  }
  expect(bytes.every((byte) => byte === 0)).toBe(true)
})

test('datagrams are lost, doubled and overtaken like messages', async () => {
  const received: string[] = []
  const world = new TestWorld({ a: sender(300), b: receiver(received) })
  world.network.disturb(there, { kind: 'loss', ratio: 0.2 }, world.origin())
  world.network.disturb(there, { kind: 'duplication', ratio: 0.2 }, world.origin())
  world.network.disturb(there, { kind: 'reordering', ratio: 0.2, window: ms(10) }, world.origin())
  await world.run()
  const copies = world.of('duplicate').length
  expect(copies).toBeGreaterThan(20)
  expect(world.losses.length).toBeGreaterThan(30)
  expect(received.length).toBe(300 - world.losses.length + copies)
  expect(new Set(received).size).toBe(300 - world.losses.length)
  const numbers = received.map((each) => Number(each.split(' ')[1]))
  expect(numbers.some((number, place) => number < (numbers[place - 1] ?? 0))).toBe(true)
})

test('a datagram to nobody is lost with its reason: no node, no socket, node down', async () => {
  const asker: Program = async (env) => {
    const socket = await env.net.bind()
    socket.send('nobody', 9, 'x')
    socket.send('b', 9, 'x')
    socket.send('c', 9, 'x')
  }
  const world = new TestWorld({ a: asker, b: idle, c: idle })
  world.at(ms(0.5), () => {
    world.machine('c').crash('reset', 'kept')
  })
  await world.run()
  expect(world.losses).toEqual(['no-such-node', 'no-handler', 'node-down'])
})

test('a socket that nobody reads keeps a bounded number, and the rest is lost', async () => {
  const flood: Program = async (env) => {
    const socket = await env.net.bind()
    for (let count = 0; count < receivedMax + 5; count++) socket.send('b', 9, 'x')
  }
  const deaf: Program = async (env) => {
    await env.net.bind(9)
  }
  const world = new TestWorld({ a: flood, b: deaf })
  await world.run()
  expect(world.losses).toEqual(Array(5).fill('inbox-full'))
})

test('what waits at a paused node comes when it goes on, or is lost with it', async () => {
  const received: string[] = []
  const world = new TestWorld({ a: sender(4), b: receiver(received) })
  world.at(ms(2.5), () => {
    world.machine('b').pause()
  })
  world.at(ms(4.5), () => {
    world.machine('b').resume()
    world.at(ms(4.7), () => {
      world.machine('b').pause()
    })
  })
  world.at(ms(9), () => {
    world.machine('b').crash('silent', 'kept')
  })
  await world.run()
  expect(received).toEqual(['datagram 1', 'datagram 2', 'datagram 3'])
  expect(world.losses).toEqual(['node-down'])
})

test('the program’s mistakes are errors: too large, closed, a port that cannot be or is taken', async () => {
  const mistakes: string[] = []
  const clumsy: Program = async (env) => {
    const socket = await env.net.bind(9)
    const attempt = async (action: () => void): Promise<void> =>
      noting(mistakes, async () => {
        action()
      })
    await attempt(() => {
      socket.send('b', 9, new Uint8Array(65_508))
    })
    await noting(mistakes, async () => {
      await env.net.bind(9)
    })
    expect(() => {
      socket.send('b', 0, 'x')
    }).toThrow(RangeError)
    socket.close()
    await attempt(() => {
      socket.send('b', 9, 'x')
    })
    await env.net.bind(9)
    const [first, second] = [await env.net.bind(), await env.net.bind(0)]
    expect(first.port).not.toBe(second.port)
  }
  const world = new TestWorld({ a: clumsy }, { profile: perfect() })
  await world.run()
  expect(mistakes).toEqual(['EMSGSIZE', 'EADDRINUSE', 'EPIPE'])
  expect(world.of('exit')).toEqual([])
})
