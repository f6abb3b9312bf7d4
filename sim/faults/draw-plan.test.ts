import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { brokenGroups } from './budget.ts'
import { drawPlan, type DrawnPlan, type FaultSource } from './draw-plan.ts'
import type { Fault } from './fault.ts'
import { parsePlan, writePlan } from './plan.ts'
import { PlanError } from './plan-error.ts'
import { chaos } from './profiles/chaos.ts'
import { movingNames } from './profiles/link-profiles.ts'
import { crashes, pauses, upgrades } from './profiles/node-profiles.ts'
import { partitions } from './profiles/partition-profile.ts'
import { fsyncFailures } from './profiles/disk-profiles.ts'
import { switchedOff } from './profiles/profile.ts'
import { entryOf, faultKinds } from './registry.ts'
import { fiveServers } from './testing/recorded-world.ts'
import { quorumOf, type Topology } from './topology.ts'
import { at, ms, seconds } from '../time.ts'

const window = { begin: at(seconds(1)), end: at(seconds(30)) }

function draw(sources: readonly FaultSource[], seed: number, topology: Topology = fiveServers): DrawnPlan {
  return drawPlan({ sources, topology, seed, window })
}

const seeds = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER })

const topologies = fc
  .record({
    servers: fc.integer({ min: 1, max: 7 }),
    clients: fc.integer({ min: 0, max: 3 }),
    others: fc.integer({ min: 0, max: 5 }),
  })
  .map(({ servers, clients, others }): Topology => {
    const groups = [
      { name: 'store', nodes: names('s', servers), versions: ['1', '2'] },
      { name: 'queue', nodes: names('q', others) },
      { name: 'client', nodes: names('c', clients), quorum: 0 },
    ].filter(({ nodes }) => nodes.length > 0)
    return { nodes: groups.flatMap(({ nodes }) => nodes), groups }
  })

function names(letter: string, count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `${letter}${index + 1}`)
}

const profileSets = fc
  .subarray([...chaos({ intensity: 4 })])
  .map((set) => [...set, crashes({ every: seconds(2) })])

/** Outages only grow when one begins, so these are the worst instants. */
function worstInstants(plan: readonly Fault[]): readonly number[] {
  return plan.map((fault) => fault.at ?? 0)
}

function damagedIn(plan: readonly Fault[], nodes: readonly string[]): ReadonlySet<string> {
  const damaging = plan.filter((fault) => entryOf(fault).isDataDamaging)
  return new Set(
    damaging.flatMap((fault) => ('node' in fault && nodes.includes(fault.node) ? [fault.node] : [])),
  )
}

