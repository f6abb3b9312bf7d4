// What becomes of messages when nodes crash, restart, stand still or are busy.

import { expect, test } from 'vitest'

import { perfect } from './profile.ts'
import { collectNotes, idle, sendNotes, TestWorld } from './testing/test-world.ts'
import type { Program } from '../env.ts'
import { ms } from '../time.ts'

test('what a node sent before it crashed still arrives, and nothing is sent after', async () => {
  const received: string[] = []
  const world = new TestWorld(
    { a: sendNotes('b', 100, ms(1)), b: collectNotes(received) },
    { profile: perfect({ takes: ms(5) }) },
  )
  world.at(ms(3.5), () => {
    world.machine('a').crash('silent', 'kept')
  })
  await world.run()
  expect(received).toEqual(['1', '2', '3'])
  expect(world.of('send').length).toBe(3)
})

test('a node that crashes in its own step sends nothing more in that step', async () => {
  const received: string[] = []
  const suicidal: Program = (env) => {
    env.messages.send('b', { kind: 'note', text: 'before' })
    env.probe('last', true)
    env.messages.send('b', { kind: 'note', text: 'after' })
  }
  const world = new TestWorld({ a: suicidal, b: collectNotes(received) })
  world.simulation.log.subscribe('probe', () => {
    world.simulation.log.afterEmission(() => {
      world.machine('a').crash('silent', 'kept')
    })
  })
  await world.run()
  expect(received).toEqual(['before'])
  expect(world.of('exit')).toEqual([])
})

test('a message to a node that is down is lost, and says so', async () => {
  const world = new TestWorld({ a: sendNotes('b', 3, ms(1)), b: collectNotes([]) })
  world.at(ms(1.5), () => {
    world.machine('b').crash('silent', 'kept')
  })
  await world.run()
  expect(world.losses).toEqual(['node-down', 'node-down', 'node-down'])
})

test('a message that was sent before a restart reaches the new incarnation', async () => {
  const received: string[] = []
  const world = new TestWorld({ a: sendNotes('b', 1, ms(1)), b: collectNotes(received) })
  world.at(ms(1.2), () => {
    world.machine('b').crash('silent', 'kept')
  })
  world.at(ms(1.4), () => {
    world.machine('b').start()
  })
  await world.run()
  expect(received).toEqual(['1'])
})

test('messages to nobody, to a node without a handler, and to a node without a name are lost with their reason', async () => {
  const sender: Program = (env) => {
    env.messages.send('nobody', { kind: 'note', text: '' })
    env.messages.send('b', { kind: 'note', text: '' })
  }
  const world = new TestWorld({ a: sender, b: idle })
  await world.run()
  expect(world.losses).toEqual(['no-such-node', 'no-handler'])
})

test('messages that wait at a paused node are lost when it crashes', async () => {
  const received: string[] = []
  const world = new TestWorld({ a: sendNotes('b', 3, ms(1)), b: collectNotes(received) })
  world.at(ms(2.5), () => {
    world.machine('b').pause()
  })
  world.at(ms(10), () => {
    world.machine('b').crash('reset', 'kept')
  })
  await world.run()
  expect(received).toEqual(['1'])
  expect(world.of('drop').map(({ why, at }) => `${why} ${at / 1_000_000}`)).toEqual([
    'node-down 10',
    'node-down 10',
  ])
})

test('a full inbox loses what comes on top', async () => {
  const received: string[] = []
  const programs = { a: sendNotes('b', 5, ms(1)), b: collectNotes(received) }
  const world = new TestWorld(programs, { inboxMax: 2 })
  world.at(ms(1.5), () => {
    world.machine('b').pause()
  })
  world.at(ms(20), () => {
    world.machine('b').resume()
  })
  await world.run()
  expect(received).toEqual(['1', '2'])
  expect(world.losses).toEqual(['inbox-full', 'inbox-full', 'inbox-full'])
})

test('what a busy node sends leaves when its work is done, and not at all when it crashes before', async () => {
  const busy: Program = (env) => {
    env.cpu.charge(ms(10))
    env.messages.send('b', { kind: 'note', text: 'late' })
  }
  const received: string[] = []
  const lively = new TestWorld({ a: busy, b: collectNotes(received) })
  await lively.run()
  expect(lively.of('deliver').map(({ at }) => at)).toEqual([ms(11)])

  const crashing = new TestWorld({ a: busy, b: collectNotes(received) })
  crashing.at(ms(5), () => {
    crashing.machine('a').crash('silent', 'kept')
  })
  await crashing.run()
  expect(received).toEqual(['late'])
  expect(crashing.losses).toEqual(['sender-crashed'])
})
