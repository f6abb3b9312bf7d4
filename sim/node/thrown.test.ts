import { describe, expect, test } from 'vitest'

import { describeThrown } from './thrown.ts'
import type { Env } from '../env.ts'
import type { EventOf } from '../event.ts'
import { run } from '../run.ts'
import { node, scenario } from '../scenario.ts'
import { ms } from '../time.ts'

const refuse = (): never => {
  throw new Error('not to be read')
}
const traps = {
  get: refuse,
  getPrototypeOf: refuse,
  ownKeys: refuse,
  getOwnPropertyDescriptor: refuse,
  has: refuse,
}

const oddities: readonly (readonly [string, () => unknown, string])[] = [
  ['null', () => null, 'null'],
  ['undefined', () => undefined, 'undefined'],
  ['a symbol', () => Symbol('s'), 'Symbol(s)'],
  ['an object without a prototype', () => Object.create(null), '{}'],
  [
    'an object whose toString throws',
    () => ({
      a: 1,
      get toString() {
        return refuse()
      },
    }),
    '{a: 1, toString: …}',
  ],
  [
    'an object whose tag throws',
    () => ({
      get [Symbol.toStringTag]() {
        return refuse()
      },
    }),
    '{}',
  ],
  ['a proxy', () => new Proxy({}, traps), 'a proxy'],
  ['an object with fields', () => ({ code: 7, why: 'late', more: [] }), '{code: 7, why: "late", more: …}'],
  ['a function', () => refuse, 'a function'],
  ['an error whose stack throws', () => withField('stack', refuse), 'Error: odd'],
  ['an error whose name throws', () => withField('name', refuse), 'Error: odd'],
  [
    'an error whose message throws',
    () => withField('message', refuse),
    'Error: a message that cannot be read',
  ],
  ['an error whose message is a symbol', () => withField('message', () => Symbol('m')), 'Error: Symbol(m)'],
]

function withField(field: string, get: () => unknown): Error {
  return Object.defineProperty(new Error('odd'), field, { get })
}

describe.each(oddities)('%s', (_what, make, said) => {
  test('can be told', () => {
    expect(describeThrown(make()).error).toBe(said)
  })

  test.each<readonly [string, (env: Env) => void | Promise<void>]>([
    ['thrown at once', () => throwIt(make())],
    ['thrown by a timer', (env) => void env.timers.after(ms(1), () => throwIt(make()))],
    [
      'thrown by a microtask',
      () => {
        queueMicrotask(() => throwIt(make()))
      },
    ],
    [
      'thrown by a tick',
      () => {
        process.nextTick(() => throwIt(make()))
      },
    ],
    ['rejected', async () => throwIt(make())],
  ])('ends its program when it is %s, and nothing else', async (_how, program) => {
    const [first, second] = [await exitsOf(program), await exitsOf(program)]
    expect(first.exits.map(({ node: name, code, error }) => [name, code, error])).toEqual([['a', 1, said]])
    expect(second).toEqual(first)
  })
})

test('an error that ends its program while it is read ends it once', async () => {
  const { exits } = await exitsOf((env) => {
    throw withField('stack', () => env.exit(3))
  })
  expect(exits.map(({ code }) => code)).toEqual([3])
})

function throwIt(value: unknown): never {
  throw value
}

async function exitsOf(
  program: (env: Env) => void | Promise<void>,
): Promise<{ readonly exits: readonly EventOf<'exit'>[]; readonly digest: string }> {
  const exits: EventOf<'exit'>[] = []
  const failing = scenario({
    title: 'odd errors',
    nodes: () => [node('a', program), node('b', () => undefined)],
    duration: ms(5),
  })
  const { digest } = await run(failing, {
    seed: 1,
    goesOnAfterViolation: true,
    onEvent: (event) => {
      // At the end of the run what is down is started once more.
      if (event.kind === 'exit' && event.at < ms(5)) exits.push(event)
    },
  })
  return { exits, digest }
}
