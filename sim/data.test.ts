import { expect, test } from 'vitest'

import { plainCopy } from './data.ts'
import type { Env, Program } from './env.ts'
import { group, node, scenario } from './scenario.ts'
import { tell } from './testing/story.ts'
import { type Duration, ms, seconds } from './time.ts'

test('a copy of plain data is deeply frozen and shares nothing with what it was made of', () => {
  const source = { list: [1, { deep: 'x' }], gone: undefined, none: null }
  const copy = plainCopy(source as never, 'it') as { readonly list: readonly unknown[] }
  source.list.push(2)
  expect(copy).toEqual({ list: [1, { deep: 'x' }], none: null })
  expect([Object.isFrozen(copy), Object.isFrozen(copy.list), Object.isFrozen(copy.list[1])]).toEqual([
    true,
    true,
    true,
  ])
})

test.each([
  [{ a: [0, Number.NaN] }, 'it.a[1]: got number NaN'],
  [{ when: new Date(0) }, 'it.when'],
  [{ f: () => 1 }, 'it.f: got function'],
  [new Map(), 'it: got an object'],
])('what is no plain data is refused with its place', (value, message) => {
  expect(() => plainCopy(value as never, 'it')).toThrow(message)
})

test('what a program publishes is refused when it is no plain data, and cannot be changed afterwards', async () => {
  const live = { n: 1 }
  const good: Program = (env) => {
    env.probe('x', live)
    live.n = 2
  }
  const bad: Program = (env) => {
    env.probe('mean', Number.NaN)
  }
  const alone = (program: Program) =>
    scenario({ title: 'one', nodes: () => [node('a', program)], duration: ms(1) })
  expect((await tell(alone(good), ['probe'])).story).toEqual(['0.000ms a probe name=x value={"n":1}'])
  const { result } = await tell(alone(bad))
  expect(result.violations[0]?.message).toContain('probe mean: got number NaN, wanted plain data')
})

test('parameters are shared by nobody: a program that changes them ends with an error', async () => {
  const pushes: Program = (env) => {
    ;(env.parameters['group'] as string[]).push('z')
  }
  const { result } = await tell(
    scenario({ title: 'two', nodes: () => group('g', 2, pushes), duration: ms(1) }),
  )
  expect(result.violations[0]?.message).toContain('TypeError')
})

test('a program that uses the Env of an incarnation that is over ends with an error, not silently', async () => {
  const kept: Env[] = []
  const program: Program = async (env) => {
    kept.push(env)
    await env.sleep(ms(1))
    kept[0]?.probe('x', env.incarnation)
  }
  const { result } = await tell(
    scenario({
      title: 'stale',
      nodes: () => [node('a', program), node('b', () => undefined)],
      faults: [{ kind: 'crash', node: 'a', at: ms(10), for: ms(10) }],
      unrestricted: true,
      duration: seconds(1),
    }),
  )
  expect(result.violations[0]?.message).toContain('incarnation')
})

test('a fraction of a nanosecond counts as a whole one, and what is no duration is refused', async () => {
  const at: number[] = []
  const errors: string[] = []
  const program: Program = (env) => {
    env.timers.after(1.5 as Duration, () => void at.push(env.clock.monotonic()))
    for (const wait of [Number.NaN, -1, Infinity, '5']) {
      try {
        env.timers.after(wait as Duration, () => undefined)
      } catch (error) {
        errors.push(String(error))
      }
    }
  }
  await tell(scenario({ title: 'one', nodes: () => [node('a', program)], duration: ms(1) }))
  expect(at).toEqual([2])
  expect(errors).toHaveLength(4)
})

test('a group of nobody is refused, and a world of nobody is dead', async () => {
  expect(() => group('g', 0, () => undefined)).toThrow('wanted a whole number 1 to')
  expect(() => group('g', 1.5, () => undefined)).toThrow('whole number')
  const { result } = await tell(scenario({ title: 'empty', nodes: () => [], duration: ms(1) }))
  expect(result.outcome).toEqual({ kind: 'dead', group: 'the world' })
})

test('a constant parameter that is a list stays a list', async () => {
  const { result } = await tell(
    scenario({
      title: 'list',
      parameters: { sizes: [10, 20] },
      nodes: () => [node('a', () => undefined)],
      duration: ms(1),
    }),
  )
  expect(result.parameters).toEqual({ sizes: [10, 20] })
})

test('copies made together share what their originals share, so a group of many takes no memory for each pair', () => {
  const names = ['a', 'b']
  const copies = new Map()
  const [first, second] = [1, 2].map((own) => plainCopy({ own, names }, 'it', copies))
  expect(first).toEqual({ own: 1, names: ['a', 'b'] })
  expect(first!.names).toBe(second!.names)
  expect(first!.names).not.toBe(names)
  const apart = plainCopy({ names }, 'it')
  expect(apart.names).not.toBe(first!.names)
})

test('the members of a group see one list of names', async () => {
  const lists = new Set<unknown>()
  const program: Program = (env) => {
    lists.add(env.parameters['group'])
  }
  await tell(scenario({ title: 'shared', nodes: () => group('g', 5, program), duration: ms(1) }))
  expect([...lists]).toEqual([['g-1', 'g-2', 'g-3', 'g-4', 'g-5']])
})

test('what is no plain data is named by its place, however deep', () => {
  const bad = { list: [1, { deep: () => 1 }] }
  expect(() => plainCopy(bad as never, 'it')).toThrow('it.list[1].deep: got function')
  const cycle: { self?: unknown } = {}
  cycle.self = cycle
  expect(() => plainCopy(cycle as never, 'it', new Map())).toThrow('nested too deep')
})
