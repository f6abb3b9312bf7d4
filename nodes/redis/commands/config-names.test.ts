// The settings of CONFIG GET against those of a real redis-server: names, defaults, and what CONFIG SET says to values.

import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { countSuite } from '../../../sim/real/testing/count-suite.ts'
import { hasRealRedis, type Pair, sameReplies, startPair } from '../testing/differential.ts'

/** Settings of a real server that are no settings here, by why. */
const leftOut: readonly (readonly [why: string, names: RegExp])[] = [
  [
    'how a process of an operating system is run: here the program that serves decides',
    /^(?:daemonize|pidfile|supervised|set-proc-title|proc-title-template|crash-.*|always-show-logo|shutdown-on-.*|ignore-warnings|disable-thp|oom-score-.*|.*_cpulist|io-threads-do-reads|syslog-.*)$/,
  ],
  [
    'where and how it listens: the environment opens the sockets, and has neither TLS nor a mode that refuses other machines',
    /^(?:bind.*|unixsocketperm|tls-(?!port$).*|socket-mark-id)$/,
  ],
  ['there are no clusters', /^cluster-(?!enabled$).*$/],
  ['it is about an allocator that is not used here', /^jemalloc-.*$/],
  ['it keeps files that a test of redis-server looks at', /^aof-disable-auto-gc$/],
]

/** Settings that a test of the real server gives it. */
const ofTheTest: ReadonlySet<string> = new Set(['dir', 'port', 'save'])

/** Settings whose value is another one than Redis's, since only that is true here. */
const otherHere: ReadonlySet<string> = new Set(['protected-mode'])

/** Names with values that are none, too small, too large, or good. */
const values: readonly (readonly [name: string, ...values: string[]])[] = [
  ['acl-pubsub-default', 'x', 'AllChannels', 'resetchannels'],
  ['acllog-max-len', '-1', '9223372036854775807', '128'],
  ['active-defrag-cycle-max', '0', '100', '25'],
  ['active-defrag-ignore-bytes', '0', '1kb', '100mb'],
  ['activedefrag', 'x', 'yes', 'no'],
  ['active-defrag-max-scan-fields', '0', '1000'],
  ['active-expire-effort', '0', '11', '1'],
  ['appendfsync', 'x', 'ALWAYS', 'everysec'],
  ['appendfilename', 'x'],
  ['auto-aof-rewrite-min-size', '-1', 'x', '64mb'],
  ['auto-aof-rewrite-percentage', '-1', '100'],
  ['busy-reply-threshold', 'x', '-1', '100'],
  ['client-output-buffer-limit', 'x', 'normal 1 2', 'normal x 0 0', 'other 0 0 0', 'normal 0 0 0'],
  ['client-query-buffer-limit', '1', '1gb'],
  ['databases', '2'],
  ['dbfilename', 'x'],
  ['dir', '/tmp'],
  ['enable-debug-command', 'no'],
  ['hash-max-listpack-entries', '-1', 'x', '512'],
  ['hash-max-ziplist-value', 'x', '-1', '1kb', '64'],
  ['hll-sparse-max-bytes', 'x', '3000'],
  ['hz', '-1', 'x', '0', '1000', '10'],
  ['latency-monitor-threshold', '-1', '0'],
  ['latency-tracking-info-percentiles', 'x', '101', '-1', '50 99.9', '', '50 99 99.9'],
  ['lfu-log-factor', '-1', '10'],
  ['list-compress-depth', '-1', '0'],
  ['list-max-listpack-size', 'x', '0', '-2'],
  ['loglevel', 'x', 'DEBUG', 'notice'],
  ['lua-time-limit', '-1', '5000'],
  ['maxmemory', 'x', '-1', '1.5gb', '10tb', '1k', '0'],
  ['maxmemory-clients', 'x', '-5', '101%', '5x%', '1.5mb', '0%', '007%', '2mb', '100%', '0'],
  ['maxmemory-eviction-tenacity', '-1', '101', '10'],
  ['maxmemory-policy', 'x', 'allkeys-LRU', 'noeviction'],
  ['maxmemory-samples', '0', '5'],
  ['min-slaves-max-lag', '-1', '10'],
  ['notify-keyspace-events', 'x', 'KEA', 'Kx?', ''],
  ['propagation-error-behavior', 'x', 'panic', 'ignore'],
  ['proto-max-bulk-len', '1', '512mb'],
  ['repl-backlog-size', '0', '1mb'],
  ['repl-backlog-ttl', '-1', '3600'],
  ['repl-diskless-load', 'x', 'disabled'],
  ['repl-diskless-sync-max-replicas', '-1', '0'],
  ['repl-ping-slave-period', '0', '10'],
  ['repl-timeout', '0', '60'],
  ['replica-announce-port', '-1', '70000', '0'],
  ['replica-announced', 'x', 'no', 'yes'],
  ['replicaof', 'host 1'],
  ['slaveof', 'host 1'],
  ['sanitize-dump-payload', 'x', 'clients', 'no'],
  ['save', 'x', '1', '0 1', '1 1', '3600 1 300 100', ''],
  ['set-max-intset-entries', '-1', '512'],
  ['shutdown-timeout', '-1', '10'],
  ['slave-read-only', 'x', 'yes'],
  ['slowlog-log-slower-than', '-2', '-1', '10000'],
  ['slowlog-max-len', '-1', '128'],
  ['stream-node-max-bytes', '-1', '4096'],
  ['stream-node-max-entries', '-1', '100'],
  ['tcp-backlog', '1'],
  ['timeout', '-1', '0'],
  ['tracking-table-max-keys', '-1', '1000000'],
  ['zset-max-listpack-value', 'x', '64'],
  ['cluster-enabled', 'yes'],
  ['io-threads', '2'],
  ['logfile', 'x'],
  ['protected-mode', 'no'],
  ['tls-port', '0'],
  ['unixsocket', 'x'],
  ['nosuch', 'x'],
]

