// Commands of the structures beyond strings, hashes, lists and sets, by families.

import { bitFieldCommands } from './bit-fields.ts'
import { bitmapCommands } from './bitmaps.ts'
import type { Command } from './command.ts'
import { geoCommands } from './geo.ts'
import { hyperLogLogCommands } from './hyper-log-logs.ts'
import { sortedSetAlgebraCommands } from './sorted-set-algebra.ts'
import { sortedSetPopCommands } from './sorted-set-pops.ts'
import { sortedSetSampleCommands } from './sorted-set-samples.ts'
import { sortedSetCommands } from './sorted-sets.ts'

/** Sorted sets, HyperLogLogs, bits and places. */
export const structureCommands: readonly Command[] = [
  ...sortedSetCommands,
  ...sortedSetAlgebraCommands,
  ...sortedSetPopCommands,
  ...sortedSetSampleCommands,
  ...hyperLogLogCommands,
  ...bitmapCommands,
  ...bitFieldCommands,
  ...geoCommands,
]
