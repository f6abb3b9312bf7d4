// INFO against that of a real redis-server: its sections and fields, in its order; and what the figures say.

import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { countSuite } from '../../../sim/real/testing/count-suite.ts'
import { ms, seconds } from '../../../sim/index.ts'
import { hasRealRedis, type Pair, startPair } from '../testing/differential.ts'
import { played } from '../testing/played.ts'
import type { Wire } from '../testing/wire.ts'

/** Fields of a real server that are none here, by why. */
const leftOut: readonly (readonly [why: string, names: RegExp])[] = [
  ['how redis-server was compiled', /^(?:redis_build_id|monotonic_clock|atomicvar_api|gcc_version)$/],
  [
    'what only an operating system knows: resident memory, that of the machine, the time of processors',
    /^(?:used_memory_rss.*|total_system_memory.*|rss_overhead_.*|used_cpu_(?:sys|user)(?:_main_thread)?)$/,
  ],
  ['what only an allocator knows', /^(?:allocator_.*|mem_fragmentation_.*)$/],
  [
    'what an engine for Lua takes, which is part of the JavaScript engine here',
    /^used_memory_(?:lua|vm_).*$/,
  ],
  [
    'threads that sync a file for the server, and what it put off for them',
    /^aof_(?:pending_bio|delayed)_fsync$/,
  ],
]

/** What comes and goes with commands. */
const varying = /^(?:cmdstat_|errorstat_|latency_percentiles_usec_).*$/

async function sections(
  wire: Wire,
  ...asked: readonly string[]
): Promise<ReadonlyMap<string, readonly string[]>> {
  const reply = await wire.ask('INFO', ...asked)
  const text = reply !== null && 'text' in reply ? reply.text : ''
  const pairs = text.split(/^# /m).map((part): readonly [string, readonly string[]] => {
    const [title = '', ...lines] = part.split('\r\n')
    return [title, lines.map((line) => line.replace(/:.*$/, '')).filter((line) => line !== '')]
  })
  return new Map(pairs.filter(([title]) => title !== ''))
}

/** Of both servers every field with its section; of the real one without those that are left out. */
async function fields(pair: Pair): Promise<readonly (readonly string[])[]> {
  const [real = [], ours = []] = await Promise.all(
    [pair.real, pair.ours].map(async (wire) =>
      [...(await sections(wire, 'everything'))].flatMap(([title, names]) =>
        names.filter((name) => !varying.test(name)).map((name) => `${title} ${name}`),
      ),
    ),
  )
  return [real, ours]
}

function isKept(field: string): boolean {
  const [, name = ''] = field.split(' ')
  return !leftOut.some(([, names]) => names.test(name))
}

describe.skipIf(!hasRealRedis)('INFO', () => {
  let pair: Pair
  beforeAll(async () => {
    pair = await startPair(2, { appendonly: 'yes' })
  })
  afterAll(() => pair.stop())

  const both = (...args: readonly string[]): Promise<unknown> =>
    Promise.all([pair.real.ask(...args), pair.ours.ask(...args)])

  test('has the fields of a real redis-server in its order, but those that are left out for a reason', async () => {
    await both('SET', 'key', 'value', 'EX', '100')
    const [real = [], ours = []] = await fields(pair)
    expect(ours).toEqual(real.filter(isKept))
    for (const [why, names] of leftOut)
      expect([why, real.some((field) => names.test(field.split(' ')[1] ?? ''))]).toEqual([why, true])
    countSuite('fields of INFO compared with redis-server', ours.length)
  })

  test('has them also of a replica whose master is gone, and where replicas are demanded', async () => {
    await both('CONFIG', 'SET', 'min-replicas-to-write', '1')
    await both('REPLICAOF', '127.0.0.1', '1')
    const [real = [], ours = []] = await fields(pair)
    expect(ours).toEqual(real.filter(isKept))
    expect(ours).toContain('Replication master_link_down_since_seconds')
    expect(ours).toContain('Replication min_slaves_good_slaves')
    await both('REPLICAOF', 'NO', 'ONE')
    await both('CONFIG', 'SET', 'min-replicas-to-write', '0')
  })

  test.each([
    [],
    ['all'],
    ['everything'],
    ['default'],
    ['modules'],
    ['commandstats', 'server'],
    ['default', 'latencystats'],
    ['keyspace', 'CPU', 'nosuch'],
    ['nosuch'],
  ])('shows the sections of a real one: %s %s', async (...asked) => {
    const [real, ours] = await Promise.all([pair.real, pair.ours].map((wire) => sections(wire, ...asked)))
    expect([...(ours?.keys() ?? [])]).toEqual([...(real?.keys() ?? [])])
  })
})

/** A field of a reply as it is shown: with line ends written out. */
function valueOf(info: string, name: string): string {
  return new RegExp(`\\\\n${name}:([^\\\\]*)`).exec(info)?.[1] ?? ''
}

