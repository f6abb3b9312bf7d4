// What INFO tells: sections of `name:value` lines.

import { replicationInfo } from './replication/index.ts'
import type { Server } from './server.ts'
import { redisVersion } from './version.ts'

/** A section's fields. */
export type InfoFields = readonly (readonly [name: string, value: string | number])[]

/** What makes a section. Others than the server's own (persistence, replication) may be put in its place. */
export type InfoSection = (server: Server) => InfoFields

const serverSection: InfoSection = (server) => [
  ['redis_version', redisVersion],
  ['redis_git_sha1', '00000000'],
  ['redis_mode', server.mode],
  ['os', 'Faultline'],
  ['arch_bits', 64],
  ['multiplexing_api', 'node'],
  ['process_id', 1],
  ['run_id', server.runId],
  ['tcp_port', server.port],
  ['server_time_usec', server.keyspace.now * 1000],
  ['uptime_in_seconds', uptime(server)],
  ['uptime_in_days', Math.floor(uptime(server) / 86_400)],
  ['hz', server.configuration.number('hz')],
  ['executable', ''],
  ['config_file', ''],
]

function uptime(server: Server): number {
  return Math.max(0, Math.floor((server.keyspace.now - server.startedAt) / 1000))
}

const clientsSection: InfoSection = (server) => [
  ['connected_clients', server.clients.size],
  ['cluster_connections', 0],
  ['maxclients', server.configuration.number('maxclients')],
  ['blocked_clients', server.blocking.size],
  ['tracking_clients', server.tracking.clients],
]

const memorySection: InfoSection = (server) => {
  const used = server.keyspace.memory
  server.statistics.peakMemory = Math.max(server.statistics.peakMemory, used)
  return [
    ['used_memory', used],
    ['used_memory_human', human(used)],
    ['used_memory_peak', server.statistics.peakMemory],
    ['used_memory_peak_human', human(server.statistics.peakMemory)],
    ['used_memory_dataset', used],
    ['maxmemory', server.limits.maxmemory],
    ['maxmemory_human', human(server.limits.maxmemory)],
    ['maxmemory_policy', server.limits.maxmemoryPolicy],
    ['mem_allocator', 'v8'],
  ]
}

function human(bytes: number): string {
  const units = ['B', 'K', 'M', 'G']
  let [value, unit] = [bytes, 0]
  for (; value >= 1024 && unit < units.length - 1; unit += 1) value /= 1024
  return unit === 0 ? `${bytes}B` : `${value.toFixed(2)}${units[unit]}`
}

const persistenceSection: InfoSection = (server) => [
  ['loading', server.isLoading ? 1 : 0],
  ...(server.persistence?.info() ?? []),
]

const statsSection: InfoSection = (server) => {
  const { statistics, keyspace, limits, pubsub, replication } = server
  return [
    ['total_connections_received', statistics.connections],
    ['total_commands_processed', statistics.commands],
    ['instantaneous_ops_per_sec', 0],
    ['total_net_input_bytes', statistics.bytesIn],
    ['total_net_output_bytes', statistics.bytesOut],
    ['rejected_connections', statistics.rejectedConnections],
    ['sync_full', replication.counts.full],
    ['sync_partial_ok', replication.counts.partial],
    ['sync_partial_err', replication.counts.refused],
    ['expired_keys', keyspace.counts.expired],
    ['evicted_keys', keyspace.counts.evicted],
    // Of a limit that was never set nothing is told: INFO of scenarios that know none stays as long as it was.
    ...(limits.clientsMemoryMax === 0 && statistics.evictedClients === 0
      ? []
      : [['evicted_clients', statistics.evictedClients] as const]),
    ['keyspace_hits', keyspace.counts.hits],
    ['keyspace_misses', keyspace.counts.misses],
    ['pubsub_channels', pubsub.channels.size],
    ['pubsub_patterns', pubsub.patterns.size],
    ['pubsubshard_channels', pubsub.shardChannels.size],
    ['tracking_total_keys', server.tracking.keys],
    ['total_error_replies', statistics.errors],
  ]
}

const errorSection: InfoSection = (server) =>
  [...server.statistics.errorCodes].map(([code, count]) => [`errorstat_${code}`, `count=${count}`])

const commandSection: InfoSection = (server) =>
  [...server.commands.values()]
    .flatMap((command) => [command, ...(command.subcommands?.values() ?? [])])
    .filter(({ usage }) => usage.calls + usage.rejected > 0)
    .map(({ name, usage: { calls, time, rejected, failed } }) => {
      const microseconds = Math.floor(time / 1000)
      const each = calls === 0 ? 0 : time / 1000 / calls
      return [
        `cmdstat_${name}`,
        `calls=${calls},usec=${microseconds},usec_per_call=${each.toFixed(2)},rejected_calls=${rejected},failed_calls=${failed}`,
      ]
    })

const durationSection: InfoSection = (server) => {
  const shown = server.configuration.get('latency-tracking-info-percentiles').split(' ')
  return [...server.commands.values()]
    .flatMap((command) => [command, ...(command.subcommands?.values() ?? [])])
    .filter(({ usage }) => usage.durations.calls > 0)
    .map(({ name, usage: { durations } }) => [
      `latency_percentiles_usec_${name}`,
      shown
        .filter((percent) => percent !== '')
        .map((percent) => `p${percent}=${(durations.percentile(Number(percent)) / 1000).toFixed(3)}`)
        .join(','),
    ])
}

const keyspaceSection: InfoSection = ({ keyspace }) =>
  keyspace.databases
    .filter((db) => db.size > 0)
    .map((db) => [`db${db.index}`, `keys=${db.size},expires=${db.volatileSize},avg_ttl=0`])

/** The sections in their order; those that only `all` and their own names show come marked. */
export const infoSections: ReadonlyMap<string, InfoSection> = new Map<string, InfoSection>([
  ['server', serverSection],
  ['clients', clientsSection],
  ['memory', memorySection],
  ['persistence', persistenceSection],
  ['stats', statsSection],
  ['replication', replicationInfo],
  [
    'cpu',
    () => [
      ['used_cpu_sys', '0.000000'],
      ['used_cpu_user', '0.000000'],
    ],
  ],
  ['modules', () => []],
  ['errorstats', errorSection],
  ['commandstats', commandSection],
  ['latencystats', durationSection],
  ['cluster', () => [['cluster_enabled', 0]]],
  ['keyspace', keyspaceSection],
])

/** What a monitor has to tell. */
const sentinelSections: readonly string[] = ['server', 'clients', 'stats', 'cpu', 'sentinel']

const notByDefault: ReadonlySet<string> = new Set(['commandstats', 'latencystats'])

/** The text of the sections that are asked for; none means the usual ones. */
export function infoText(server: Server, asked: readonly string[]): string {
  const wanted = new Set(asked.map((name) => name.toLowerCase()))
  const isAll = wanted.has('all') || wanted.has('everything')
  const isDefault = wanted.size === 0 || wanted.has('default')
  const all = server.mode === 'sentinel' ? sentinelSections : [...infoSections.keys()]
  const shown = all.filter((name) => isAll || wanted.has(name) || (isDefault && !notByDefault.has(name)))
  return shown.map((name) => sectionText(server, name)).join('\r\n')
}

function sectionText(server: Server, name: string): string {
  const section = server.infoSections.get(name) ?? infoSections.get(name)
  const lines = (section?.(server) ?? []).map(([field, value]) => `${field}:${value}\r\n`)
  const title = name === 'cpu' ? 'CPU' : name.charAt(0).toUpperCase() + name.slice(1)
  return `# ${title}\r\n${lines.join('')}`
}
