// All states in which a crash may leave a disk, for a short sequence of operations: what recovery code must cope with,
// and what the simulated disk's random crashes are held against.

import { changed, CrashModel, resized, setEntry } from './crash-model.ts'
import type { DiskStep, ModelChange, ModelDirectory, ModelFile, ModelMove, ModelNode } from './crash-model.ts'
import { formatState, type DiskState } from './disk-state.ts'
import { joinPath } from './node.ts'
import type { DiskProfile } from './profile.ts'

/** What a crash is allowed to do, and how much may be enumerated. */
export interface CrashStatesOptions {
  /** Bytes that are written in one piece or not at all; 512 when absent. */
  readonly sectorSize?: number
  /** As in the disk's profile; `ordered` when absent. */
  readonly entries?: DiskProfile['entries']
  /** How many states may turn up on the way; 100,000 when absent. */
  readonly statesMax?: number
}

/**
 * Every state in which a crash after these steps may leave the disk, each once. Throws a RangeError when a step
 * cannot be taken or there are more states than allowed.
 */
export function crashStates(
  steps: readonly DiskStep[],
  options: CrashStatesOptions = {},
): readonly DiskState[] {
  const { sectorSize = 512, entries = 'ordered', statesMax = 100_000 } = options
  const model = new CrashModel()
  for (const step of steps) model.take(step)
  const contents = new Contents(sectorSize, statesMax)
  const states = new Map<string, DiskState>()
  for (const survivors of survivingMoves(model.moves, entries, statesMax))
    for (const state of statesOf(model.root, survivors, contents)) {
      states.set(formatState(state), state)
      demandFew(states.size, statesMax)
    }
  return [...states.values()]
}

function demandFew(count: number, statesMax: number): void {
  if (count > statesMax)
    throw new RangeError(`crash states: got more than ${statesMax}, wanted a shorter sequence`)
}

// ---- entries

function* survivingMoves(
  moves: readonly ModelMove[],
  entries: DiskProfile['entries'],
  statesMax: number,
): Generator<readonly ModelMove[]> {
  for (const subset of subsets(moves.length, statesMax)) {
    const isLegal = moves.every(
      (move, index) =>
        subset[index] === true ||
        !moves.some((later, at) => at > index && subset[at] === true && depends(later, move, entries)),
    )
    if (isLegal) yield moves.filter((_, index) => subset[index])
  }
}

// Whether a later move cannot survive without an earlier one. Where a directory has gone, what was done in it before has
// to survive, and of what comes later nothing takes its place without it.
function depends(later: ModelMove, earlier: ModelMove, entries: DiskProfile['entries']): boolean {
  return later.some((change) =>
    earlier.some((other) => {
      if (change.gone === other.directory) return true
      if (entries === 'ordered') return change.directory === other.directory
      if (change.node === null) return false
      return change.node === other.node || (other.gone !== null && isSamePlace(change, other))
    }),
  )
}

function isSamePlace(a: ModelMove[number], b: ModelMove[number]): boolean {
  return a.directory === b.directory && a.name === b.name
}

function* subsets(count: number, statesMax: number): Generator<readonly boolean[]> {
  demandFew(count > 30 ? Infinity : 1 << count, statesMax)
  for (let bits = 0; bits < 1 << count; bits++)
    yield Array.from({ length: count }, (_, index) => (bits & (1 << index)) !== 0)
}

// ---- whole states

function* statesOf(
  root: ModelDirectory,
  survivors: readonly ModelMove[],
  contents: Contents,
): Generator<DiskState> {
  const certain = new Map<ModelDirectory, Map<string, ModelNode>>()
  const entriesOf = (directory: ModelDirectory): Map<string, ModelNode> => {
    const entries = certain.get(directory) ?? new Map(directory.certain)
    certain.set(directory, entries)
    return entries
  }
  for (const { directory, name, node } of survivors.flat()) setEntry(entriesOf(directory), name, node)
  const found: (readonly [string, ModelNode])[] = []
  const collect = (path: string, directory: ModelDirectory): void => {
    for (const [name, node] of entriesOf(directory)) {
      found.push([joinPath(path, name), node])
      if (node.kind === 'directory') collect(joinPath(path, name), node)
    }
  }
  collect('/', root)
  yield* products(found, contents)
}

// Each file's content with each other file's.
function* products(
  found: readonly (readonly [string, ModelNode])[],
  contents: Contents,
): Generator<DiskState> {
  const [first, ...rest] = found
  if (first === undefined) return yield new Map()
  const [path, node] = first
  const choices = node.kind === 'directory' ? (['directory'] as const) : contents.of(node)
  for (const state of products(rest, contents))
    for (const choice of choices) yield new Map([[path, choice], ...state])
}

// ---- contents

/** What a crash may make of each file's content. */
class Contents {
  readonly #known = new Map<ModelFile, readonly Uint8Array[]>()
  readonly #sectorSize: number
  readonly #statesMax: number

  constructor(sectorSize: number, statesMax: number) {
    this.#sectorSize = sectorSize
    this.#statesMax = statesMax
  }

  of(file: ModelFile): readonly Uint8Array[] {
    let contents = this.#known.get(file)
    if (contents === undefined) {
      contents = file.unsynced.reduce<readonly Uint8Array[]>(
        (before, change) => this.#after(before, change),
        [file.certain],
      )
      this.#known.set(file, contents)
    }
    return contents
  }

  #after(before: readonly Uint8Array[], change: ModelChange): readonly Uint8Array[] {
    const after = new Map<string, Uint8Array>()
    for (const content of before)
      for (const outcome of this.#outcomes(content, change)) {
        after.set(Buffer.from(outcome).toString('hex'), outcome)
        demandFew(after.size, this.#statesMax)
      }
    return [...after.values()]
  }

  // Lost, kept, or any of the sectors of a write, with the file as long as it was or as the write had made it.
  *#outcomes(content: Uint8Array, change: ModelChange): Generator<Uint8Array> {
    yield content
    yield changed(content, change)
    if (change.kind === 'truncate') return
    const sectors = [...sectorsOf(change.offset, change.bytes, this.#sectorSize)]
    for (const subset of subsets(sectors.length, this.#statesMax)) {
      const torn = sectors.filter((_, index) => subset[index]).reduce(changed, content)
      yield torn
      if (change.extends) yield resized(torn, Math.max(torn.length, change.offset + change.bytes.length))
    }
  }
}

function* sectorsOf(offset: number, bytes: Uint8Array, sectorSize: number): Generator<ModelChange> {
  for (let start = offset; start < offset + bytes.length;) {
    const end = Math.min(start - (start % sectorSize) + sectorSize, offset + bytes.length)
    yield {
      kind: 'write',
      offset: start,
      bytes: bytes.subarray(start - offset, end - offset),
      extends: false,
    }
    start = end
  }
}
