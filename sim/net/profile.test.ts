import { expect, test } from 'vitest'

import { Network } from './network.ts'
import { networkProfileProblems } from './profile-problems.ts'
import {
  lan,
  light,
  networkProfiles,
  type NetworkProfile,
  perfect,
  type ProfileChanges,
  slow,
  wan,
} from './profile.ts'
import { collectNotes, TestWorld } from './testing/test-world.ts'
import { latencyMatrix, zoned } from './zones.ts'
import type { Program } from '../env.ts'
import { type Duration, ms, us } from '../time.ts'

const three = ['a', 'b', 'c']

/** How long a message takes from each node to each other, in milliseconds. */
async function latencies(profile: NetworkProfile): Promise<string> {
  const greet: Program = (env) => {
    env.messages.on('note', () => {})
    env.timers.after(ms(1), () => {
      for (const other of three) if (other !== env.name) env.messages.send(other, { kind: 'note', text: '' })
    })
  }
  const world = new TestWorld(Object.fromEntries(three.map((node) => [node, greet])), { profile })
  await world.run()
  const texts = world.of('deliver').map(({ at, source, node }) => `${source}>${node} ${at / 1_000_000 - 1}`)
  return texts.sort().join(', ')
}

test('links between zones are as far as the zones are', async () => {
  const zones = [
    { name: 'east', nodes: ['a', 'b'] },
    { name: 'west', nodes: ['c'] },
  ]
  const profile = zoned(perfect(), zones, [{ between: ['east', 'west'], link: { latencyMin: ms(40) } }])
  expect(await latencies(profile)).toBe('a>b 1, a>c 40, b>a 1, b>c 40, c>a 40, c>b 40')
  expect(() => zoned(perfect(), zones, [{ between: ['east', 'north'], link: {} }])).toThrow(
    'zone: got "north", wanted one of east, west',
  )
})

test('a matrix gives each direction a latency of its own', async () => {
  const matrix = [
    [0, 1, 2],
    [3, 0, 4],
    [5, 6, 0],
  ].map((row) => row.map(ms))
  expect(await latencies(latencyMatrix(perfect(), three, matrix))).toBe(
    'a>b 1, a>c 2, b>a 3, b>c 4, c>a 5, c>b 6',
  )
  expect(() => latencyMatrix(perfect(), three, matrix.slice(1))).toThrow(
    'latency matrix: got nothing at c>a, wanted a duration',
  )
})

test('later overrides count on top of earlier ones, one way or both', async () => {
  const profile: NetworkProfile = {
    ...perfect(),
    overrides: [
      { from: 'any', to: ['c'], link: { latencyMin: ms(5) } },
      { from: ['a'], to: ['c'], isSymmetric: false, link: { latency: { kind: 'constant', value: ms(2) } } },
    ],
  }
  expect(await latencies(profile)).toBe('a>b 1, a>c 7, b>a 1, b>c 5, c>a 5, c>b 5')
})

test('what a preset is told takes the place of its own, and the tail can be cut off', () => {
  expect(lan({ latencyMin: us(7), lossRatio: 0.5 })).toMatchObject({ latencyMin: us(7), lossRatio: 0.5 })
  expect(lan({ tail: { ratio: 0, mean: us(0) } }).latency.kind).toBe('log-normal')
  expect(lan({ tail: { ratio: 0.5, mean: ms(1) } }).latency).toMatchObject({
    kind: 'bimodal',
    tailRatio: 0.5,
  })
  for (const make of networkProfiles.values()) expect(networkProfileProblems(make())).toEqual([])
})

test('the slow line queues and loses', async () => {
  const flood: Program = (env) => {
    for (let count = 0; count < 1000; count++) env.messages.send('b', { kind: 'note', text: 'x'.repeat(100) })
  }
  const world = new TestWorld({ a: flood, b: collectNotes([]) }, { profile: slow() })
  await world.run()
  expect(new Set(world.losses)).toEqual(new Set(['queue-full', 'loss']))
  const last = world.of('deliver').at(-1)
  expect(last?.at).toBeGreaterThan(ms(2000))
})

