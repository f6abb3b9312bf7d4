import { describe, expect, test } from 'vitest'

import type { Liveness } from './core.ts'
import type { PendingOperation, Program } from '../env.ts'
import type { Event, NodeId } from '../event.ts'
import { crashes, type Fault } from '../faults/index.ts'
import type { Goal } from '../goal.ts'
import { perfect } from '../net/index.ts'
import { run } from '../run.ts'
import { group, node, scenario, type Scenario, type ScenarioSpec } from '../scenario.ts'
import { tell } from '../testing/story.ts'
import { type Instant, ms, seconds } from '../time.ts'

const at = (milliseconds: number): Instant => ms(milliseconds) as number as Instant

/** Every counted client has a success that began in time. */
const served: Goal = {
  name: 'clients are served',
  kinds: ['operation'],
  begin: ({ nodes }) => {
    let waiting = new Set<NodeId>()
    const open = new Set<number>()
    return {
      count: (_from, among) => {
        waiting = new Set(nodes.filter((name) => name.startsWith('client') && among?.has(name) !== false))
      },
      on: (event) => {
        if (event.kind !== 'operation') return
        if (event.phase === 'invoke') open.add(event.id)
        else if (event.phase === 'ok' && open.has(event.id)) waiting.delete(event.node)
      },
      isReached: () => waiting.size === 0,
      lacking: () => `nobody served ${[...waiting].join(', ')}`,
    }
  },
}

type StoreMessage =
  | { readonly kind: 'write'; readonly id: number }
  | { readonly kind: 'store'; readonly id: number; readonly client: NodeId }
  | { readonly kind: 'stored'; readonly id: number; readonly client: NodeId }
  | { readonly kind: 'written' }

/** Takes a write once `needed` replicas, itself included, have it. */
function replica(needed: number): Program<StoreMessage> {
  return (env) => {
    const peers = (env.parameters['group'] as readonly string[]).filter((name) => name !== env.name)
    const copies = new Map<string, number>()
    env.messages.on('write', ({ id }, source) => {
      copies.set(`${source} ${id}`, 1)
      for (const peer of peers) env.messages.send(peer, { kind: 'store', id, client: source })
    })
    env.messages.on('store', ({ id, client }, source) => {
      env.messages.send(source, { kind: 'stored', id, client })
    })
    env.messages.on('stored', ({ id, client }) => {
      const count = (copies.get(`${client} ${id}`) ?? 0) + 1
      copies.set(`${client} ${id}`, count)
      if (count === needed) env.messages.send(client, { kind: 'written' })
    })
  }
}

/** Writes all the time, each to the next replica, and gives an answer 100 ms. */
const client: Program<StoreMessage> = async (env) => {
  let pending: PendingOperation | null = null
  env.messages.on('written', () => {
    pending?.ok(null)
    pending = null
  })
  for (let id = 1; ; id++) {
    pending = env.invoke({ f: 'write', key: null, value: id, process: `${env.name}/${id}` })
    env.messages.send(`replica-${(id % 3) + 1}`, { kind: 'write', id })
    await env.sleep(ms(100))
    ;(pending as PendingOperation | null)?.info('no answer')
  }
}

const liveness: Liveness = { goal: served, within: seconds(2) }

function store(needed: number, more: Partial<ScenarioSpec<Record<never, never>>> = {}): Scenario {
  return scenario({
    title: 'a store',
    nodes: () => [...group('replica', 3, replica(needed)), ...group('client', 2, client, { quorum: 0 })],
    network: perfect({ takes: ms(1) }),
    duration: seconds(1),
    settle: seconds(1),
    liveness,
    ...more,
  })
}

const downForGood: Fault = {
  kind: 'crash',
  node: 'replica-2',
  connections: 'reset',
  disk: 'kept',
  at: at(500),
}

async function coresOf(made: Scenario, seeds = 40): Promise<readonly (readonly NodeId[])[]> {
  const cores: (readonly NodeId[])[] = []
  for (let seed = 1; seed <= seeds; seed++) {
    const { events } = await tell(made, [], { seed })
    for (const event of events) if (event.kind === 'core') cores.push(event.nodes)
  }
  return cores
}