describe.skipIf(!hasRealRedis)('CONFIG', () => {
  let pair: Pair
  beforeAll(async () => {
    pair = await startPair(2)
  })
  afterAll(() => pair.stop())

  test('knows every setting of a real redis-server but those that are left out for a reason, with its defaults', async () => {
    const all = await Promise.all(
      [pair.real, pair.ours].map(async (wire) => valuesOf(await wire.ask('CONFIG', 'GET', '*'))),
    )
    const [real = new Map<string, string>(), ours = new Map<string, string>()] = all
    const missing = [...real.keys()].filter((name) => !ours.has(name))
    const unexplained = missing.filter((name) => !leftOut.some(([, names]) => names.test(name)))
    expect(unexplained).toEqual([])
    expect([...ours.keys()].filter((name) => !real.has(name))).toEqual([])
    for (const [why, names] of leftOut)
      expect([
        why,
        missing.some((name) => names.test(name)),
        [...ours.keys()].some((name) => names.test(name)),
      ]).toEqual([why, true, false])
    const other = [...ours].filter(([name, value]) => !ofTheTest.has(name) && value !== real.get(name))
    expect(other.map(([name]) => name)).toEqual([...otherHere])
    countSuite('settings of Redis compared with redis-server', ours.size)
  })

  test('SET takes the same values, refuses the same, and says why in the same words', async () => {
    const asked = values.flatMap(([name, ...given]) =>
      given.flatMap((value) => [
        ['CONFIG', 'SET', name, value],
        ...(name === 'dir' ? [] : [['CONFIG', 'GET', name]]),
      ]),
    )
    await expect(sameReplies(pair, asked)).resolves.toBeUndefined()
  })

  test('SET of several is all or nothing, and both names of a setting are one', async () => {
    const asked = [
      ['CONFIG', 'SET', 'maxmemory', '1mb', 'nosuch', 'x'],
      ['CONFIG', 'SET', 'maxmemory', '1mb', 'hz', 'x'],
      ['CONFIG', 'SET', 'maxmemory', '1mb', 'maxmemory', '2mb'],
      ['CONFIG', 'SET', 'maxmemory', '1mb', 'dir', '/tmp'],
      ['CONFIG', 'SET', 'maxmemory'],
      ['CONFIG', 'SET', 'port', '0', 'nosuch', '1'],
      ['CONFIG', 'SET', 'hz', 'x', 'nosuch', '1'],
      ['CONFIG', 'SET', 'hz', '10', 'hz', '11', 'nosuch', '1'],
      ['CONFIG', 'SET', 'io-threads', '2', 'nosuch', '1'],
      ['CONFIG', 'SET', 'hz', 'x', 'daemonize', 'yes'],
      ['CONFIG', 'GET', 'maxmemory'],
      ['CONFIG', 'SET', 'min-slaves-to-write', '1', 'repl-ping-slave-period', '7'],
      ['CONFIG', 'GET', 'min-*', 'repl-ping-*', 'MIN-SLAVES-*'],
      ['CONFIG', 'SET', 'min-replicas-to-write', '0', 'repl-ping-replica-period', '10'],
      ['CONFIG', 'GET', 'slave-*', '*-slave*-period', '*-[xyz]iplist-*', 'slaveof', 'lua-*'],
      ['CONFIG', 'GET', 'nosuch'],
      ['CONFIG', 'GET'],
      ['CONFIG', 'nosuch'],
    ]
    await expect(sameReplies(pair, asked)).resolves.toBeUndefined()
  })
})

test.skipIf(!hasRealRedis).each(['yes', 'local'])('CONFIG SET of what is protected, %s', async (allowed) => {
  const pair = await startPair(2, { 'enable-protected-configs': allowed })
  const asked = [
    ['CONFIG', 'SET', 'dbfilename', 'other.rdb'],
    ['CONFIG', 'GET', 'dbfilename'],
  ]
  await expect(sameReplies(pair, asked)).resolves.toBeUndefined()
  await pair.stop()
})

test.skipIf(!hasRealRedis)(
  'CONFIG GET tells whom a server follows, and INFO the durations of commands',
  async () => {
    const pair = await startPair(2)
    const asked = [
      ['CONFIG', 'SET', 'latency-tracking-info-percentiles', '50 99.9'],
      ['REPLICAOF', 'localhost', '1'],
      ['CONFIG', 'GET', 'replicaof'],
      ['REPLICAOF', 'NO', 'ONE'],
      ['CONFIG', 'GET', 'slaveof'],
    ]
    await sameReplies(pair, asked)
    const sections = await Promise.all([pair.real, pair.ours].map((wire) => wire.ask('INFO', 'latencystats')))
    const [real, ours] = sections.map((reply) =>
      (reply !== null && 'text' in reply ? reply.text : '')
        .replaceAll(/=[0-9]+\.[0-9]{3}/g, '=N')
        .split('\r\n')
        .sort(),
    )
    expect(ours).toEqual(real)
    expect(ours).toContain('latency_percentiles_usec_flushall:p50=N,p99.9=N')
    await pair.stop()
  },
)

function valuesOf(reply: Awaited<ReturnType<Pair['real']['ask']>>): Map<string, string> {
  const texts =
    reply !== null && 'items' in reply ? reply.items.map((item) => ('text' in item ? item.text : '')) : []
  return new Map(texts.flatMap((name, at) => (at % 2 === 0 ? [[name, texts[at + 1] ?? '']] : [])))
}
