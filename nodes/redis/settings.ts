// The table of settings. Those are here that do something, and those that clients and test suites ask for.

import { parseNotificationClasses } from './notifications.ts'
import { parseInteger } from './numbers.ts'
import type { ByteString } from './value.ts'

/** How a setting is read. */
export interface Setting {
  readonly initial: ByteString
  /** Only given at the start. */
  readonly isFixed?: boolean
  readonly parse: (text: ByteString) => Parsed
  /** What a new value makes of the old one; by default it takes its place. */
  readonly merge?: (old: ByteString, value: ByteString) => ByteString
}

type Parsed =
  { readonly isValid: true; readonly value: ByteString } | { readonly isValid: false; readonly why: string }

const units: ReadonlyMap<string, number> = new Map([
  ['', 1],
  ['b', 1],
  ['k', 1000],
  ['kb', 1024],
  ['m', 1_000_000],
  ['mb', 1_048_576],
  ['g', 1_000_000_000],
  ['gb', 1_073_741_824],
])

/** Bytes written with a unit; null for what is none. */
export function parseMemory(text: ByteString): number | null {
  const match = /^([0-9]+)([a-z]*)$/i.exec(text)
  const unit = units.get((match?.[2] ?? '?').toLowerCase())
  return match === null || unit === undefined ? null : Number(match[1]) * unit
}

function valid(value: ByteString): Parsed {
  return { isValid: true, value }
}

function invalid(why: string): Parsed {
  return { isValid: false, why }
}

function number(initial: number, min = 0, max = 2_147_483_647): Setting {
  return {
    initial: `${initial}`,
    parse: (text) => {
      const value = parseInteger(text)
      if (value === null) return invalid("argument couldn't be parsed into an integer")
      return value < min || value > max
        ? invalid(`argument must be between ${min} and ${max} inclusive`)
        : valid(`${value}`)
    },
  }
}

function memory(initial: number, min = 0): Setting {
  return {
    initial: `${initial}`,
    parse: (text) => {
      const value = parseMemory(text)
      if (value === null) return invalid('argument must be a memory value')
      return value < min
        ? invalid(`argument must be between ${min} and 9223372036854775807 inclusive`)
        : valid(`${value}`)
    },
  }
}

function choice(initial: string, ...all: readonly string[]): Setting {
  return {
    initial,
    parse: (text) =>
      all.includes(text.toLowerCase())
        ? valid(text.toLowerCase())
        : invalid(`argument(s) must be one of the following: ${all.join(', ')}`),
  }
}

function flag(initial: 'yes' | 'no'): Setting {
  return {
    initial,
    parse: (text) =>
      /^(?:yes|no)$/i.test(text) ? valid(text.toLowerCase()) : invalid("argument must be 'yes' or 'no'"),
  }
}

function text(initial = ''): Setting {
  return { initial, parse: valid }
}

function fixed(setting: Setting): Setting {
  return { ...setting, isFixed: true }
}

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

/** `host port`, or nothing for a master. */
const masterAddress: Setting = {
  initial: '',
  parse: (value) =>
    value === '' || /^[^ ]+ [1-9][0-9]{0,4}$/.test(value)
      ? valid(value)
      : invalid("argument must be 'host port'"),
}

