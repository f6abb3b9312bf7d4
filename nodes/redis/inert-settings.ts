// Settings that are kept and read back, and change nothing here, so that scripts that set them go on: they are about how
// redis-server spends its time, its memory and its disk.

import { choice, fixed, flag, longMax, memory, number, only, type Setting } from './setting.ts'

/** By their names. */
export const inertSettings: readonly (readonly [name: string, setting: Setting])[] = [
  ['active-defrag-cycle-max', number(25, 1, 99)],
  ['active-defrag-cycle-min', number(1, 1, 99)],
  ['active-defrag-ignore-bytes', memory(104_857_600, 1)],
  ['active-defrag-max-scan-fields', number(1000, 1, longMax)],
  ['active-defrag-threshold-lower', number(10, 0, 1000)],
  ['active-defrag-threshold-upper', number(100, 0, 1000)],
  ['aof-rewrite-incremental-fsync', flag('yes')],
  ['cluster-enabled', fixed(only('no'))],
  ['dynamic-hz', flag('yes')],
  ['io-threads', fixed(only('1'))],
  ['logfile', fixed(only(''))],
  ['maxmemory-eviction-tenacity', number(10, 0, 100)],
  ['propagation-error-behavior', choice('ignore', 'ignore', 'panic', 'panic-on-replicas')],
  ['protected-mode', only('no')],
  ['rdb-del-sync-files', flag('no')],
  ['rdb-save-incremental-fsync', flag('yes')],
  ['repl-disable-tcp-nodelay', flag('no')],
  ['repl-diskless-load', choice('disabled', 'disabled', 'on-empty-db', 'swapdb')],
  ['repl-diskless-sync-max-replicas', number(0)],
  ['replica-ignore-disk-write-errors', flag('no')],
  ['replica-lazy-flush', flag('no')],
  ['sanitize-dump-payload', choice('no', 'no', 'yes', 'clients')],
  ['shutdown-timeout', number(10)],
  ['tcp-backlog', fixed(number(511))],
  ['tls-port', only('0')],
  ['unixsocket', fixed(only(''))],
]

/** Settings of redis-server that only its start can say, and that are none here: whoever sets them later is told the former. */
export const startOnly: ReadonlySet<string> = new Set(
  [
    'always-show-logo aof_rewrite_cpulist bgsave_cpulist bio_cpulist cluster-config-file cluster-port daemonize',
    'disable-thp io-threads-do-reads pidfile server_cpulist set-proc-title socket-mark-id supervised',
    'syslog-enabled syslog-facility syslog-ident unixsocketperm',
  ].flatMap((names) => names.split(' ')),
)
