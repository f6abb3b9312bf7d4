// The store in the simulation: small stories of replicas, clients and an admin.

import { describe, expect, it } from 'vitest'
import { kvStore, storeAdmin, storeClient, type StoreClientOptions, type StoreOptions } from './index.ts'
import type { StoreMessage } from './message.ts'
import { exitCodes } from '../raft/index.ts'
import {
  group,
  ms,
  node,
  perSecond,
  run,
  scenario,
  seconds,
  type Event,
  type Fault,
  type Program,
  type RunResult,
} from '../../sim/index.ts'

interface Story {
  readonly replicas?: number
  readonly store?: StoreOptions
  readonly client?: StoreClientOptions
  readonly faults?: readonly Fault[]
  readonly admin?: boolean
  readonly duration?: number
}

const names = (count: number): string[] => Array.from({ length: count }, (_, place) => `store-${place + 1}`)

async function play(story: Story, seed = 1): Promise<{ result: RunResult; events: Event[] }> {
  const { replicas = 3, faults = [], duration = 5 } = story
  const events: Event[] = []
  const spec = scenario({
    title: 'a small store',
    nodes: () => [
      ...group('store', replicas, kvStore(story.store)),
      ...group(
        'client',
        1,
        storeClient({ replicas: names(replicas), rate: perSecond(50), ...story.client }),
        { quorum: 0 },
      ),
      ...(story.admin
        ? group('admin', 1, storeAdmin({ replicas: names(replicas), every: ms(300) }), { quorum: 0 })
        : []),
    ],
    faults,
    unrestricted: true,
    exitsAllowed: [exitCodes.corrupt, exitCodes.disk],
    buggify: false,
    duration: seconds(duration),
  })
  const result = await run(spec, { seed, onEvent: (event) => void events.push(event) })
  return { result, events }
}

function probes(events: readonly Event[], name: string): { node: string; value: never }[] {
  return events.flatMap((event) =>
    event.kind === 'probe' && event.name === name ? [{ node: event.node, value: event.value as never }] : [],
  )
}

function isLeading({ value }: { value: { role: string } }): boolean {
  return value.role === 'leader'
}