test('tells what happens in a second, and what came and left', async () => {
  const told = await played({ redis: {} }, async ({ ask, env }) => {
    // 200 commands a second for two seconds.
    for (let at = 0; at < 400; at++) {
      await ask('redis', 'GET key')
      await env.sleep(ms(5))
    }
    const info = await ask('redis', 'INFO stats')
    await env.sleep(seconds(3))
    const later = await ask('redis', 'INFO stats')
    await ask('redis', 'CONFIG RESETSTAT')
    const reset = await ask('redis', 'INFO stats')
    const names = ['instantaneous_ops_per_sec', 'instantaneous_output_kbps', 'total_net_output_bytes']
    return [
      ...names.map((name) => valueOf(info, name)),
      valueOf(later, 'instantaneous_ops_per_sec'),
      valueOf(reset, 'total_net_output_bytes'),
    ]
  })
  const [rate, kilobytes, bytes, later, reset] = told.map(Number)
  expect(rate).toBeGreaterThan(100)
  expect(rate).toBeLessThanOrEqual(200)
  expect(kilobytes).toBeGreaterThan(0)
  expect(bytes).toBeGreaterThanOrEqual(400 * '_\r\n'.length)
  expect(later).toBe(0)
  // The reply to RESETSTAT itself.
  expect(reset).toBe('+OK\r\n'.length)
})

test('tells what a replica was sent, and what it got, apart', async () => {
  const told = await played({ redis: {}, other: { replicaof: 'redis 6379' } }, async ({ ask, env }) => {
    await env.sleep(seconds(3))
    await ask('redis', `SET key ${'v'.repeat(1000)}`)
    await env.sleep(seconds(1))
    return [
      valueOf(await ask('redis', 'INFO stats'), 'total_net_repl_output_bytes'),
      valueOf(await ask('other', 'INFO stats'), 'total_net_repl_input_bytes'),
    ]
  })
  const [sent = 0, got = 0] = told.map(Number)
  expect(sent).toBeGreaterThan(1000)
  // What answered the handshake went to one who was no replica yet.
  expect(got).toBeGreaterThanOrEqual(sent)
  expect(got - sent).toBeLessThan(100)
})

test('tells about when keys expire, and which part of them is late', async () => {
  const told = await played({ redis: {} }, async ({ ask, env }) => {
    for (let at = 0; at < 100; at++) await ask('redis', `SET key:${at} value EX 100`)
    await env.sleep(seconds(1))
    const info = await ask('redis', 'INFO keyspace')
    await ask('redis', 'FLUSHALL')
    for (let at = 0; at < 100; at++) await ask('redis', `SET key:${at} value PX 300`)
    await ask('redis', 'SET key value')
    await env.sleep(seconds(1))
    const stats = await ask('redis', 'INFO')
    return [
      /avg_ttl=([0-9]+)/.exec(info)?.[1] ?? '',
      /avg_ttl=([0-9]+)/.exec(stats)?.[1] ?? '',
      valueOf(stats, 'expired_stale_perc'),
    ]
  })
  const [mean, none, stale] = told.map(Number)
  expect(mean).toBeGreaterThan(90_000)
  expect(mean).toBeLessThanOrEqual(100_000)
  expect(none).toBe(0)
  expect(stale).toBeGreaterThan(0)
})

test('tells of memory that even an empty server takes, and what of it does not count for maxmemory', async () => {
  const told = await played({ redis: {} }, async ({ ask }) => {
    const empty = await ask('redis', 'INFO memory')
    await ask('redis', `SET key ${'v'.repeat(5000)}`)
    const filled = await ask('redis', 'INFO memory')
    const names = ['used_memory', 'used_memory_overhead', 'used_memory_dataset', 'mem_not_counted_for_evict']
    return [valueOf(empty, 'used_memory'), ...names.map((name) => valueOf(filled, name))]
  })
  const [empty = 0, used = 0, overhead = 0, dataset = 0, uncounted = 0] = told.map(Number)
  expect(empty).toBeGreaterThan(0)
  expect(used - empty).toBeGreaterThan(5000)
  expect(overhead + dataset).toBe(used)
  expect(used - uncounted).toBeGreaterThan(5000)
  expect(used - uncounted).toBeLessThan(5200)
})

test('tells of snapshots and rewrites, and since when there is no room', async () => {
  const told = await played({ redis: { appendonly: 'yes' } }, async ({ ask, env }) => {
    await ask('redis', 'SET key value')
    await ask('redis', 'BGSAVE')
    await env.sleep(seconds(1))
    await ask('redis', 'BGREWRITEAOF')
    await env.sleep(seconds(1))
    await ask('redis', 'CONFIG SET maxmemory 1')
    await ask('redis', 'SET other value')
    await env.sleep(seconds(2))
    const info = await ask('redis', 'INFO')
    const names = ['rdb_saves', 'rdb_last_bgsave_time_sec', 'aof_rewrites', 'aof_last_rewrite_time_sec']
    return [...names, 'current_eviction_exceeded_time'].map((name) => valueOf(info, name))
  })
  expect(told.slice(0, 4)).toEqual(['1', '0', '1', '0'])
  expect(Number(told[4])).toBeGreaterThanOrEqual(2000)
})