describe('a liveness phase', () => {
  test('is passed by a store that a majority can serve', async () => {
    for (let seed = 1; seed <= 20; seed++) {
      const result = await run(store(2, { faults: [downForGood] }), { seed })
      expect(result.outcome).toEqual({ kind: 'passed' })
      expect(result.invariants.at(-1)).toMatchObject({
        invariant: 'a healed core: clients are served',
        looked: 1,
      })
    }
  })

  test('finds a store that needs everybody, which a run that heals everything would pass', async () => {
    const all = scenarioWithout(store(3, { faults: [crashes({ of: 'replica' })] }))
    const outcomes = await Promise.all([1, 2, 3].map((seed) => run(all, { seed })))
    expect(outcomes.map(({ outcome }) => outcome.kind)).toEqual(['passed', 'passed', 'passed'])
    const result = await run(store(3, { faults: [downForGood] }), { seed: 3 })
    expect(result.outcome).toEqual({ kind: 'violated' })
    expect(result.at).toBe(at(3000))
  })

  test('that is failed says who waits for whom, down to who is down', async () => {
    const { violations } = await run(store(3, { faults: [downForGood] }), { seed: 3 })
    expect(violations.map(({ invariant }) => invariant)).toEqual(['a healed core: clients are served'])
    expect(violations[0]?.message.split('\n')).toMatchInlineSnapshot(`
      [
        "a healed core made no progress within 2s: clients are served",
        "nobody served client-1, client-2",
        "healed for good: replica-1, replica-3, client-1, client-2",
        "client-1 waits for its write since 3.000000000s; for replica-3: write at 2.800000000s, no answer; for replica-1: write at 2.900000000s, no answer; for replica-2: write at 3.000000000s, no answer",
        "client-2 waits for its write since 3.000000000s; for replica-3: write at 2.800000000s, no answer; for replica-1: write at 2.900000000s, no answer; for replica-2: write at 3.000000000s, no answer",
        "replica-3 waits for replica-2: store at 2.801000000s, lost (node-down)",
        "replica-1 waits for replica-2: store at 2.901000000s, lost (node-down)",
        "replica-2 is down (crash) since 0.500000000s",
      ]
    `)
  })

  test('ends as soon as the goal is reached, and then everything heals', async () => {
    const { story } = await tell(store(2, { faults: [downForGood] }), ['core', 'phase', 'start', 'crash'], {
      seed: 3,
    })
    expect(story).toMatchInlineSnapshot(`
      [
        "0.000ms world phase phase=faults",
        "0.000ms replica-1 start incarnation=1 version=1",
        "0.000ms replica-2 start incarnation=1 version=1",
        "0.000ms replica-3 start incarnation=1 version=1",
        "0.000ms client-1 start incarnation=1 version=1",
        "0.000ms client-2 start incarnation=1 version=1",
        "500.000ms replica-2 crash connections=reset",
        "1000.000ms world core nodes=["replica-1","replica-3","client-1","client-2"]",
        "1004.000ms world phase phase=healed",
        "1004.000ms replica-2 start incarnation=2 version=1",
        "2004.000ms world phase phase=end",
      ]
    `)
  })

  test('is not there in a scenario that does not ask for one', async () => {
    const { events } = await tell(scenarioWithout(store(2)))
    expect(events.some(({ kind }) => kind === 'core')).toBe(false)
  })

  test('that ends before its bound shows nothing', async () => {
    const result = await run(store(3, { faults: [downForGood] }), { seed: 3, eventsMax: 130 })
    expect(result.outcome.kind).toBe('events-bound')
  })

  test('is the same run whether events are wanted or not', async () => {
    const made = store(3, { faults: [downForGood] })
    const [told, plain] = [await tell(made, [], { seed: 3 }), await run(made, { seed: 3 })]
    expect(plain.digest).toBe(told.result.digest)
    expect(plain.violations).toEqual(told.result.violations)
  })
})

