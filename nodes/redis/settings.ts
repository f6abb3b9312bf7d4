// The table of settings. Those are here that do something, and those that clients and test suites ask for.

import { inertSettings } from './inert-settings.ts'
import { parseNotificationClasses } from './notifications.ts'
import { parseDouble, parseInteger } from './numbers.ts'
import {
  choice,
  clamped,
  fixed,
  flag,
  invalid,
  kept,
  longMax,
  memory,
  memoryOrPercent,
  number,
  parseMemory,
  protectedBy,
  type Setting,
  text,
  valid,
} from './setting.ts'

const notifications: Setting = {
  initial: '',
  parse: (value) => {
    const classes = parseNotificationClasses(value)
    return classes === null
      ? invalid("Invalid event class character. Use 'Ag$lshzxeKEtmdn'.")
      : valid(classes)
  },
}

const savePoints: Setting = {
  initial: '',
  parse: (value) => {
    const words = value.split(' ').filter((word) => word !== '')
    const areNumbers = words.every((word) => /^[1-9][0-9]*$/.test(word))
    return areNumbers && words.length % 2 === 0 ? valid(words.join(' ')) : invalid('Invalid save parameters')
  },
}

const outputClasses = ['normal', 'slave', 'pubsub'] as const

const outputLimits: Setting = {
  initial: 'normal 0 0 0 slave 268435456 67108864 60 pubsub 33554432 8388608 60',
  parse: (value) => {
    const words = value.split(/ +/).filter((word) => word !== '')
    if (words.length % 4 !== 0) return invalid('Wrong number of arguments in buffer limit configuration.')
    const parts: string[] = []
    for (let at = 0; at < words.length; at += 4) {
      const name = (words[at] ?? '').toLowerCase().replace('replica', 'slave')
      const [hard, soft] = [parseMemory(words[at + 1] ?? ''), parseMemory(words[at + 2] ?? '')]
      if (!outputClasses.some((known) => known === name))
        return invalid('Invalid client class specified in buffer limit configuration.')
      const lasting = parseInteger(words[at + 3] ?? '')
      if (hard === null || soft === null || lasting === null || lasting < 0)
        return invalid('Error in hard, soft or soft_seconds setting in buffer limit configuration.')
      parts.push(`${name} ${hard} ${soft} ${lasting}`)
    }
    return valid(parts.join(' '))
  },
  merge: (old, value) => {
    const byName = new Map<string, string>()
    for (const limits of [old, value])
      for (const [, name = '', rest = ''] of limits.matchAll(/([a-z]+) ([0-9]+ [0-9]+ [0-9]+)/g))
        byName.set(name, rest)
    return outputClasses.map((name) => `${name} ${byName.get(name) ?? ''}`).join(' ')
  },
}

const policies = [
  'volatile-lru',
  'volatile-lfu',
  'volatile-random',
  'volatile-ttl',
  'allkeys-lru',
  'allkeys-lfu',
  'allkeys-random',
  'noeviction',
] as const

/** Which percentiles of the durations of commands INFO shows. */
const percentiles: Setting = {
  initial: '50 99 99.9',
  parse: (value) => {
    const words = value === '' ? [] : value.split(' ')
    const numbers = words.map((word) => parseDouble(word))
    if (numbers.includes(null)) return invalid('Invalid latency-tracking-info-percentiles parameters')
    return numbers.every((each) => each !== null && each >= 0 && each <= 100)
      ? valid(numbers.join(' '))
      : invalid('latency-tracking-info-percentiles parameters should sit between [0.0,100.0]')
  },
}

/** `host port`, or nothing for a master. */
const masterAddress: Setting = {
  initial: '',
  parse: (value) =>
    value === '' || Number(/^[^ ]+ (0|[1-9][0-9]{0,4})$/.exec(value)?.[1] ?? NaN) <= 65_535
      ? valid(value)
      : invalid("argument must be 'host port'"),
}

/** There is nothing to defragment; what refuses it is what a redis-server says that was built without its own allocator. */
const undefragmented: Setting = {
  initial: 'no',
  parse: (value) => {
    const parsed = flag('no').parse(value)
    return parsed.isValid && parsed.value === 'yes'
      ? invalid(
          'Active defragmentation cannot be enabled: it requires a Redis server compiled with a modified Jemalloc like the one shipped by default with the Redis source distribution',
        )
      : parsed
  },
}

