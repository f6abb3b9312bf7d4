// What became of each connection of TCP, as a probe.

import type { Balancer } from './connecting.ts'
import type { Ending } from '../admin/balancer-metrics.ts'

/**
 * Publishes one that has ended, if that is wanted (`accessLog`), as `lb.connection` with `{ client, ending, backend, sent, received, tookMs }`:
 * `backend` is null where none took it, `sent` and `received` are bytes to it and from it.
 */
export function publishConnection(
  { env, settings }: Pick<Balancer, 'env' | 'settings'>,
  about: {
    readonly client: string
    readonly ending: Ending
    readonly backend: string | null
    readonly sent: number
    readonly received: number
    readonly took: number
  },
): void {
  if (!settings.accessLog) return
  const { took, ...rest } = about
  env.probe('lb.connection', { ...rest, tookMs: inMilliseconds(took) })
}

/** Nanoseconds as milliseconds, to the microsecond. */
export function inMilliseconds(nanoseconds: number): number {
  return Math.round(nanoseconds / 1000) / 1000
}
