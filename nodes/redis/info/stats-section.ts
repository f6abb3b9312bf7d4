// The section "Stats" of INFO.

import type { InfoSection } from './info.ts'
import { ratePlaces } from './sampling.ts'

/** Its lines. What stays 0 is of what is never done here: forks, defragmentation, threads, buffers of replies that grow. */
export const statsSection: InfoSection = (server) => {
  const { statistics, keyspace, migrations, moment, pubsub, replication, tracking } = server
  const { counts } = keyspace
  const { bytesIn, bytesOut, replicationBytesIn, replicationBytesOut, rates, shortOfMemory } = statistics
  const perSecond = (place: number): string => (rates.of(place) / 1024).toFixed(2)
  return [
    ['total_connections_received', statistics.connections],
    ['total_commands_processed', statistics.commands],
    ['instantaneous_ops_per_sec', rates.of(ratePlaces.commands)],
    ['total_net_input_bytes', bytesIn + replicationBytesIn],
    ['total_net_output_bytes', bytesOut + replicationBytesOut],
    ['total_net_repl_input_bytes', replicationBytesIn],
    ['total_net_repl_output_bytes', replicationBytesOut],
    ['instantaneous_input_kbps', perSecond(ratePlaces.input)],
    ['instantaneous_output_kbps', perSecond(ratePlaces.output)],
    ['instantaneous_input_repl_kbps', perSecond(ratePlaces.replicationInput)],
    ['instantaneous_output_repl_kbps', perSecond(ratePlaces.replicationOutput)],
    ['rejected_connections', statistics.rejectedConnections],
    ['sync_full', replication.counts.full],
    ['sync_partial_ok', replication.counts.partial],
    ['sync_partial_err', replication.counts.refused],
    ['expired_keys', counts.expired],
    ['expired_stale_perc', (keyspace.staleShare * 100).toFixed(2)],
    // A look for what has expired ends after so many rounds, never for its time.
    ['expired_time_cap_reached_count', 0],
    ['expire_cycle_cpu_milliseconds', Math.floor(statistics.expiryTime / 1_000_000)],
    ['evicted_keys', counts.evicted],
    ['evicted_clients', statistics.evictedClients],
    ['total_eviction_exceeded_time', Math.floor(shortOfMemory.total(moment) / 1_000_000)],
    ['current_eviction_exceeded_time', Math.floor(shortOfMemory.current(moment) / 1_000_000)],
    ['keyspace_hits', counts.hits],
    ['keyspace_misses', counts.misses],
    ['pubsub_channels', pubsub.channels.size],
    ['pubsub_patterns', pubsub.patterns.size],
    ['pubsubshard_channels', pubsub.shardChannels.size],
    ['latest_fork_usec', 0],
    ['total_forks', 0],
    ['migrate_cached_sockets', migrations.connected],
    // A replica that takes writes leaves expiry to its master all the same.
    ['slave_expires_tracked_keys', 0],
    ['active_defrag_hits', 0],
    ['active_defrag_misses', 0],
    ['active_defrag_key_hits', 0],
    ['active_defrag_key_misses', 0],
    ['total_active_defrag_time', 0],
    ['current_active_defrag_time', 0],
    ['tracking_total_keys', tracking.keys],
    ['tracking_total_items', tracking.items],
    ['tracking_total_prefixes', tracking.prefixes],
    ['unexpected_error_replies', statistics.unexpectedErrors],
    ['total_error_replies', statistics.errors],
    ['dump_payload_sanitizations', 0],
    ['total_reads_processed', statistics.reads],
    ['total_writes_processed', statistics.writes],
    ['io_threaded_reads_processed', 0],
    ['io_threaded_writes_processed', 0],
    ['reply_buffer_shrinks', 0],
    ['reply_buffer_expands', 0],
  ]
}
