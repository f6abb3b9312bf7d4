// What a program or a scenario gets wrong is told in its own words, at the call: not as an error from deep inside.
import { describe, expect, test } from 'vitest'

import type { Env, Program } from '../env.ts'
import { lan } from '../net/index.ts'
import { run } from '../run.ts'
import { group, node, scenario, type Scenario } from '../scenario.ts'
import { tell } from '../testing/story.ts'
import { ms } from '../time.ts'

const idle: Program = () => undefined
/** Something that the compiler would not let pass. */
const anything = (value: unknown) => value as never

describe('a call of a program', () => {
  test.each<[call: string, act: (env: Env) => unknown, error: string]>([
    [
      'send of nothing',
      (env) => env.messages.send('a', anything(undefined)),
      'send: got undefined, wanted a message',
    ],
    ['send of null', (env) => env.messages.send('a', anything(null)), 'send: got null, wanted a message'],
    ['send of a text', (env) => env.messages.send('a', anything('x')), "send: got 'x', wanted a message"],
    [
      'send without a kind',
      (env) => env.messages.send('a', anything({ kind: 5 })),
      'send: got { kind: 5 }, wanted a message',
    ],
    [
      'send to nobody',
      (env) => env.messages.send(anything(undefined), { kind: 'x' }),
      'send: got undefined as target',
    ],
    [
      'on',
      (env) => env.messages.on('x', anything(undefined)),
      'messages.on "x": got undefined, wanted a function',
    ],
    [
      'timers.after',
      (env) => env.timers.after(ms(5), anything(undefined)),
      'timers: got undefined, wanted a function',
    ],
    ['timers.every', (env) => env.timers.every(ms(5), anything('x')), "timers: got 'x', wanted a function"],
    ['spawn', (env) => env.spawn(anything(5)), 'spawn: got 5, wanted a function'],
    ['onStop', (env) => env.onStop(anything(null)), 'onStop: got null, wanted a function'],
    ['exit with a text', (env) => env.exit(anything('x')), "exit: got 'x', wanted a code from 0 to 255"],
    ['exit with a fraction', (env) => env.exit(1.5), 'exit: got 1.5, wanted a code from 0 to 255'],
  ])('%s says what was there and what was wanted', async (_call, act, error) => {
    const { events } = await tell(
      scenario({ title: 't', nodes: () => [node('a', (env) => void act(env))], duration: ms(10) }),
    )
    const [exit] = events.flatMap((event) => (event.kind === 'exit' ? [event.error] : []))
    expect(exit).toContain(error)
  })
})

describe('a scenario', () => {
  const fine = { title: 't', nodes: () => [node('a', idle)], duration: ms(1) }
  const saying = (more: object): Scenario => scenario({ ...fine, ...more })

  test.each<[field: string, more: object, error: string]>([
    ['nodes', { nodes: () => null }, 'nodes: got null, wanted a list of machines'],
    ['nodes that are none', { nodes: () => undefined }, 'nodes: got nothing, wanted a list of machines'],
    ['nodes of another type', { nodes: () => 'a' }, 'nodes: got "a", wanted a list of machines'],
    ['network', { network: 'lan' }, 'network.profile: got "lan", wanted an object, such as lan() makes'],
    ['disk', { disk: 5 }, 'disk.fields: got 5, wanted an object with some of latency'],
    ['names', { names: { db: 'a' } }, "names: got { db: 'a' }, wanted a Map"],
    ['faults', { faults: { kind: 'crash' } }, "faults: got { kind: 'crash' }, wanted a list"],
    ['invariants', { invariants: 'none' }, 'invariants: got "none", wanted a list'],
    ['exitsAllowed', { exitsAllowed: 1 }, 'exitsAllowed: got 1, wanted a list of exit codes'],
    ['exitsAllowed with texts', { exitsAllowed: ['1'] }, 'exitsAllowed[0]: got "1", wanted a whole number'],
    [
      'a name that a node has',
      { names: new Map([['a', 'a']]) },
      'names: got "a", wanted names that are texts, and that no node has itself',
    ],
  ])('with %s of another type is refused', async (_field, more, error) => {
    await expect((async () => run(saying(more), { seed: 1 }))()).rejects.toThrow(error)
  })

  test('whose versions would change their order is refused; a map keeps it', () => {
    expect(() => node('a', { v2: idle, '1': idle })).toThrow(
      'versions: got 1, v2, wanted names that keep their order: no whole numbers among others (or a Map)',
    )
    expect([...node('a', { '1': idle, '2': idle }).programs.keys()]).toEqual(['1', '2'])
    const [member] = group(
      'g',
      1,
      new Map([
        ['v2', idle],
        ['1', idle],
      ]),
    )
    expect([...(member?.programs.keys() ?? [])]).toEqual(['v2', '1'])
  })
})

test('what a node sends to itself is never lost, doubled or damaged: it crosses no wire', async () => {
  const flaws = { lossRatio: 1, duplicationRatio: 1, corruptionRatio: 1, bandwidth: 1, queueMax: 0 }
  const program: Program = (env) => {
    env.messages.on('note', () => env.probe('heard', env.name))
    for (const target of ['a', 'b']) env.messages.send(target, { kind: 'note' })
  }
  const { events, result } = await tell(
    scenario({
      title: 't',
      nodes: () => ['a', 'b'].map((name) => node(name, program)),
      network: lan(flaws),
      duration: ms(900),
    }),
  )
  const heard = events.filter(({ kind }) => kind === 'probe').map(({ node: name }) => name)
  expect(heard.toSorted()).toEqual(['a', 'b'])
  expect([...result.drops.values()].reduce((sum, count) => sum + count, 0)).toBe(2)
})
