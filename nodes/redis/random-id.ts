// Ids of streams, and marks behind snapshots: what nobody else has.

import type { Env } from '../../../sim/index.ts'

/** Forty hexadecimal digits. */
export function newId(env: Env): string {
  return [...env.randomFor('replication').bytes(20)]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('')
}