describe('a drawn plan', () => {
  test('never takes a quorum from any group, at any instant, for any seed and set of profiles', () => {
    fc.assert(
      fc.property(seeds, topologies, profileSets, (seed, topology, profiles) => {
        const { plan } = draw(profiles, seed, topology)
        for (const instant of worstInstants(plan)) expect(brokenGroups(plan, topology, instant)).toEqual([])
      }),
      { numRuns: 60 },
    )
  })

  test('damages synced data only on nodes that a quorum can do without, in the whole run', () => {
    fc.assert(
      fc.property(seeds, topologies, profileSets, (seed, topology, profiles) => {
        const { plan } = draw(profiles, seed, topology)
        for (const group of topology.groups) {
          const damaged = damagedIn(plan, group.nodes)
          expect(group.nodes.length - damaged.size).toBeGreaterThanOrEqual(quorumOf(group))
        }
      }),
      { numRuns: 60 },
    )
  })

  test('is valid JSON that reads as it was, and is drawn again from itself', () => {
    fc.assert(
      fc.property(seeds, topologies, profileSets, (seed, topology, profiles) => {
        const { plan } = draw(profiles, seed, topology)
        expect(parsePlan(writePlan(plan))).toEqual(plan)
        expect(draw(plan, seed + 1 > Number.MAX_SAFE_INTEGER ? 0 : seed + 1, topology).plan).toEqual(plan)
      }),
      { numRuns: 60 },
    )
  })

  test('is the same for the same seed, and another for another', () => {
    expect(draw(chaos(), 42)).toEqual(draw(chaos(), 42))
    expect(draw(chaos(), 42).plan).not.toEqual(draw(chaos(), 43).plan)
  })

  test('keeps what all other profiles draw when one is left out', () => {
    const all = chaos({ intensity: 3 })
    const drawn = (result: DrawnPlan, without: string): readonly string[] =>
      [
        ...result.plan.map((fault, index) => ({ fault, profile: result.sources[index]?.split('/')[0] })),
        ...result.dropped.map(({ fault, profile }) => ({ fault, profile })),
      ]
        .filter(({ profile }) => profile !== without)
        .map((each) => JSON.stringify(each))
        .sort()
    fc.assert(
      fc.property(seeds, fc.constantFrom(...all), (seed, left) => {
        const others = all.filter((profile) => profile !== left)
        expect(drawn(draw(others, seed), left.name)).toEqual(drawn(draw(all, seed), left.name))
      }),
      { numRuns: 60 },
    )
  })

  test('keeps what a second profile of a name draws when the first is switched off', () => {
    const [first, second] = [crashes({ of: 'store' }), crashes({ every: seconds(3) })]
    const both = draw([first, second], 7)
    const one = draw([switchedOff(first), second], 7)
    const rest = both.plan.filter((fault) =>
      one.plan.some((other) => JSON.stringify(other) === JSON.stringify(fault)),
    )
    expect(rest).toEqual(one.plan)
    expect(one.plan.length).toBeGreaterThan(0)
  })

  test('is in the order of time, within the window, and long enough to matter', () => {
    const { plan } = draw([partitions({ every: seconds(1), for: [ms(300), seconds(2)] })], 5)
    expect(plan.length).toBeGreaterThan(10)
    const begins = plan.map((fault) => fault.at ?? 0)
    expect(begins).toEqual([...begins].sort((a, b) => a - b))
    for (const fault of plan) {
      expect(fault.at).toBeGreaterThanOrEqual(window.begin)
      expect(fault.at).toBeLessThan(window.end)
      expect(fault.for).toBeGreaterThanOrEqual(ms(300))
      expect(fault.for).toBeLessThanOrEqual(seconds(2))
    }
  })

  test('has every kind of fault that chaos knows, in some run', () => {
    const kinds = new Set(
      names('', 60).flatMap((_, seed) => draw(chaos(), seed).plan.map(({ kind }) => kind)),
    )
    const known = faultKinds.filter((kind) => kind !== 'names-change' && kind !== 'rule')
    expect([...kinds].sort()).toEqual([...known].sort())
  })

  test('moves names where there are some, and leaves all other faults as they were', () => {
    const named = { ...fiveServers, names: ['service', 'other'] }
    for (const seed of [1, 2, 3]) {
      const { plan, sources } = draw(chaos({ intensity: 3 }), seed, named)
      const moves = plan.filter(({ kind }) => kind === 'names-change')
      expect(moves.length).toBe(sources.filter((source) => source === 'movingNames/0').length)
      expect(plan.filter((fault) => !moves.includes(fault))).toEqual(draw(chaos({ intensity: 3 }), seed).plan)
    }
    const { plan } = draw([movingNames({ every: seconds(1) })], 1, named)
    expect(plan.length).toBeGreaterThan(10)
    expect(new Set(plan.map((fault) => (fault.kind === 'names-change' ? fault.name : '')))).toEqual(
      new Set(named.names),
    )
    expect(() => draw([{ kind: 'names-change', name: 'db', node: 's1', at: seconds(1) }], 1, named)).toThrow(
      'faults[0].name: got "db", wanted a name of this run: service, other',
    )
  })

  test('draws every shape of partition', () => {
    const { plan } = draw([partitions({ every: ms(100), for: [ms(1), ms(2)] })], 1)
    const shapes = new Set(plan.map((fault) => (fault.kind === 'partition' ? fault.shape.kind : '')))
    expect([...shapes].sort()).toEqual(['bridge', 'isolate', 'one-way', 'ring', 'split'])
  })
})

