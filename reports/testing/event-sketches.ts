// Events that many tests of the viewer's model are about.

import type { EventSketch } from './run-from.ts'

/** a sends something to b. */
export const send = (at: number): EventSketch => ({
  kind: 'send',
  node: 'a',
  at,
  target: 'b',
  size: 1,
  message: {},
})

/** It arrives. */
export const deliver = (at: number, cause: number): EventSketch => ({
  kind: 'deliver',
  node: 'b',
  at,
  cause,
  source: 'a',
  message: {},
})

/** A phase of a call of a client. */
export function call(phase: string, id: number, at: number, own: object = {}): EventSketch {
  return {
    kind: 'operation',
    node: 'client',
    at,
    phase,
    id,
    process: `p${id}`,
    f: 'read',
    key: 'x',
    value: null,
    ...own,
  }
}
