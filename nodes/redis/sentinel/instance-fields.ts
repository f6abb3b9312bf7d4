// What SENTINEL MASTER, REPLICAS and SENTINELS tell of one that is watched: the fields of Redis 7.0, in its order.

import type { Sentinel } from './sentinel.ts'
import type { WatchedServer } from './watched-server.ts'
import type { ByteString } from '../value.ts'

type Fields = readonly (readonly [name: string, value: string | number])[]

/** Fields of the master. */
export function masterFields(sentinel: Sentinel): readonly ByteString[] {
  const { agreesOnDown, isFailingOver, others, quorum, record, servers, settings, watchedMaster } = sentinel
  const flags = [
    ...(sentinel.findsMasterDown ? ['s_down'] : []),
    ...(agreesOnDown ? ['o_down'] : []),
    'master',
    ...disconnected(watchedMaster),
    ...(isFailingOver ? ['failover_in_progress'] : []),
  ]
  return flat([
    ...common(watchedMaster, sentinel, { name: settings.name, runId: runIdOf(watchedMaster), flags }),
    ...told(watchedMaster, 'master'),
    ['config-epoch', record.masterEpoch],
    ['num-slaves', servers.length - 1],
    ['num-other-sentinels', others.length],
    ['quorum', quorum],
    ['failover-timeout', settings.failoverTimeout],
    ['parallel-syncs', 1],
  ])
}

/** Fields of a replica. */
export function replicaFields(server: WatchedServer, sentinel: Sentinel): readonly ByteString[] {
  const { role } = server
  const link = role?.kind === 'replica' ? role : null
  const isDown = server.silence > sentinel.settings.downAfter
  const flags = [...(isDown ? ['s_down'] : []), 'slave', ...disconnected(server)]
  const downSeconds = Math.max(0, Number(server.told('master_link_down_since_seconds', '0')))
  return flat([
    ...common(server, sentinel, { name: nameOf(server), runId: runIdOf(server), flags }),
    ...told(server, 'slave'),
    ['master-link-down-time', link?.isUp === true ? 0 : downSeconds * 1000],
    ['master-link-status', link?.isUp === true ? 'ok' : 'err'],
    ['master-host', link === null ? '?' : link.master.host],
    ['master-port', link === null ? 0 : link.master.port],
    ['slave-priority', server.told('slave_priority', '100')],
    ['slave-repl-offset', Math.max(0, link?.offset ?? 0)],
    ['replica-announced', server.told('replica_announced', '1')],
  ])
}

/** Fields of another monitor. */
export function monitorFields(other: WatchedServer, sentinel: Sentinel): readonly ByteString[] {
  const { id, vote } = other
  const isDown = other.quiet > sentinel.settings.downAfter
  const flags = [...(isDown ? ['s_down'] : []), 'sentinel', ...disconnected(other)]
  return flat([
    ...common(other, sentinel, { name: id ?? nameOf(other), runId: id ?? '', flags }),
    ['last-hello-message', other.helloAge],
    ['voted-leader', vote?.leader ?? '?'],
    ['voted-leader-epoch', vote?.epoch ?? 0],
  ])
}

function common(
  server: WatchedServer,
  { settings }: Sentinel,
  {
    name,
    runId,
    flags,
  }: { readonly name: string; readonly runId: string; readonly flags: readonly string[] },
): Fields {
  const { address, owing, quiet, silence } = server
  const answered = Math.floor(Number.isFinite(quiet) ? quiet : silence)
  const downFor = answered - settings.downAfter
  return [
    ['name', name],
    ['ip', address.host],
    ['port', address.port],
    ['runid', runId],
    ['flags', flags.join(',')],
    ['link-pending-commands', owing > 0 ? 1 : 0],
    ['link-refcount', 1],
    ['last-ping-sent', owing],
    ['last-ok-ping-reply', answered],
    ['last-ping-reply', answered],
    ...(flags.includes('s_down') ? [['s-down-time', Math.max(0, downFor)] as const] : []),
    ...(flags.includes('o_down') ? [['o-down-time', Math.max(0, downFor)] as const] : []),
    ['down-after-milliseconds', settings.downAfter],
  ]
}

function told(server: WatchedServer, expected: 'master' | 'slave'): Fields {
  const { role } = server
  const reported = role === null ? expected : role.kind === 'master' ? 'master' : 'slave'
  return [
    ['info-refresh', server.infoAge ?? 0],
    ['role-reported', reported],
    ['role-reported-time', server.roleAge],
  ]
}

function disconnected({ isConnected }: WatchedServer): readonly string[] {
  return isConnected ? [] : ['disconnected']
}

function runIdOf(server: WatchedServer): string {
  return server.told('run_id', '')
}

function nameOf({ address: { host, port } }: WatchedServer): string {
  return `${host}:${port}`
}

function flat(fields: Fields): readonly ByteString[] {
  return fields.flatMap(([name, value]) => [name, String(value)])
}
