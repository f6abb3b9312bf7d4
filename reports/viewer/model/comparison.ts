// Two runs side by side: which events both have, and where the second run's events lie on the time of the first.

import type { ComparisonInfo, Sections } from './document.ts'
import type { Run } from './run.ts'
import { readVarints } from './varints.ts'
import type { EventRef } from './view-state.ts'

/** How two runs differ. */
export class Comparison {
  readonly info: ComparisonInfo
  /** For each run a flag for each event: 1 when only it has it. */
  readonly only: readonly [Uint8Array, Uint8Array]
  readonly #runs: readonly [Run, Run]
  readonly #partners: readonly [Uint32Array, Uint32Array]
  #isAligned = false

  constructor(info: ComparisonInfo, runs: readonly [Run, Run], sections: Sections) {
    const [a, b] = runs
    this.info = info
    this.#runs = runs
    const partners = new Uint32Array(a.count + 1)
    const back = new Uint32Array(b.count + 1)
    readVarints(sections.get('partners') ?? new Uint8Array(), a.count, (partner, place) => {
      partners[place + 1] = partner
      if (partner > 0 && partner <= b.count) back[partner] = place + 1
    })
    readVarints(sections.get('elsewhere') ?? new Uint8Array(), b.count, (isElsewhere, place) => {
      if (isElsewhere > 0) back[place + 1] = a.count + 1
    })
    this.#partners = [partners, back]
    this.only = [alone(partners, a.first), alone(back, b.first)]
  }

  /** The same event in the other run; null when it has none. */
  partnerOf({ run, seq }: EventRef): EventRef | null {
    const other = run === 0 ? 1 : 0
    const partner = this.#partners[run === 0 ? 0 : 1][seq] ?? 0
    return partner === 0 || partner > this.#runs[other].count ? null : { run: other, seq: partner }
  }

  /** Where each node first differs, in both runs, as far as it is in the parts that are shown. */
  get partings(): readonly EventRef[] {
    const [one, other] = this.#runs
    return this.info.partings.flatMap(({ a, b }) => {
      const [inOne, inOther] = [one.placeOf(a), other.placeOf(b)]
      return [
        ...(inOne < one.first ? [] : [{ run: 0, seq: inOne }]),
        ...(inOther < other.first ? [] : [{ run: 1, seq: inOther }]),
      ]
    })
  }

  /** Draws the second run at the instants of the first where both have an event, or at its own. */
  align(isAligned: boolean): void {
    if (isAligned === this.#isAligned) return
    this.#isAligned = isAligned
    const [a, b] = this.#runs
    if (isAligned) warp(a.at, b.at, this.#partners[1], b.x)
    else b.x.set(b.at)
  }
}

function alone(partners: Uint32Array, first: number): Uint8Array {
  const flags = Uint8Array.from(partners, (partner) => (partner === 0 ? 1 : 0))
  return flags.fill(0, 0, first)
}

/**
 * Places events by those that have a partner, as many of them as come in the same order in both runs; between two of these in
 * proportion. Never moves one before an earlier one: the order of the log stays.
 */
export function warp(
  atA: Float64Array,
  atB: Float64Array,
  partnerOfB: Uint32Array,
  into: Float64Array,
): void {
  let [from, x] = [0, 0]
  for (const seq of inSameOrder(atA, partnerOfB)) {
    const target = atA[partnerOfB[seq] as number] as number
    spread(atB, into, { from, to: seq, x, target })
    from = seq
    x = target
  }
  const shift = x - (atB[from] as number)
  for (let seq = from + 1; seq < atB.length; seq++) into[seq] = Math.max(x, (atB[seq] as number) + shift)
}

/**
 * The most events of the second run whose partners come in the same order: the longest non-decreasing subsequence (Fredman, "On
 * computing the length of longest increasing subsequences", 1975). One event that has its partner far away would hold all others
 * up, were they taken as they come.
 */
function inSameOrder(atA: Float64Array, partnerOfB: Uint32Array): readonly number[] {
  /** For each length, the last event of the subsequence of that length that ends earliest. */
  const ends: number[] = []
  const before = new Uint32Array(partnerOfB.length)
  const target = (seq: number): number => atA[partnerOfB[seq] as number] as number
  for (let seq = 1; seq < partnerOfB.length; seq++) {
    const partner = partnerOfB[seq] as number
    if (partner === 0 || partner >= atA.length) continue
    let [low, high] = [0, ends.length]
    while (low < high) {
      const middle = (low + high) >>> 1
      if (target(ends[middle] as number) <= target(seq)) low = middle + 1
      else high = middle
    }
    before[seq] = ends[low - 1] ?? 0
    ends[low] = seq
  }
  const chosen: number[] = []
  for (let seq = ends.at(-1) ?? 0; seq > 0; seq = before[seq] as number) chosen.push(seq)
  return chosen.reverse()
}

interface Stretch {
  readonly from: number
  readonly to: number
  readonly x: number
  readonly target: number
}

function spread(atB: Float64Array, into: Float64Array, { from, to, x, target }: Stretch): void {
  const begin = atB[from] as number
  const length = (atB[to] as number) - begin
  for (let seq = from + 1; seq < to; seq++)
    into[seq] = length === 0 ? x : x + (((atB[seq] as number) - begin) / length) * (target - x)
  into[to] = target
}
