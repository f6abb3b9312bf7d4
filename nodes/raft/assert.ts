// Our own bugs: what must hold, checked always.

import type { DataRecord } from '../../sim/index.ts'

/** Throws when something does not hold that must; that ends the node. `values` say what was there. */
export function assert(condition: boolean, mustHold: string, values: DataRecord = {}): asserts condition {
  if (!condition) throw new Error(`must hold: ${mustHold}; ${JSON.stringify(values)}`)
}
