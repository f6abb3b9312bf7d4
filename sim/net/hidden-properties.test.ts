import { expect, test } from 'vitest'

import { refuseHidden } from './hidden-properties.ts'
import { seal } from './seal.ts'
import type { Message, Program } from '../env.ts'
import { run } from '../run.ts'
import { node, scenario } from '../scenario.ts'
import { ms } from '../time.ts'

const withGetter = Object.defineProperty({}, 'late', { get: () => 1, enumerable: true })
const notEnumerable = Object.defineProperty({ a: 1 }, 'hidden', { value: 1 })
const listWithName = Object.assign([1, 2], { total: 3 })

const refusals: readonly (readonly [string, object, string])[] = [
  ['a getter', { kind: 'x', inner: withGetter }, 'message.inner.late: got a getter or setter'],
  ['a symbol', { kind: 'x', [Symbol('s')]: 1 }, 'message[Symbol(s)]: got a symbol as key'],
  [
    'a property that is not enumerable',
    { kind: 'x', list: [0, notEnumerable] },
    'message.list[1].hidden: got a property that is not enumerable',
  ],
  ['a proxy', { kind: 'x', inner: new Proxy({}, {}) }, 'message.inner: got a proxy'],
  ['a message that is a proxy', new Proxy({ kind: 'x' }, {}), 'message: got a proxy'],
  ['a named property of an array', { kind: 'x', list: listWithName }, 'message.list.total: got a property'],
]

test.each(refusals)('%s is refused with its path', (_what, message, said) => {
  expect(() => {
    refuseHidden(message)
  }).toThrow(said)
})

test('what is plain data, or refused by sealing anyway, is no hidden property', () => {
  const cycle: { kind: string; self?: object } = { kind: 'x' }
  cycle.self = cycle
  for (const message of [
    { kind: 'x', a: [1, { b: null }], c: undefined },
    { kind: 'x', m: new Map() },
    cycle,
  ])
    expect(() => {
      refuseHidden(message)
    }).not.toThrow()
})

test.each(refusals)('a program that sends %s ends with that error', async (_what, message, said) => {
  expect(await errorOf([message])).toContain(said)
})

test('each kind of message is looked at when a node first sends one, whatever other nodes or runs have sent', async () => {
  const getter = { kind: 'x', inner: withGetter }
  expect(await errorOf([{ kind: 'x', inner: {} }])).toBe('')
  expect(await errorOf([{ kind: 'y', inner: {} }, getter])).toContain('message.inner.late')
})

test('of later messages some are looked at, chosen by what they say: the same ones in every run', () => {
  const refused = (): number[] =>
    Array.from({ length: 4000 }, (_, n) => n).filter((n) => !isSealed({ kind: 'z', n, inner: withGetter }))
  expect(refused().length).toBeGreaterThan(5)
  expect(refused()).toEqual(refused())
})

function isSealed(message: Message & { readonly inner: object }): boolean {
  try {
    seal(message)
    return true
  } catch {
    return false
  }
}

/** The error with which a program ends that sends these; empty when it does not end. */
async function errorOf(messages: readonly object[]): Promise<string> {
  let error = ''
  const sender: Program = (env) => {
    for (const message of messages) env.messages.send('b', message as Message)
  }
  const sending = scenario({
    title: 'messages',
    nodes: () => [node('a', sender), node('b', () => undefined)],
    duration: ms(1),
  })
  await run(sending, {
    seed: 1,
    onEvent: (event) => {
      if (event.kind === 'exit') error = event.error ?? ''
    },
  })
  return error
}
