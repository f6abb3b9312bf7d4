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
import { streamGroupCommands } from './stream-groups.ts'
import { streamInfoCommands } from './stream-info.ts'
import { streamPendingCommands } from './stream-pending.ts'
import { streamReadCommands } from './stream-reads.ts'
import { streamCommands } from './streams.ts'

/** Sorted sets, HyperLogLogs, bits, places and streams. */
export const structureCommands: readonly Command[] = [
  ...sortedSetCommands,
  ...sortedSetAlgebraCommands,
  ...sortedSetPopCommands,
  ...sortedSetSampleCommands,
  ...hyperLogLogCommands,
  ...bitmapCommands,
  ...bitFieldCommands,
  ...geoCommands,
  ...streamCommands,
  ...streamGroupCommands,
  ...streamReadCommands,
  ...streamPendingCommands,
  ...streamInfoCommands,
]
