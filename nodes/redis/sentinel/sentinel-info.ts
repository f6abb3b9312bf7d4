// What INFO tells of a monitor besides its sections as a server.

import type { Sentinel } from './sentinel.ts'
import type { Sentinels } from './sentinels.ts'
import type { InfoFields } from '../info/index.ts'

/** The section of the masters. */
export function sentinelInfo({ all }: Sentinels): InfoFields {
  return [
    ['sentinel_masters', all.length],
    ['sentinel_tilt', 0],
    ['sentinel_tilt_since_seconds', -1],
    ['sentinel_running_scripts', 0],
    ['sentinel_scripts_queue_length', 0],
    ['sentinel_simulate_failure_flags', 0],
    ...all.map((sentinel, place) => [`master${place}`, lineOf(sentinel)] as const),
  ]
}

function lineOf(sentinel: Sentinel): string {
  const { agreesOnDown, findsMasterDown, master, others, servers, settings } = sentinel
  const status = agreesOnDown ? 'odown' : findsMasterDown ? 'sdown' : 'ok'
  return `name=${settings.name},status=${status},address=${master.host}:${master.port},slaves=${servers.length - 1},sentinels=${others.length + 1}`
}
