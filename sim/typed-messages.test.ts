// A program may say which messages it has; the types then find what it gets wrong. `npm run typecheck` holds the lines
// that must not compile.
import { expect, test } from 'vitest'

import { type Event, type Message, ms, node, type Program, run, scenario } from './index.ts'

interface Ping extends Message {
  readonly kind: 'ping'
  readonly count: number
}
interface Pong extends Message {
  readonly kind: 'pong'
  readonly count: number
}

/** Answers, and is wrong in two places that nobody reaches. */
const answering: Program<Ping | Pong> = (env) => {
  env.messages.on('ping', ({ count }, source) => {
    env.messages.send(source, { kind: 'pong', count: count + 1 })
  })
  if (env.incarnation > 1) {
    // @ts-expect-error -- there is no such kind
    env.messages.on('pang', () => undefined)
    // @ts-expect-error -- a pong has a count
    env.messages.send('asking', { kind: 'pong' })
  }
}

/** Says nothing of its messages, and gets any. */
const asking: Program = (env) => {
  env.messages.on('pong', (message, source) => env.probe(`from ${source}`, message['count'] ?? null))
  env.messages.send('answering', { kind: 'ping', count: 1 })
}

test('programs that name their messages and programs that do not talk to each other', async () => {
  const probes: Event[] = []
  const talk = scenario({
    title: 'ping',
    nodes: () => [node('answering', { first: answering }), node('asking', asking)],
    duration: ms(100),
  })
  await run(talk, { seed: 1, onEvent: (event) => void (event.kind === 'probe' && probes.push(event)) })
  expect(probes).toMatchObject([{ name: 'from answering', value: 2 }])
})