describe('the recoverability budget', () => {
  const everyone = [crashes({ of: 'store', every: ms(500), for: [seconds(2), seconds(5)] })]

  test('drops what would go beyond it, and says how much and why', () => {
    const { plan, dropped } = draw(everyone, 1)
    expect(dropped.length).toBeGreaterThan(5)
    expect(new Set(dropped.map(({ why, profile }) => `${profile} ${why}`))).toEqual(
      new Set(['crashes service']),
    )
    expect(plan.length).toBeGreaterThan(5)
  })

  test('can be lifted', () => {
    const drawn = drawPlan({
      sources: everyone,
      topology: fiveServers,
      seed: 1,
      window,
      isUnrestricted: true,
    })
    expect(drawn.dropped).toEqual([])
    expect(
      worstInstants(drawn.plan).some((instant) => brokenGroups(drawn.plan, fiveServers, instant).length > 0),
    ).toBe(true)
    const damage = drawPlan({
      sources: [fsyncFailures({ every: ms(500) })],
      topology: fiveServers,
      seed: 1,
      window,
      isUnrestricted: true,
    })
    expect(damagedIn(damage.plan, fiveServers.nodes).size).toBe(5)
  })

  test('never refuses what a scenario writes, and lets drawn faults yield to it', () => {
    const written = [
      { kind: 'crash', node: 's1', at: seconds(10), for: seconds(5) },
      { kind: 'crash', node: 's2', at: seconds(10), for: seconds(5) },
    ] as const
    fc.assert(
      fc.property(seeds, (seed) => {
        const { plan, sources } = draw([...everyone, ...written], seed)
        expect(sources.filter((source) => source === 'written')).toHaveLength(2)
        for (const instant of worstInstants(plan))
          expect(brokenGroups(plan, fiveServers, instant)).toEqual([])
      }),
      { numRuns: 30 },
    )
  })

  test('lets drawn faults go on while a written one has broken the group anyway', () => {
    const { plan, sources } = draw(
      [{ kind: 'crash', node: '$all(store)', at: seconds(1) }, pauses({ of: 'client', every: seconds(1) })],
      3,
    )
    expect(sources.filter((source) => source === 'written')).toHaveLength(5)
    expect(plan.length).toBeGreaterThan(15)
  })
})

