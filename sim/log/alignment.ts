// Aligns two sequences of labels: which parts they have in common and what only one of them has. Myers, "An O(ND)
// Difference Algorithm and Its Variations" (1986), with a bound on D: sequences that differ in more are not alike.

/** A stretch in which two sequences differ: places in both, ends excluded. */
export interface Hunk {
  readonly startA: number
  readonly endA: number
  readonly startB: number
  readonly endB: number
}

const editsMax = 2000

/** The stretches in which two sequences differ, in order; null when they differ in more than 2,000 places. */
export function align(a: Uint32Array, b: Uint32Array): readonly Hunk[] | null {
  const start = commonStart(a, b)
  const end = commonEnd(a, b, start)
  const [middleA, middleB] = [a.subarray(start, a.length - end), b.subarray(start, b.length - end)]
  if (middleA.length === 0 && middleB.length === 0) return []
  const hunks = editHunks(middleA, middleB)
  if (hunks === null) return null
  return hunks.map((hunk) => ({
    startA: hunk.startA + start,
    endA: hunk.endA + start,
    startB: hunk.startB + start,
    endB: hunk.endB + start,
  }))
}

/** How many labels two sequences begin with in common. */
export function commonStart(a: Uint32Array, b: Uint32Array): number {
  let count = 0
  while (count < a.length && count < b.length && a[count] === b[count]) count++
  return count
}

function commonEnd(a: Uint32Array, b: Uint32Array, start: number): number {
  const most = Math.min(a.length, b.length) - start
  let count = 0
  while (count < most && a[a.length - 1 - count] === b[b.length - 1 - count]) count++
  return count
}

/**
 * Runs forward over the number of edits d; `furthest[k]` is how far into `a` the best path on diagonal k = x - y comes.
 * Keeps each round's diagonals to walk back along the best path; null when it takes more than `editsMax` edits.
 */
function editHunks(a: Uint32Array, b: Uint32Array): readonly Hunk[] | null {
  const most = Math.min(editsMax, a.length + b.length)
  const furthest = new Int32Array(2 * most + 3)
  const rounds: Int32Array[] = []
  for (let edits = 0; edits <= most; edits++) {
    rounds.push(furthest.slice(most + 1 - edits - 1, most + 1 + edits + 2))
    for (let k = -edits; k <= edits; k += 2) {
      const isDown = comesFromAbove(furthest, most + 1 + k, k, edits)
      let x = isDown ? (furthest[most + 2 + k] as number) : (furthest[most + k] as number) + 1
      while (x < a.length && x - k < b.length && a[x] === b[x - k]) x++
      furthest[most + 1 + k] = x
      if (x >= a.length && x - k >= b.length) return walkBack(rounds, a.length, b.length)
    }
  }
  return null
}

function comesFromAbove(furthest: Int32Array, place: number, k: number, edits: number): boolean {
  return k === -edits || (k !== edits && (furthest[place - 1] as number) < (furthest[place + 1] as number))
}

/** Collects the edits of the best path from its end, and joins neighbouring ones into hunks. */
function walkBack(rounds: readonly Int32Array[], lengthA: number, lengthB: number): readonly Hunk[] {
  const hunks: Hunk[] = []
  let [x, y] = [lengthA, lengthB]
  for (let edits = rounds.length - 1; edits > 0; edits--) {
    const furthest = rounds[edits] as Int32Array
    const k = x - y
    const isDown = comesFromAbove(furthest, edits + 1 + k, k, edits)
    const startX = furthest[edits + 1 + k + (isDown ? 1 : -1)] as number
    const startY = startX - (k + (isDown ? 1 : -1))
    joinHunk(hunks, {
      startA: startX,
      endA: isDown ? startX : startX + 1,
      startB: startY,
      endB: isDown ? startY + 1 : startY,
    })
    ;[x, y] = [startX, startY]
  }
  return hunks.toReversed()
}

function joinHunk(hunks: Hunk[], hunk: Hunk): void {
  const last = hunks.at(-1)
  if (last === undefined || last.startA !== hunk.endA || last.startB !== hunk.endB) hunks.push(hunk)
  else hunks[hunks.length - 1] = { ...hunk, endA: last.endA, endB: last.endB }
}