/** Settings that do something, and some that clients ask for. */
const ownSettings: readonly (readonly [name: string, setting: Setting])[] = [
  ['acl-pubsub-default', choice('resetchannels', 'allchannels', 'resetchannels')],
  ['aclfile', fixed(text(''))],
  ['acllog-max-len', number(128, 0, longMax)],
  ['active-expire-effort', number(1, 1, 10)],
  ['activedefrag', undefragmented],
  ['activerehashing', flag('yes')],
  ['aof-load-truncated', flag('yes')],
  ['aof-timestamp-enabled', flag('no')],
  ['aof-use-rdb-preamble', flag('yes')],
  ['appenddirname', fixed(text('appendonlydir'))],
  ['appendfilename', fixed(text('appendonly.aof'))],
  ['appendfsync', choice('everysec', 'everysec', 'always', 'no')],
  ['appendonly', flag('no')],
  ['auto-aof-rewrite-min-size', memory(67_108_864)],
  ['auto-aof-rewrite-percentage', number(100)],
  ['busy-reply-threshold', number(5000, 0, longMax)],
  ['client-output-buffer-limit', outputLimits],
  ['client-query-buffer-limit', memory(1_073_741_824, 1_048_576)],
  ['databases', fixed(number(16, 1))],
  ['dbfilename', protectedBy(text('dump.rdb'))],
  ['dir', protectedBy(text('/'))],
  ['enable-debug-command', fixed(choice('no', 'no', 'yes', 'local'))],
  ['enable-module-command', fixed(choice('no', 'no', 'yes', 'local'))],
  ['enable-protected-configs', fixed(choice('no', 'no', 'yes', 'local'))],
  ['hash-max-listpack-entries', number(512, 0, longMax)],
  ['hash-max-listpack-value', memory(64)],
  ['hll-sparse-max-bytes', memory(3000)],
  ['hz', clamped(number(10), 1, 500)],
  ['latency-monitor-threshold', number(0, 0, longMax)],
  ['latency-tracking', flag('yes')],
  ['latency-tracking-info-percentiles', percentiles],
  ['lazyfree-lazy-eviction', flag('no')],
  ['lazyfree-lazy-expire', flag('no')],
  ['lazyfree-lazy-server-del', flag('no')],
  ['lazyfree-lazy-user-del', flag('no')],
  ['lazyfree-lazy-user-flush', flag('no')],
  ['lfu-decay-time', number(1)],
  ['lfu-log-factor', number(10)],
  ['list-compress-depth', number(0)],
  ['list-max-listpack-size', number(-2, -2_147_483_648)],
  ['loglevel', choice('notice', 'debug', 'verbose', 'notice', 'warning')],
  ['masterauth', text()],
  ['masteruser', text()],
  ['maxclients', number(10_000, 1, 4_294_967_295)],
  ['maxmemory', memory(0)],
  ['maxmemory-clients', memoryOrPercent(0)],
  ['maxmemory-policy', choice('noeviction', ...policies)],
  ['maxmemory-samples', number(5, 1)],
  ['min-replicas-max-lag', number(10)],
  ['min-replicas-to-write', number(0)],
  ['no-appendfsync-on-rewrite', flag('no')],
  ['notify-keyspace-events', notifications],
  ['port', kept(number(6379, 0, 65_535), 'Unable to listen on this port. Check server logs.')],
  ['proto-max-bulk-len', memory(536_870_912, 1_048_576)],
  ['rdbchecksum', fixed(flag('yes'))],
  ['rdbcompression', flag('yes')],
  ['repl-backlog-size', memory(1_048_576, 1)],
  ['repl-backlog-ttl', number(3600, 0, longMax)],
  ['repl-diskless-sync', flag('yes')],
  ['repl-diskless-sync-delay', number(5)],
  ['repl-ping-replica-period', number(10, 1)],
  ['repl-timeout', number(60, 1)],
  ['replicaof', fixed(masterAddress)],
  ['replica-announce-ip', text()],
  ['replica-announce-port', number(0, 0, 65_535)],
  ['replica-announced', flag('yes')],
  ['replica-ignore-maxmemory', flag('yes')],
  ['replica-priority', number(100)],
  ['replica-read-only', flag('yes')],
  ['replica-serve-stale-data', flag('yes')],
  ['requirepass', text()],
  ['save', savePoints],
  ['set-max-intset-entries', number(512, 0, longMax)],
  ['slowlog-log-slower-than', number(10_000, -1, longMax)],
  ['slowlog-max-len', number(128, 0, longMax)],
  ['stop-writes-on-bgsave-error', flag('yes')],
  ['stream-node-max-bytes', memory(4096)],
  ['stream-node-max-entries', number(100, 0, longMax)],
  ['tcp-keepalive', number(300)],
  ['timeout', number(0)],
  ['tracking-table-max-keys', number(1_000_000, 0, longMax)],
  ['zset-max-listpack-entries', number(128, 0, longMax)],
  ['zset-max-listpack-value', memory(64)],
]

/** Settings with their other names: the older ones of listpacks and replicas. */
function withAliases([name, setting]: readonly [string, Setting]): readonly (readonly [string, Setting])[] {
  const other = otherName(name)
  return other === ''
    ? [[name, setting]]
    : [
        [name, setting],
        [other, setting],
      ]
}

/** What a setting is called as well; empty where it has one name. */
export function otherName(name: string): string {
  for (const [now, before] of renamed) {
    if (name.includes(now)) return onlyNow.has(name) ? '' : name.replace(now, before)
    if (name.includes(before)) return name.replace(before, now)
  }
  return ''
}

const renamed = [
  ['listpack', 'ziplist'],
  ['replica', 'slave'],
  ['busy-reply-threshold', 'lua-time-limit'],
] as const

/** What was not there when replicas had another name. */
const onlyNow: ReadonlySet<string> = new Set([
  'replica-announced',
  'replica-ignore-disk-write-errors',
  'repl-diskless-sync-max-replicas',
])

/** All settings by their names, in alphabetical order. */
export const settings: ReadonlyMap<string, Setting> = new Map(
  [...ownSettings, ...inertSettings]
    .flatMap(withAliases)
    .toSorted(([one], [other]) => (one < other ? -1 : 1)),
)