test('everything that is wrong with a profile is said at once, with its place', () => {
  const broken: NetworkProfile = {
    ...lan(),
    latencyMin: -1 as Duration,
    latency: {
      kind: 'bimodal',
      body: { kind: 'uniform', min: ms(2), max: ms(1) },
      tail: { kind: 'empirical', sorted: [ms(2), ms(1)] },
      tailRatio: 2,
    },
    bandwidth: 0.5,
    lossRatio: Number.NaN,
    overrides: [{ from: 'any', to: 'any', link: { corruptionRatio: -0.1 } }],
    nameLatency: { kind: 'empirical', sorted: [] },
    streams: { window: 0, giveUpAfter: ms(0) },
  }
  expect(networkProfileProblems(broken)).toMatchInlineSnapshot(`
    [
      "latencyMin: got -1, wanted a whole number 0 to 3600000000000",
      "latency.tailRatio: got 2, wanted a number 0 to 1",
      "latency.body.max: got 1000000, wanted a whole number 2000000 to 3600000000000",
      "latency.tail.sorted[1]: got 1000000, wanted a whole number 2000000 to 3600000000000",
      "bandwidth: got 0.5, wanted a whole number 0 to 9007199254740991",
      "lossRatio: got NaN, wanted a number 0 to 1",
      "overrides[0].link.corruptionRatio: got -0.1, wanted a number 0 to 1",
      "nameLatency.sorted: got no values, wanted at least one",
      "streams.window: got 0, wanted a whole number 1 to 1073741824",
      "streams.giveUpAfter: got 0, wanted a whole number 1 to 3600000000000",
    ]
  `)
  expect(() => new Network(new Map(), { profile: broken })).toThrow('network profile: latencyMin: got -1')
})

test.each<[what: string, latency: unknown, problem: string]>([
  ['no object', 5, 'latency: got 5, wanted a distribution'],
  [
    'an unknown kind',
    { kind: 'pareto', alpha: 1 },
    'latency.kind: got "pareto", wanted kind constant, uniform',
  ],
  [
    'a missing field',
    { kind: 'normal', mean: us(1) },
    'latency.deviation: got nothing, wanted a whole number',
  ],
  [
    'a text for a number',
    { kind: 'constant', value: '5ms' },
    'latency.value: got "5ms", wanted a whole number',
  ],
  ['a field too many', { kind: 'exponential', mean: us(1), men: 1 }, 'latency: got men, wanted only mean'],
  [
    'a body that is none',
    { kind: 'bimodal', tailRatio: 0, body: {}, tail: { kind: 'constant', value: 0 } },
    'latency.body.kind: got nothing',
  ],
  [
    'values that are no list',
    { kind: 'empirical', sorted: 'abc' },
    'latency.sorted: got "abc", wanted a list',
  ],
])('a latency with %s is refused: virtual time would stop being a number', (_what, latency, problem) => {
  expect(networkProfileProblems({ ...lan(), latency }).join('; ')).toContain(problem)
})

test('a profile that is none, or lacks a field, is refused', () => {
  expect(networkProfileProblems('lan').join()).toContain('profile: got "lan"')
  const { latency: _latency, ...rest } = lan()
  expect(networkProfileProblems(rest)).toEqual([
    'latency: got nothing, wanted a value: lan() and the like have all',
  ])
})

test('a tail that is none, or that another latency would silence, is refused by the preset', () => {
  const tailed = (tail: unknown): ProfileChanges => ({ tail }) as ProfileChanges
  expect(() => lan(tailed('heavy'))).toThrow(
    'network profile: tail: got "heavy", wanted an object { ratio, mean }',
  )
  expect(() => wan(tailed({ ratio: 2, mean: us(1) }))).toThrow('tail.ratio: got 2, wanted a number 0 to 1')
  expect(() => slow(tailed({ ratio: 0.5, men: 1 }))).toThrow('tail: got men, wanted only ratio, mean')
  const latency = { kind: 'constant', value: us(5) } as const
  expect(() => perfect({ tail: light, latency })).toThrow('tail: got')
})
