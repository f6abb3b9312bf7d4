// The runs of a sparse HyperLogLog: `00xxxxxx` x+1 zeros, `01xxxxxx yyyyyyyy` xy+1 zeros, `1vvvvvxx` x+1 times v+1.
// A change splits one run into up to three and then joins equal neighbours within five runs, as Redis does: it has
// to end in the same bytes.

const registerCount = 16_384
const zeroMax = 64
const valueRunMax = 4

/** A run: how many registers (0 if damaged) hold which value, in how many bytes. */
interface Run {
  readonly length: number
  readonly value: number
  readonly size: number
}

function runAt(runs: Uint8Array, at: number): Run {
  const first = runs[at] ?? 0
  if ((first & 0x80) !== 0) return { length: (first & 3) + 1, value: ((first >> 2) & 31) + 1, size: 1 }
  if ((first & 0x40) === 0) return { length: (first & 63) + 1, value: 0, size: 1 }
  return { length: (((first & 63) << 8) | (runs[at + 1] ?? 0)) + 1, value: 0, size: 2 }
}

function writeRun(into: number[], value: number, length: number): void {
  if (length === 0) return
  if (value > 0) into.push(0x80 | ((value - 1) << 2) | (length - 1))
  else if (length <= zeroMax) into.push(length - 1)
  else into.push(0x40 | ((length - 1) >> 8), (length - 1) & 255)
}

/** Every register; undefined where the runs do not cover them exactly. */
export function sparseRegisters(runs: Uint8Array): Uint8Array | undefined {
  const registers = new Uint8Array(registerCount)
  let index = 0
  for (let at = 0; at < runs.length;) {
    const run = runAt(runs, at)
    if (index + run.length > registerCount || at + run.size > runs.length) return undefined
    registers.fill(run.value, index, index + run.length)
    index += run.length
    at += run.size
  }
  return index === registerCount ? registers : undefined
}

/** Whether runs cover the registers exactly. */
export function isSparseValid(runs: Uint8Array): boolean {
  return sparseRegisters(runs) !== undefined
}

/** How many registers have each value. */
export function histogramOf(registers: Uint8Array): Uint32Array {
  const histogram = new Uint32Array(64)
  for (const value of registers) histogram[value] = (histogram[value] ?? 0) + 1
  return histogram
}

/** What setting a register led to. */
export type SparseChange =
  { readonly kind: 'changed'; readonly runs: Uint8Array } | { readonly kind: 'kept' | 'full' | 'damaged' }

/** Raises a register to a value of 1 to 32, in runs of at most so many bytes. */
export function setSparse(
  runs: Uint8Array,
  change: { readonly index: number; readonly value: number; readonly sizeMax: number },
): SparseChange {
  const place = findRun(runs, change.index)
  if (place === undefined) return { kind: 'damaged' }
  const { run, at, first, previous } = place
  if (run.value >= change.value) return { kind: 'kept' }
  const replacement: number[] = []
  writeRun(replacement, run.value, change.index - first)
  writeRun(replacement, change.value, 1)
  writeRun(replacement, run.value, first + run.length - 1 - change.index)
  const growth = replacement.length - run.size
  if (growth > 0 && runs.length + growth > change.sizeMax) return { kind: 'full' }
  const changed = new Uint8Array(runs.length + growth)
  changed.set(runs.subarray(0, at))
  changed.set(replacement, at)
  changed.set(runs.subarray(at + run.size), at + replacement.length)
  return { kind: 'changed', runs: joinValues(changed, previous) }
}

interface Place {
  readonly run: Run
  readonly at: number
  /** The run's first register. */
  readonly first: number
  /** Where the run before stands; 0 if there is none. */
  readonly previous: number
}

function findRun(runs: Uint8Array, index: number): Place | undefined {
  let first = 0
  let previous = 0
  for (let at = 0; at < runs.length;) {
    const run = runAt(runs, at)
    if (at + run.size > runs.length) return undefined
    if (index < first + run.length) return { run, at, first, previous }
    previous = at
    at += run.size
    first += run.length
  }
  return undefined
}

/** Joins neighbours of one value in place, looking at five runs from a place on. */
function joinValues(runs: Uint8Array, start: number): Uint8Array {
  let at = start
  let end = runs.length
  for (let left = 5; left > 0 && at < end; left--) {
    const byte = runs[at] ?? 0
    if ((byte & 0x80) === 0) {
      at += (byte & 0x40) === 0 ? 1 : 2
      continue
    }
    const next = at + 1 < end ? (runs[at + 1] ?? 0) : 0
    const length = (byte & 3) + (next & 3) + 2
    if ((next & 0x80) !== 0 && byte >> 2 === next >> 2 && length <= valueRunMax) {
      runs.copyWithin(at, at + 1, end)
      runs[at] = (byte & ~3) | (length - 1)
      end--
    } else at++
  }
  return runs.subarray(0, end)
}

/** Runs as PFDEBUG DECODE tells them: `Z:16380,v:1,3 Z:1`. */
export function describeRuns(runs: Uint8Array): string {
  const texts: string[] = []
  for (let at = 0; at < runs.length;) {
    const { length, value, size } = runAt(runs, at)
    texts.push(value > 0 ? `v:${value},${length}` : `${size === 1 ? 'z' : 'Z'}:${length}`)
    at += size
  }
  return texts.join(' ')
}
