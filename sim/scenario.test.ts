import { describe, expect, test } from 'vitest'

import { noUncaughtErrorName } from './no-uncaught-error.ts'
import { RandomStreams } from './random.ts'
import { setUp, topologyOf } from './run-setup.ts'
import { oneOf } from './parameters.ts'
import { group, node, scenario, type ScenarioSpec } from './scenario.ts'
import { instantZero, ms, ns, seconds } from './time.ts'

const idle = (): void => undefined
const spec: ScenarioSpec<Record<never, never>> = {
  title: 'a story',
  nodes: () => [node('a', idle)],
  duration: seconds(1),
}

describe('a scenario', () => {
  test('says what it does not say otherwise', () => {
    const { title, duration, settle, unrestricted, exitsAllowed, buggify, expectViolation, parameters } =
      scenario(spec)
    expect({
      title,
      duration,
      settle,
      unrestricted,
      exitsAllowed,
      buggify,
      expectViolation,
      parameters,
    }).toEqual({
      title: 'a story',
      duration: seconds(1),
      settle: ns(0),
      unrestricted: false,
      exitsAllowed: [],
      buggify: true,
      expectViolation: null,
      parameters: {},
    })
  })

  test('is frozen', () => {
    expect(Object.isFrozen(scenario(spec))).toBe(true)
  })

  test.each<readonly [string, object, string]>([
    ['no title', { title: '' }, 'title: got "", wanted the story in one line'],
    ['no duration', { duration: ns(0) }, 'duration: got 0, wanted a whole number 1 to'],
    ['a duration that is no number', { duration: Number.NaN }, 'duration: got NaN'],
    ['a field that nobody reads', { faultss: [] }, 'got faultss, wanted only title, parameters, nodes'],
  ])('with %s is refused', (_what, changes, said) => {
    expect(() => scenario({ ...spec, ...changes })).toThrow(said)
  })

  test('gives its parameters to everything that depends on them', () => {
    const depending = scenario({
      title: 'depends',
      parameters: { count: oneOf(2, 3), fixed: 'f' },
      nodes: ({ count }) => group('n', count, idle),
      names: ({ fixed }) => new Map([[fixed, 'n-1']]),
      faults: ({ count }) => [{ kind: 'pause', node: `n-${count}`, at: instantZero }],
      invariants: ({ fixed }) => [
        { name: fixed, kinds: [], begin: () => ({ on: () => null, looked: () => 0 }) },
      ],
      duration: ms(1),
    })
    const prepared = depending.prepare(new RandomStreams(1), new Map([['count', 3]]))
    expect(prepared.values).toEqual({ count: 3, fixed: 'f' })
    expect(prepared.nodes.map(({ name }) => name)).toEqual(['n-1', 'n-2', 'n-3'])
    expect([...prepared.names]).toEqual([['f', 'n-1']])
    expect(prepared.faults).toEqual([{ kind: 'pause', node: 'n-3', at: 0 }])
    expect(prepared.invariants.map(({ name }) => name)).toEqual([noUncaughtErrorName, 'f'])
  })

  test('always judges that no program ends by an error', () => {
    const { invariants } = scenario(spec).prepare(new RandomStreams(1), new Map())
    expect(invariants.map(({ name }) => name)).toEqual([noUncaughtErrorName])
  })

  test('may expect only the violation of an invariant that it has', () => {
    const expecting = (name: string): unknown =>
      scenario({ ...spec, expectViolation: name }).prepare(new RandomStreams(1), new Map())
    expect(() => expecting('something')).toThrow(
      'expectViolation: got "something", wanted one of no uncaught error',
    )
    expect(() => expecting(noUncaughtErrorName)).not.toThrow()
  })
})

describe('nodes and groups', () => {
  test('of one program have the version 1', () => {
    expect([...node('a', idle).programs.keys()]).toEqual(['1'])
  })

  test('of several versions keep their order: the first is what starts', () => {
    expect([...node('a', { old: idle, new: idle }).programs.keys()]).toEqual(['old', 'new'])
  })

  test('of a group are numbered from 1 and know each other', () => {
    const [first, second] = group('store', 2, idle, { parameters: { port: 7 }, clockDriftPpm: 5 })
    expect([first?.name, second?.name, first?.group]).toEqual(['store-1', 'store-2', 'store'])
    expect(second).toMatchObject({ parameters: { group: ['store-1', 'store-2'], port: 7 }, clockDriftPpm: 5 })
  })

  test('form a topology with quorums, versions and names, for faults', () => {
    const nodes = [
      ...group('store', 3, { v1: idle, v2: idle }),
      node('alone', idle),
      ...group('client', 1, idle, { quorum: 0 }),
    ]
    expect(topologyOf(nodes, new Map([['db', 'alone']]))).toEqual({
      nodes: ['store-1', 'store-2', 'store-3', 'alone', 'client-1'],
      groups: [
        { name: 'store', nodes: ['store-1', 'store-2', 'store-3'], versions: ['v1', 'v2'] },
        { name: 'client', nodes: ['client-1'], versions: ['1'], quorum: 0 },
      ],
      names: ['db'],
      versions: new Map([
        ['store-1', ['v1', 'v2']],
        ['store-2', ['v1', 'v2']],
        ['store-3', ['v1', 'v2']],
        ['alone', ['1']],
        ['client-1', ['1']],
      ]),
    })
  })

  test('say of what in a scenario somebody wrote wrongly', () => {
    const failing = scenario({
      ...spec,
      nodes: () => {
        throw new RangeError('no such thing')
      },
    })
    expect(() => setUp(failing, { seed: 1 })).toThrow('scenario "a story": RangeError: no such thing')
  })
})