describe('the core', () => {
  test('has a quorum of each group, at least one client, and everybody of no group', async () => {
    const nodes: Spec['nodes'] = () => [
      ...group('replica', 5, replica(2)),
      ...group('client', 3, client, { quorum: 0 }),
      node('alone', () => undefined),
    ]
    const cores = await coresOf(store(2, { nodes }))
    expect(cores).toHaveLength(40)
    for (const core of cores) {
      expect(core.filter((name) => name.startsWith('replica'))).toHaveLength(3)
      expect(core.filter((name) => name.startsWith('client')).length).toBeGreaterThan(0)
      expect(core).toContain('alone')
    }
    expect(new Set(cores.map(String)).size).toBeGreaterThan(20)
  })

  test('has more where a scenario asks for it, all of them if need be', async () => {
    const cores = await coresOf(store(2, { liveness: { ...liveness, members: { replica: 3 } } }), 5)
    for (const core of cores) expect(core.filter((name) => name.startsWith('replica'))).toHaveLength(3)
  })

  test('has nobody whose synced data may be damaged', async () => {
    const rot: Fault = { kind: 'bit-rot', node: 'replica-1', at: at(10) }
    const cores = await coresOf(store(2, { faults: [rot] }))
    expect(cores).toHaveLength(40)
    for (const core of cores) expect(core).not.toContain('replica-1')
  })

  test('is not picked when too few are able', async () => {
    const rots: Fault[] = [1, 2].map((index) => ({ kind: 'bit-rot', node: `replica-${index}`, at: at(10) }))
    expect(await coresOf(store(2, { faults: rots }), 5)).toEqual([])
  })

  test('is freed of what holds within it, while all else stays as it is', async () => {
    const faults: Fault[] = [
      // Whoever the two replicas of the core are, some cut goes through it, and some between it and the third.
      {
        kind: 'partition',
        shape: { kind: 'split', groups: [['replica-1'], ['replica-2'], ['replica-3']] },
        cuts: 'later',
        at: at(100),
      },
      { kind: 'pause', node: 'client-1', at: at(200) },
      { kind: 'slow-cpu', node: 'client-2', factor: 2, at: at(200) },
    ]
    const { events } = await tell(store(2, { faults }), [], { seed: 5 })
    const [core, others] = coreOf(events)
    const phase = between(events)
    const cut = phase.flatMap((event) =>
      event.kind === 'drop' ? [[event.node, event.target, event.why]] : [],
    )
    expect(cut.length).toBeGreaterThan(0)
    for (const [source, target] of cut)
      expect([source, target].some((name) => others.includes(String(name)))).toBe(true)
    const heard = phase.flatMap((event) => (event.kind === 'deliver' ? [[event.source, event.node]] : []))
    const replicas = core.filter((name) => name.startsWith('replica'))
    expect(heard).toContainEqual(replicas)
    const ended = phase.flatMap((event) => (event.kind === 'fault-end' ? [event.index] : []))
    const concerned = faults.flatMap((fault, index) =>
      'node' in fault && core.includes(fault.node) ? [index] : [],
    )
    expect(ended).toEqual(concerned)
  })

  test('is spared by rules that lose what others send', async () => {
    const loseAll: Fault = { kind: 'rule', packets: {}, verdict: { kind: 'drop' }, at: at(100) }
    for (let seed = 1; seed <= 5; seed++) {
      const { result, events } = await tell(store(2, { faults: [loseAll] }), [], { seed })
      expect(result.outcome).toEqual({ kind: 'passed' })
      expect(between(events).some((event) => event.kind === 'drop' && event.why === 'rule')).toBe(true)
    }
  })
})

type Spec = ScenarioSpec<Record<never, never>>

function scenarioWithout(made: Scenario): Scenario {
  return { ...made, prepare: (...given) => withoutLiveness(made.prepare(...given)) }
}

function withoutLiveness(prepared: ReturnType<Scenario['prepare']>): ReturnType<Scenario['prepare']> {
  return { ...prepared, liveness: null, invariants: prepared.invariants.slice(0, 1) }
}

function coreOf(events: readonly Event[]): readonly [core: readonly NodeId[], others: readonly NodeId[]] {
  const core = events.flatMap((event) => (event.kind === 'core' ? event.nodes : []))
  const all = new Set(events.flatMap(({ kind, node }) => (kind === 'start' ? [node] : [])))
  return [core, [...all].filter((name) => !core.includes(name))]
}

/** What happens in the liveness phase. */
function between(events: readonly Event[]): readonly Event[] {
  const begin = events.findIndex(({ kind }) => kind === 'core')
  const end = events.findIndex((event) => event.kind === 'phase' && event.phase === 'healed')
  return events.slice(begin, end)
}
