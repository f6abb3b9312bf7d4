// The section "Replication" of INFO.

import type { Server } from '../server.ts'

/** Its lines: names and values, in Redis's order. */
export function replicationInfo(
  server: Server,
): readonly (readonly [name: string, value: string | number])[] {
  const { backlog, id, id2, id2Offset, offset } = server.replication
  return [
    ['role', server.replication.isReplica ? 'slave' : 'master'],
    ...linkInfo(server),
    ...replicasInfo(server),
    ['master_failover_state', server.replication.failover.state],
    ['master_replid', id],
    ['master_replid2', id2],
    ['master_repl_offset', offset],
    ['second_repl_offset', id2Offset],
    ['repl_backlog_active', backlog === null ? 0 : 1],
    ['repl_backlog_size', server.configuration.number('repl-backlog-size')],
    ['repl_backlog_first_byte_offset', backlog === null ? 0 : backlog.start + 1],
    ['repl_backlog_histlen', backlog?.length ?? 0],
  ]
}

function linkInfo({
  replication: { link },
  configuration,
}: Server): readonly (readonly [string, string | number])[] {
  if (link === null) return []
  return [
    ['master_host', link.host],
    ['master_port', link.port],
    ['master_link_status', link.isUp ? 'up' : 'down'],
    ['master_last_io_seconds_ago', link.isUp ? Math.floor(link.silence / 1000) : -1],
    ['master_sync_in_progress', link.state === 'sync' ? 1 : 0],
    ['slave_read_repl_offset', link.offset],
    ['slave_repl_offset', link.offset],
    ...(link.isUp ? [] : [['master_link_down_since_seconds', link.downFor] as const]),
    ['slave_priority', configuration.number('replica-priority')],
    ['slave_read_only', configuration.isOn('replica-read-only') ? 1 : 0],
    ['replica_announced', configuration.isOn('replica-announced') ? 1 : 0],
  ]
}

function replicasInfo({
  configuration,
  keyspace,
  limits,
  replication,
}: Server): readonly (readonly [string, string | number])[] {
  const limitsLag = configuration.number('min-replicas-max-lag')
  const served = replication.replicas.filter(({ isOnline, sending }) => isOnline || sending !== null)
  return [
    ['connected_slaves', served.length],
    ...(limits.minReplicasToWrite > 0 && limitsLag > 0
      ? [['min_slaves_good_slaves', replication.goodReplicas()] as const]
      : []),
    ...served.map(({ host, port, isOnline, acknowledged, acknowledgedAt }, index) => {
      const lag = Math.floor((keyspace.now - acknowledgedAt) / 1000)
      return [
        `slave${index}`,
        `ip=${host},port=${port},state=${isOnline ? 'online' : 'send_bulk'},offset=${acknowledged},lag=${lag}`,
      ] as const
    }),
  ]
}
