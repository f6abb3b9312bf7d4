// Ids of monitors and streams, and marks behind snapshots: what nobody else has.

import { Buffer } from 'node:buffer'

import type { Env } from '../../sim/index.ts'

/** Forty hexadecimal digits, drawn from the node's stream of a name. */
export function randomId(env: Env, stream: string): string {
  return Buffer.from(env.randomFor(stream).bytes(20)).toString('hex')
}
