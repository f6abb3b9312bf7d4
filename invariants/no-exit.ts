import type { Invariant } from '../sim/index.ts'
import { never } from './always.ts'
import { on } from './event-test.ts'

/**
 * No program ends by an error. A run treats that as a violation anyway unless its scenario says otherwise; this is for
 * traces, and for the parts of a run that `ofNodes` and `during` name.
 */
export const noExit: Invariant = never(
  'no exit by an error',
  on('exit', (event) => event.code !== 0),
)
