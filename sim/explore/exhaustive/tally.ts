// What a search counts.

import type { SmallWorld } from './small-world.ts'
import type { Untold } from './state-key.ts'
import type { NodeId } from '../../event.ts'
import type { InvariantReport } from '../../judge.ts'

/** The counts of one search. */
export class Tally {
  runs = 0
  transitions = 0
  ignored = 0
  spared = 0
  depth = 0
  ends = 0
  /** Ends at which some operation is still open. */
  openEnds = 0
  /** States that could not be told from others. */
  unmatched = 0
  hasBytes = false
  readonly unpublished: Set<NodeId> = new Set()
  readonly drawing: Set<NodeId> = new Set()
  readonly clockReaders: Set<NodeId> = new Set()
  readonly forgetful: Set<string> = new Set()
  /** What each invariant looked at, by its name. */
  readonly looked: Map<string, Pick<InvariantReport, 'looked' | 'unit'>> = new Map()
  readonly undecided: Map<string, string> = new Map()

  /** A state was reached that cannot be told from others. */
  addUntold(untold: Untold): void {
    this.unmatched++
    if (untold.kind === 'bytes') this.hasBytes = true
    else for (const node of untold.nodes) this.unpublished.add(node)
  }

  /** Takes in what was noticed in one execution; `before`: how often invariants had looked before it came to new steps. */
  addRun({ world, judge, forgetful }: SmallWorld, before: readonly InvariantReport[]): void {
    this.runs++
    for (const node of world.draws.keys()) this.drawing.add(node)
    for (const node of world.clockReaders) this.clockReaders.add(node)
    for (const name of forgetful) this.forgetful.add(name)
    for (const { invariant, message } of judge.undecided) this.undecided.set(invariant, message)
    judge.report().forEach(({ invariant, looked, unit }, index) => {
      const more = looked - (before[index]?.looked ?? 0)
      const known = this.looked.get(invariant)?.looked ?? 0
      this.looked.set(invariant, { looked: known + more, unit })
    })
  }
}
