// What a crash leaves of a file's unsynced changes, as drawn. Every change takes as many draws as it has sectors and a
// few more, whatever becomes of it.

import type { RandomStream } from '../random.ts'
import type { ContentChange } from './content.ts'
import { kept, lost, sectorCount, torn, type Survival } from './survival.ts'

/**
 * What a crash does to what was not synced: `kept` all of it, `lost` all of it, `torn` keeps a file's changes up to a
 * drawn one, of which a part survives, and loses the later ones (entries of directories are kept), `drawn` anything that is legal.
 */
export type CrashOutcome = 'drawn' | 'kept' | 'lost' | 'torn'

/** Draws what becomes of a file's unsynced changes, given oldest first. */
export function drawSurvivals(
  random: RandomStream,
  changes: readonly ContentChange[],
  outcome: CrashOutcome,
  sectorSize: number,
): Survival[] {
  const mode = drawMode(random.float(), outcome)
  const cut = random.int(0, Math.max(0, changes.length - 1))
  return changes.map((change, index) => {
    const drawn = drawSurvival(random, change, sectorSize)
    switch (mode) {
      case 'kept':
        return kept
      case 'lost':
        return lost
      case 'cut':
        if (index === cut) return outcome === 'torn' ? drawn.visibly : drawn.torn
        return index < cut ? kept : lost
      case 'scattered':
        return drawn.own
    }
  })
}

// With each change for itself alone, a file with twenty of them would hardly ever come out whole, or as a clean prefix.
function drawMode(draw: number, outcome: CrashOutcome): 'kept' | 'lost' | 'cut' | 'scattered' {
  if (outcome === 'torn') return 'cut'
  if (outcome !== 'drawn') return outcome
  if (draw < 0.2) return 'kept'
  if (draw < 0.35) return 'lost'
  return draw < 0.65 ? 'cut' : 'scattered'
}

interface DrawnSurvival {
  /** The change's fate for itself. */
  readonly own: Survival
  /** The way in which it is torn when it is the one that is; may be all or nothing. */
  readonly torn: Survival
  /** The same, but neither all nor nothing where that is possible. */
  readonly visibly: Survival
}

function drawSurvival(random: RandomStream, change: ContentChange, sectorSize: number): DrawnSurvival {
  const fate = random.float()
  const tear = drawTear(random, change, sectorSize)
  const visibly = tear.kind === 'torn' ? tear : tearVisibly(change, sectorSize, fate)
  if (fate < 0.3) return { own: kept, torn: tear, visibly }
  return { own: fate < 0.6 ? lost : tear, torn: tear, visibly }
}

function drawTear(random: RandomStream, change: ContentChange, sectorSize: number): Survival {
  const isPrefix = random.boolean(0.5)
  const isExtended = random.boolean(0.5)
  const cut = random.float()
  if (change.kind === 'truncate') return isPrefix ? kept : lost
  const count = sectorCount(change.offset, change.length, sectorSize)
  const prefix = Math.floor(cut * (count + 1))
  const sectors: boolean[] = []
  for (let index = 0; index < count; index++) {
    const isThere = random.boolean(0.5)
    sectors.push(isPrefix ? index < prefix : isThere)
  }
  return torn(sectors, isExtended && isExtending(change))
}

// A prefix of at least one sector and not all; of a single sector, the length without the bytes.
function tearVisibly(change: ContentChange, sectorSize: number, draw: number): Survival {
  if (change.kind === 'truncate') return draw < 0.5 ? kept : lost
  const count = sectorCount(change.offset, change.length, sectorSize)
  if (count === 1) return isExtending(change) ? torn([false], true) : lost
  const prefix = 1 + Math.floor(draw * (count - 1))
  return torn(
    Array.from({ length: count }, (_, index) => index < prefix),
    false,
  )
}

function isExtending(change: ContentChange): boolean {
  return change.offset + change.length > change.sizeBefore
}
