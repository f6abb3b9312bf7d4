import { describe, expect, test } from 'vitest'

import { ssd } from './disk/index.ts'
import { lan } from './net/index.ts'
import { setUp } from './run-setup.ts'
import { group, node, type NodeSpec, scenario, type ScenarioSpec } from './scenario.ts'
import { seconds } from './time.ts'

const idle = (): void => undefined
const spec: ScenarioSpec<Record<never, never>> = {
  title: 'a story',
  nodes: () => [node('a', idle)],
  duration: seconds(1),
}

/** What is said of a scenario with something else in it, past the compiler. */
function saidOf(changes: object): string {
  try {
    setUp(scenario({ ...spec, ...changes }), { seed: 1 })
    return ''
  } catch (error) {
    return error instanceof Error ? error.message : ''
  }
}

const withNode = (changes: object): object => ({ nodes: () => [{ ...node('a', idle), ...changes }] })

describe('what a scenario says is refused where it makes no sense', () => {
  test.each<readonly [string, object, string]>([
    ['no title', { title: undefined }, 'title: got null, wanted the story'],
    ['an infinite duration', { duration: Infinity }, 'duration: got Infinity, wanted a whole number 1 to'],
    ['a part of a nanosecond', { duration: 0.5 }, 'duration: got 0.5'],
    ['a negative time to settle', { settle: -1 }, 'settle: got -1, wanted a whole number 0 to'],
    ['a switch that is none', { buggify: 'no' }, 'buggify: got "no", wanted true or false'],
    ['an exit code that is none', { exitsAllowed: [1, Number.NaN] }, 'exitsAllowed[1]: got NaN'],
    ['nodes that are no function', { nodes: [] }, 'nodes: got [], wanted a function'],
    [
      'a node without a program',
      { nodes: () => [node('a', undefined as never)] },
      'node "a".programs.1: got nothing',
    ],
    ['a node that is none', { nodes: () => [null] }, 'nodes[0]: got null, wanted an object'],
    [
      'an invariant that is none',
      { invariants: [undefined] },
      'invariants[0]: got nothing, wanted an invariant',
    ],
    ['no list of nodes', { nodes: () => undefined }, 'nodes: got nothing, wanted a list of machines'],
    [
      'no program',
      withNode({ programs: new Map([['1', 7]]) }),
      'node "a".programs.1: got 7, wanted a program',
    ],
    ['a clock from nowhere', withNode({ clockOffset: Number.NaN }), 'node "a".clockOffset: got NaN'],
    ['a clock that stands', withNode({ clockDriftPpm: -1e6 }), 'node "a".clockDriftPpm: got -1000000'],
    ['a restart before the exit', withNode({ restartAfterExit: -1 }), 'node "a".restartAfterExit: got -1'],
    ['an inbox of half an input', withNode({ inboxMax: 0.5 }), 'node "a".inboxMax: got 0.5'],
    ['a truth that is none', withNode({ mustFinish: 1 }), 'node "a".mustFinish: got 1, wanted true or false'],
    ['a disk of no depth', withNode({ disk: { ...ssd, depth: 0 } }), 'node "a".disk.depth: got 0'],
    ['half a disk', withNode({ disk: { depth: 1 } }), 'node "a".disk.bandwidth: got nothing'],
    ['a disk', { disk: { ...ssd, capacity: -1 } }, 'disk.capacity: got -1'],
    ['a link', { network: lan({ lossRatio: Infinity }) }, 'network.lossRatio: got Infinity'],
    ['a text for a number', { network: { ...lan(), lossRatio: '0.5' } }, 'network.lossRatio: got "0.5"'],
    ['half a network', { network: { lossRatio: 0 } }, 'network.latencyMin: got nothing, wanted a value'],
    [
      'an unknown distribution',
      { network: { ...lan(), latency: { kind: 'zipf' } } },
      'network.latency.kind: got "zipf", wanted kind constant, uniform',
    ],
    ['no goal', { liveness: { within: seconds(1) } }, 'liveness.goal: got nothing, wanted a goal'],
    [
      'a core of strangers',
      { liveness: { goal: { begin: idle, kinds: [] }, within: seconds(1), members: { b: 1 } } },
      'liveness.members: got "b", wanted names of groups',
    ],
    [
      'no time for a core',
      { liveness: { goal: { begin: idle, kinds: [] }, within: 0 } },
      'liveness.within: got 0, wanted a whole number 1 to',
    ],
    ['names that are no Map', { names: { a: 'b' } }, "names: got { a: 'b' }, wanted a Map"],
    ['faults that are no list', { faults: { kind: 'pause' } }, 'faults: got'],
  ])('%s', (_what, changes, said) => {
    expect(saidOf(changes)).toContain(said)
  })
})

describe('a quorum', () => {
  const withQuorum = (quorum: number): object => ({ nodes: () => group('s', 3, idle, { quorum }) })

  test.each([0, 1, 3])('of %s of three nodes is one', (quorum) => {
    expect(saidOf(withQuorum(quorum))).toBe('')
  })

  test.each([-1, 4, 1.5, Number.NaN])('of %s of three nodes is refused', (quorum) => {
    expect(saidOf(withQuorum(quorum))).toContain(
      `node "s-1".quorum: got ${quorum}, wanted a whole number 0 to 3`,
    )
  })

  test('is that of the whole group: its nodes do not contradict each other', () => {
    const [first, ...others] = group('s', 3, idle, { quorum: 1 })
    const nodes = (): NodeSpec[] => [first as NodeSpec, ...others.map((each) => ({ ...each, quorum: 2 }))]
    expect(saidOf({ nodes })).toContain(
      'node "s-2".quorum: got 2, wanted what the first node of group s says: 1',
    )
  })
})

test('all that is wrong is said together, a line for each', () => {
  expect(saidOf({ duration: -1, settle: Number.NaN, invariant: [] }).split('\n')).toEqual([
    'scenario "a story": 3 problems',
    expect.stringContaining('  fields: got invariant, wanted only title'),
    expect.stringContaining('  duration: got -1'),
    expect.stringContaining('  settle: got NaN'),
  ])
  const changes = { ...withNode({ quorum: 2, clockDriftPpm: Infinity }), network: lan({ lossRatio: 2 }) }
  expect(saidOf(changes).split('\n')).toEqual([
    'scenario "a story": TypeError: 3 problems',
    expect.stringContaining('  node "a".clockDriftPpm: got Infinity'),
    expect.stringContaining('  node "a".quorum: got 2, wanted a whole number 0 to 1'),
    expect.stringContaining('  network.lossRatio: got 2'),
  ])
})