describe('a replicated store', () => {
  it.each(['log', 'index', 'lease'] as const)(
    'answers every operation when nothing fails, reading by %s',
    async (reads) => {
      const { result } = await play({ store: { reads } })
      expect(result.outcome.kind).toBe('passed')
      expect(result.operations.ok).toBeGreaterThan(150)
      expect(result.operations.fail + result.operations.info).toBe(0)
    },
  )

  it('has replicas that agree at every index at which they say how they are', async () => {
    const { events } = await play({
      store: { raft: { compactionThreshold: 32 } },
      client: { mix: { put: 1, cas: 1 } },
    })
    const digests = new Map<number, Set<number>>()
    const seen = new Set<string>()
    for (const { node, value } of probes(events, 'kv.state')) {
      const { index, digest } = value as { index: number; digest: number }
      digests.set(index, (digests.get(index) ?? new Set()).add(digest))
      seen.add(node)
    }
    expect([...seen].toSorted()).toEqual(names(3))
    expect([...digests.values()].every(({ size }) => size === 1)).toBe(true)
    expect(digests.size).toBeGreaterThan(5)
  })

  it('goes on after all replicas have crashed at once, with everything it acknowledged', async () => {
    const crash = (node: string): Fault => ({
      kind: 'crash',
      node,
      at: seconds(2) as never,
      for: ms(500),
      connections: 'reset',
      disk: 'lost',
    })
    const { result, events } = await play({
      faults: names(3).map(crash),
      client: { keys: 1, mix: { get: 1, append: 1 } },
    })
    expect(result.operations.ok).toBeGreaterThan(80)
    const operations = events.filter((event) => event.kind === 'operation')
    const acknowledged = operations
      .filter(({ phase, f }) => phase === 'ok' && f === 'append')
      .map(({ id }) => id)
    const appended = operations.filter(({ phase, id }) => phase === 'invoke' && acknowledged.includes(id))
    const read = operations.filter(({ phase, f }) => phase === 'ok' && f === 'get').at(-1)?.value as string
    const before = appended.filter(({ at }) => at < seconds(2)).map(({ value }) => value as string)
    expect(before.length).toBeGreaterThan(10)
    for (const value of before) expect(read.split(value)).toHaveLength(2)
  })

  it('brings a replica back by a snapshot', async () => {
    const faults: Fault[] = [
      {
        kind: 'partition',
        shape: { kind: 'isolate', node: 'store-3', direction: 'both' },
        at: seconds(1) as never,
        for: seconds(2),
        cuts: 'in-flight',
      },
    ]
    const { events } = await play({
      faults,
      store: { raft: { compactionThreshold: 20, retainedEntries: 0 } },
      client: { mix: { put: 1 } },
    })
    expect(
      events.some(
        (event) =>
          event.kind === 'deliver' && event.node === 'store-3' && event.message['kind'] === 'raft.snapshot',
      ),
    ).toBe(true)
    // The one may have applied a few entries more than the other: what both have told of last must agree.
    const states = (node: string): readonly string[] =>
      probes(events, 'kv.state').flatMap((probe) =>
        probe.node === node ? [JSON.stringify(probe.value)] : [],
      )
    const caughtUp = states('store-3').slice(-3)
    expect(
      states('store-1')
        .slice(-6)
        .filter((state) => caughtUp.includes(state)).length,
    ).toBeGreaterThan(1)
  })

  it('ends a replica whose disk fails to sync, and goes on without it', async () => {
    const faults: Fault[] = [
      { kind: 'fsync-failure', node: 'store-2', at: seconds(1) as never, for: seconds(9) },
    ]
    const { result, events } = await play({ faults })
    const exits = events.filter((event) => event.kind === 'exit')
    expect(exits).toMatchObject([{ node: 'store-2', code: exitCodes.disk }])
    expect(
      events.some(
        (event) => event.kind === 'log' && event.node === 'store-2' && event.text === 'the disk failed',
      ),
    ).toBe(true)
    expect(result.operations.ok).toBeGreaterThan(100)
  })

  it('refuses to start on a damaged log', async () => {
    const faults: Fault[] = [
      {
        kind: 'crash',
        node: 'store-2',
        at: seconds(2) as never,
        for: seconds(1),
        connections: 'reset',
        disk: 'drawn',
      },
      { kind: 'bit-rot', node: 'store-2', at: seconds(2.5) as never, bits: 1, paths: '/raft/log' },
    ]
    const { events } = await play({ faults })
    expect(events.filter((event) => event.kind === 'exit')).toMatchObject([
      { node: 'store-2', code: exitCodes.corrupt },
    ])
  })

  it('refuses what would wait behind more than it takes on at once', async () => {
    const slow: Fault = {
      kind: 'clog',
      links: { from: names(3), to: names(3), isSymmetric: true },
      factor: 1,
      added: ms(20),
      at: seconds(1) as never,
    }
    const { result, events } = await play({
      store: { waitingMax: 3 },
      client: { rate: perSecond(300) },
      faults: [slow],
    })
    let waiting = 0
    let committed = 0
    for (const event of events) {
      if (event.kind !== 'probe' || event.at < seconds(2)) continue
      const value = event.value as { readonly first?: number; readonly to?: number }
      if (event.name === 'raft.commit') committed = Math.max(committed, value.to ?? 0)
      if (event.name === 'raft.append' && committed > 0)
        waiting = Math.max(waiting, (value.first ?? 0) - committed)
    }
    expect(waiting).toBeLessThanOrEqual(3)
    expect(events.some((event) => event.kind === 'send' && event.message['status'] === 'refused')).toBe(true)
    expect(result.operations.ok).toBeGreaterThan(100)
  })

  it('changes its members and its leader while it works', async () => {
    const { result, events } = await play({ replicas: 5, admin: true, duration: 10 })
    expect(probes(events, 'raft.config').length).toBeGreaterThan(10)
    expect(result.operations.ok).toBeGreaterThan(200)
  })
})