/** All settings by their names, in alphabetical order. */
export const settings: ReadonlyMap<string, Setting> = new Map<string, Setting>(
  (
    [
      ['aclfile', fixed(text(''))],
      ['acllog-max-len', number(128)],
      ['active-expire-effort', number(1, 1, 10)],
      ['activedefrag', flag('no')],
      ['activerehashing', flag('yes')],
      ['aof-load-truncated', flag('yes')],
      ['aof-timestamp-enabled', flag('no')],
      ['aof-use-rdb-preamble', flag('yes')],
      ['appenddirname', fixed(text('appendonlydir'))],
      ['appendfilename', fixed(text('appendonly.aof'))],
      ['appendfsync', choice('everysec', 'always', 'everysec', 'no')],
      ['appendonly', flag('no')],
      ['auto-aof-rewrite-min-size', memory(67_108_864)],
      ['auto-aof-rewrite-percentage', number(100)],
      ['busy-reply-threshold', number(5000)],
      ['client-output-buffer-limit', outputLimits],
      ['client-query-buffer-limit', memory(1_073_741_824, 1_048_576)],
      ['databases', fixed(number(16, 1))],
      ['dbfilename', text('dump.rdb')],
      ['dir', text('/')],
      ['enable-debug-command', fixed(choice('no', 'no', 'yes', 'local'))],
      ['enable-module-command', fixed(choice('no', 'no', 'yes', 'local'))],
      ['hash-max-listpack-entries', number(512)],
      ['hash-max-listpack-value', number(64)],
      ['hash-max-ziplist-entries', number(512)],
      ['hash-max-ziplist-value', number(64)],
      ['hll-sparse-max-bytes', memory(3000)],
      ['hz', number(10, 1, 500)],
      ['latency-monitor-threshold', number(0)],
      ['latency-tracking', flag('yes')],
      ['lazyfree-lazy-eviction', flag('no')],
      ['lazyfree-lazy-expire', flag('no')],
      ['lazyfree-lazy-server-del', flag('no')],
      ['lazyfree-lazy-user-del', flag('no')],
      ['lazyfree-lazy-user-flush', flag('no')],
      ['lfu-decay-time', number(1)],
      ['lfu-log-factor', number(10)],
      ['list-compress-depth', number(0)],
      ['list-max-listpack-size', number(-2, -2_147_483_648)],
      ['list-max-ziplist-size', number(-2, -2_147_483_648)],
      ['loglevel', choice('notice', 'debug', 'verbose', 'notice', 'warning')],
      ['lua-time-limit', number(5000)],
      ['masterauth', text()],
      ['masteruser', text()],
      ['maxclients', number(10_000, 1)],
      ['maxmemory', memory(0)],
      ['maxmemory-policy', choice('noeviction', ...policies)],
      ['maxmemory-samples', number(5, 1)],
      ['min-replicas-max-lag', number(10)],
      ['min-replicas-to-write', number(0)],
      ['no-appendfsync-on-rewrite', flag('no')],
      ['notify-keyspace-events', notifications],
      ['port', fixed(number(6379, 0, 65_535))],
      ['proto-max-bulk-len', memory(536_870_912, 1_048_576)],
      ['rdbchecksum', flag('yes')],
      ['rdbcompression', flag('yes')],
      ['repl-backlog-size', memory(1_048_576, 1)],
      ['repl-backlog-ttl', number(3600)],
      ['repl-diskless-sync', flag('yes')],
      ['repl-diskless-sync-delay', number(5)],
      ['repl-ping-replica-period', number(10, 1)],
      ['repl-timeout', number(60, 1)],
      ['replicaof', fixed(masterAddress)],
      ['replica-announce-ip', text()],
      ['replica-announce-port', number(0, 0, 65_535)],
      ['replica-priority', number(100)],
      ['replica-read-only', flag('yes')],
      ['replica-serve-stale-data', flag('yes')],
      ['requirepass', text()],
      ['save', savePoints],
      ['set-max-intset-entries', number(512)],
      ['slowlog-log-slower-than', number(10_000, -1)],
      ['slowlog-max-len', number(128)],
      ['stop-writes-on-bgsave-error', flag('yes')],
      ['stream-node-max-bytes', memory(4096)],
      ['stream-node-max-entries', number(100)],
      ['tcp-keepalive', number(300)],
      ['timeout', number(0)],
      ['tracking-table-max-keys', number(1_000_000)],
      ['zset-max-listpack-entries', number(128)],
      ['zset-max-listpack-value', number(64)],
      ['zset-max-ziplist-entries', number(128)],
      ['zset-max-ziplist-value', number(64)],
    ] as const
  ).map(([name, setting]) => [name, setting]),
)
