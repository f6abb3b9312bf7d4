// The section "Memory" of INFO: what memory-figures.ts estimates. What an operating system or an allocator would have to tell
// (resident pages, fragmentation, the memory of the machine, that of an engine for Lua) is left out.

import type { InfoSection } from './info.ts'
import { memoryFigures } from '../memory-figures.ts'

/** Its lines. */
export const memorySection: InfoSection = (server) => {
  const figures = memoryFigures(server)
  const { total, peak, scripts, libraries } = figures
  const overhead = figures.overhead + figures.tables
  const dataset = Math.max(0, total - overhead)
  return [
    ...twofold('used_memory', total),
    ...twofold('used_memory_peak', peak),
    ['used_memory_peak_perc', percentage(total, peak)],
    ['used_memory_overhead', overhead],
    ['used_memory_startup', 0],
    ['used_memory_dataset', dataset],
    ['used_memory_dataset_perc', percentage(dataset, total)],
    ['used_memory_scripts_eval', scripts],
    ['number_of_cached_scripts', figures.scriptCount],
    ['number_of_functions', server.scripting.libraries.functionCount],
    ['number_of_libraries', server.scripting.libraries.all.length],
    ['used_memory_functions', libraries],
    ...twofold('used_memory_scripts', scripts + libraries),
    ...twofold('maxmemory', server.limits.maxmemory),
    ['maxmemory_policy', server.limits.maxmemoryPolicy],
    // Only data are held against `maxmemory`.
    ['mem_not_counted_for_evict', total - figures.data],
    ['mem_replication_backlog', figures.backlog],
    ['mem_total_replication_buffers', figures.backlog + figures.replicas],
    ['mem_clients_slaves', figures.replicas],
    ['mem_clients_normal', figures.clients],
    ['mem_cluster_links', 0],
    ['mem_aof_buffer', figures.appendOnly],
    ['mem_allocator', 'v8'],
    ['active_defrag_running', 0],
    // What is removed is removed at once, also by UNLINK: the engine collects it.
    ['lazyfree_pending_objects', 0],
    ['lazyfreed_objects', 0],
  ]
}

function twofold(
  name: string,
  bytes: number,
): readonly [readonly [string, number], readonly [string, string]] {
  return [
    [name, bytes],
    [`${name}_human`, human(bytes)],
  ]
}

function human(bytes: number): string {
  const units = ['B', 'K', 'M', 'G', 'T']
  let [value, unit] = [bytes, 0]
  for (; value >= 1024 && unit < units.length - 1; unit += 1) value /= 1024
  return unit === 0 ? `${bytes}B` : `${value.toFixed(2)}${units[unit]}`
}

function percentage(part: number, whole: number): string {
  return `${(whole === 0 ? 0 : (part * 100) / whole).toFixed(2)}%`
}