describe('a written fault', () => {
  const resolved = (fault: FaultSource, seed = 1): readonly Fault[] => draw([fault], seed).plan

  test('names nodes by their group', () => {
    expect(
      resolved({ kind: 'crash', node: '$all(store)', at: seconds(1) }).map(
        (fault) => 'node' in fault && fault.node,
      ),
    ).toEqual(['s1', 's2', 's3', 's4', 's5'])
    const [split] = resolved({
      kind: 'partition',
      shape: {
        kind: 'split',
        groups: [
          ['$minority(store)', 'c1'],
          ['$majority(store)', 'c2'],
        ],
      },
      at: seconds(1),
    })
    const groups = split?.kind === 'partition' && split.shape.kind === 'split' ? split.shape.groups : []
    expect(groups.map((group) => group.length)).toEqual([3, 4])
    expect(groups.flat().sort()).toEqual([...fiveServers.nodes].sort())
  })

  test('picks $one of a group by the seed', () => {
    const picked = names('', 40).map((_, seed) =>
      resolved({ kind: 'pause', node: '$one(store)', at: seconds(1) }, seed).map(
        (fault) => 'node' in fault && fault.node,
      ),
    )
    expect(new Set(picked.flat())).toEqual(new Set(['s1', 's2', 's3', 's4', 's5']))
  })

  test('is refused when it names a node or group that the run does not have', () => {
    expect(() => resolved({ kind: 'pause', node: 's9', at: seconds(1) })).toThrow(
      'faults[0]: got "s9", wanted a node of this run (s1, s2, s3, s4, s5, c1, c2), or a placeholder for at least one node of a group (store, client)',
    )
    expect(() => resolved({ kind: 'pause', node: '$one(shop)', at: seconds(1) })).toThrow(PlanError)
    expect(() => draw([crashes({ of: 'shop' })], 1)).toThrow(
      'crashes.of: got "shop", wanted a group: store, client',
    )
  })

  test('is refused when it upgrades to a version that the node does not have', () => {
    const upgrade = { kind: 'upgrade', node: 's1', version: '3', at: seconds(1) } as const
    expect(() => resolved(upgrade)).toThrow('faults[0].version: got "3", wanted a version of s1: 1, 2')
    expect(() => draw([upgrades({ to: ['3'] })], 1)).toThrow(
      'upgrades[0].version: got "3", wanted a version of',
    )
    expect(resolved({ ...upgrade, version: '2' })).toHaveLength(1)
  })

  test('is refused when it begins after all faults have ended, at an instant or after an event', () => {
    const pause = { kind: 'pause', node: 's1' } as const
    expect(() => resolved({ ...pause, at: seconds(31) })).toThrow(
      'faults[0].at: got "31s", wanted at most 30s: all faults end then',
    )
    expect(() => resolved({ ...pause, when: { kind: 'crash', delay: seconds(31) } })).toThrow(
      'faults[0].when.delay: got "31s", wanted at most 30s',
    )
    expect(resolved({ ...pause, at: seconds(30) })).toHaveLength(1)
    expect(resolved({ ...pause, when: { kind: 'crash', delay: seconds(30) } })).toHaveLength(1)
  })

  test('that a profile draws upgrades a node in no group as well, if it has another version', () => {
    const versions = new Map([
      ['solo', ['a', 'b']],
      ['plain', ['a']],
    ])
    const { plan } = draw([upgrades()], 1, { nodes: ['solo', 'plain'], groups: [], versions })
    expect(plan).toMatchObject([{ kind: 'upgrade', node: 'solo', version: 'b' }])
  })

  test('is refused when it upgrades a node that is in no group, or whatever node an event names, to what none has', () => {
    const versions = new Map([['solo', ['a', 'b']]])
    const solo = { nodes: ['solo'], groups: [], versions }
    const upgrade = { kind: 'upgrade', version: '3', at: seconds(1) } as const
    expect(() => draw([{ ...upgrade, node: 'solo' }], 1, solo)).toThrow(
      'faults[0].version: got "3", wanted a version of solo: a, b',
    )
    const triggered = { kind: 'upgrade', node: '$node', version: '3', when: { kind: 'probe' } } as const
    expect(() => draw([triggered], 1, solo)).toThrow(
      'faults[0].version: got "3", wanted a version of $node: a, b',
    )
    expect(draw([{ ...triggered, version: 'b' }], 1, solo).plan).toHaveLength(1)
  })

  test('that is triggered comes last and keeps $node for the event', () => {
    const plan = resolved({ kind: 'pause', node: '$node', when: { kind: 'crash', nodes: ['$all(store)'] } })
    expect(plan).toEqual([
      { kind: 'pause', when: { kind: 'crash', nodes: ['s1', 's2', 's3', 's4', 's5'] }, node: '$node' },
    ])
  })
})

test('options out of bounds are refused when the profile is made', () => {
  expect(() => crashes({ every: ms(0) })).toThrow('crashes.every: got 0, wanted a duration of at least 1us')
  expect(() => crashes({ for: [ms(2), ms(1)] })).toThrow('crashes.for')
  expect(() => chaos({ intensity: 0 })).toThrow('chaos.intensity')
  expect(() => chaos({ without: ['crash'] })).toThrow(
    'chaos.without: got "crash", wanted one of partitions, crashes',
  )
})

test('the plan of seed 42 is what it was', () => {
  const { plan, dropped } = draw([partitions(), crashes()], 42)
  expect(writePlan(plan)).toMatchSnapshot()
  expect(dropped).toHaveLength(0)
})
