// Which handler takes a message.

import { expect, test } from 'vitest'

import { sendNotes, TestWorld } from './testing/test-world.ts'
import type { Program } from '../env.ts'
import { ms } from '../time.ts'

test('the handler registered last takes the next message, even one registered while another handles that kind', async () => {
  const taken: string[] = []
  const changing: Program = (env) => {
    env.messages.on('note', () => {
      taken.push('first')
      env.messages.on('note', () => {
        taken.push('second')
      })
    })
    env.timers.after(ms(3.5), () => {
      env.messages.on('note', () => {
        taken.push('third')
      })
    })
  }
  await new TestWorld({ a: sendNotes('b', 4, ms(1)), b: changing }).run()
  expect(taken).toEqual(['first', 'second', 'third', 'third'])
})

test('a message that nobody handled is handled once somebody does', async () => {
  const taken: unknown[] = []
  const late: Program = (env) => {
    env.timers.after(ms(2.5), () => {
      env.messages.on('note', ({ text }) => {
        taken.push(text)
      })
    })
  }
  const world = new TestWorld({ a: sendNotes('b', 4, ms(1)), b: late })
  await world.run()
  expect(world.of('drop').map(({ why }) => why)).toEqual(['no-handler'])
  expect(taken).toEqual(['2', '3', '4'])
})

test('the kinds of messages each have their own handler, in whatever order they come', async () => {
  const taken: string[] = []
  const sender: Program = (env) => {
    for (const kind of ['ping', 'pong', 'pong', 'ping']) env.messages.send('b', { kind })
  }
  const receiver: Program = (env) => {
    for (const kind of ['ping', 'pong'])
      env.messages.on(kind, (message) => {
        taken.push(`${kind} ${message.kind}`)
      })
  }
  await new TestWorld({ a: sender, b: receiver }).run()
  expect(taken).toEqual(['ping ping', 'pong pong', 'pong pong', 'ping ping'])
})