describe('a client', () => {
  it('says fail when nothing was ever sent that could take effect, and info when something was', async () => {
    const cut = (direction: 'in' | 'out', at: number): Fault => ({
      kind: 'partition',
      shape: { kind: 'isolate', node: 'client-1', direction },
      at: seconds(at) as never,
      cuts: 'in-flight',
    })
    const never = await play({ faults: [cut('out', 0)], client: { mix: { put: 1 }, processes: 2 } })
    expect(never.result.operations).toMatchObject({ ok: 0, info: 0 })
    expect(never.result.operations.fail).toBeGreaterThan(2)
    const perhaps = await play({ faults: [cut('in', 2)], client: { mix: { put: 1 }, processes: 2 } })
    expect(perhaps.result.operations.info).toBeGreaterThan(0)
    const ended = perhaps.events.filter((event) => event.kind === 'operation')
    const retired = ended.filter(({ phase }) => phase === 'info').map(({ process }) => process)
    for (const process of retired)
      expect(ended.findLast((event) => event.process === process)?.phase).toBe('info')
  })

  it('never fails a read or a write whose answer was merely lost: it asks again', async () => {
    const faults: Fault[] = [
      {
        kind: 'loss',
        links: { from: 'any', to: 'any', isSymmetric: true },
        ratio: 0.2,
        at: ms(500) as never,
        for: seconds(3),
      },
    ]
    const { result } = await play({ faults, client: { deadline: seconds(20) }, duration: 25 })
    expect(result.operations.fail + result.operations.info).toBe(0)
  })

  it.each(['both', 'asked', 'answered'] as const)(
    'that is cut off from the leader alone (%s) is served through the others, while the leader stays',
    async (direction) => {
      const cut: Fault = {
        kind: 'partition',
        shape:
          direction === 'both'
            ? { kind: 'split', groups: [['$node'], ['client-1']] }
            : {
                kind: 'one-way',
                from: [direction === 'asked' ? 'client-1' : '$node'],
                to: [direction === 'asked' ? '$node' : 'client-1'],
              },
        cuts: 'later',
        when: { kind: 'probe', where: { name: 'raft.role', 'value.role': 'leader' } },
      }
      for (const seed of [1, 2, 3]) {
        const { result, events } = await play({ replicas: 5, faults: [cut], duration: 6 }, seed)
        expect(
          new Set(
            probes(events, 'raft.role')
              .filter(isLeading)
              .map(({ node }) => node),
          ).size,
        ).toBe(1)
        expect(result.operations.ok).toBeGreaterThan(150)
        const answeredLate = events.filter((event) => event.kind === 'operation' && event.phase === 'ok')
        expect(answeredLate.some(({ at }) => at > seconds(5))).toBe(true)
      }
    },
  )

  it('asks no more often because the network doubles all answers', async () => {
    // Each replica takes the other for the leader.
    const confused = (other: string): Program<StoreMessage> => {
      return ({ messages }) => {
        messages.on('kv.find', ({ id }, client) =>
          messages.send(client, { kind: 'kv.leader', id, leader: other }),
        )
        messages.on('kv.request', ({ id }, client) =>
          messages.send(client, { kind: 'kv.reply', id, status: 'refused', value: null, leader: other }),
        )
      }
    }
    const everywhere = { from: 'any', to: 'any', isSymmetric: true } as const
    const spec = scenario({
      title: 'nobody leads, and everything arrives twice',
      nodes: () => [
        node('store-1', confused('store-2')),
        node('store-2', confused('store-1')),
        node('client', storeClient({ replicas: names(2), rate: perSecond(50) })),
      ],
      faults: [{ kind: 'duplication', links: everywhere, ratio: 1, at: seconds(0) as never }],
      duration: seconds(2),
    })
    const result = await run(spec, { seed: 1, eventsMax: 100_000 })
    expect(result.outcome.kind).toBe('passed')
    // 8 processes, each at most once in 25 ms and then for three redirections at once.
    expect(result.eventCounts.get('send')).toBeLessThan(8 * 40 * 2 * 4 * 3)
  })

  it('waits for its answers in a closed loop', async () => {
    const { events } = await play({ client: { loop: 'closed', processes: 3, operationsMax: 20 } })
    const invocations = events.filter((event) => event.kind === 'operation' && event.phase === 'invoke')
    expect(invocations).toHaveLength(20)
  })

  it('never asks under a number that it used before a crash', async () => {
    const crash: Fault = {
      kind: 'crash',
      node: 'client-1',
      at: seconds(2) as never,
      for: ms(1),
      connections: 'reset',
      disk: 'lost',
    }
    const { events } = await play({ faults: [crash], duration: 4 })
    const [before, after] = requestIds(events, 'client-1', 'kv.request')
    expect(before?.size).toBeGreaterThan(20)
    expect(after?.size).toBeGreaterThan(20)
    expect([...after!].filter((id) => before!.has(id))).toEqual([])
  })
})

describe('an admin', () => {
  it('takes no answer to a wish of before a crash for one to a wish of now', async () => {
    const faults = [2, 4, 6, 8].map((at): Fault => ({
      kind: 'crash',
      node: 'admin-1',
      at: seconds(at) as never,
      for: ms(1),
      connections: 'reset',
      disk: 'lost',
    }))
    const { events } = await play({ replicas: 5, admin: true, faults, duration: 10 })
    const ids = requestIds(events, 'admin-1', 'kv.admin')
    const sizes = ids.map(({ size }) => size)
    expect(sizes).toHaveLength(5)
    expect(sum(sizes)).toBeGreaterThan(10)
    expect(new Set(ids.flatMap((each) => [...each])).size).toBe(sum(sizes))
  })
})

/** The numbers under which each incarnation of a node asked. */
function requestIds(events: readonly Event[], node: string, kind: string): readonly Set<unknown>[] {
  const ids: Set<unknown>[] = []
  for (const event of events)
    if (event.kind === 'start' && event.node === node) ids.push(new Set())
    else if (event.kind === 'send' && event.node === node && event.message['kind'] === kind)
      ids.at(-1)!.add(event.message['id'])
  return ids
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
