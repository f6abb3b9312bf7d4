// Which unsynced entry operations survive a crash, as drawn. An operation takes as many draws as it takes directories,
// or one, whatever becomes of it.

import type { RandomStream } from '../random.ts'
import type { CrashOutcome } from './content-crash.ts'
import { directoriesOf, type EntryOperation } from './journal.ts'
import type { DirectoryNode, TreeNode } from './node.ts'
import type { DiskProfile } from './profile.ts'

/** Draws the operations that survive, given the unsynced ones, oldest first. */
export function drawEntries(
  random: RandomStream,
  operations: readonly EntryOperation[],
  outcome: CrashOutcome,
  order: DiskProfile['entries'],
): ReadonlySet<EntryOperation> {
  const drawn = order === 'ordered' ? drawOrdered(random, operations) : drawAny(random, operations)
  if (outcome === 'drawn') return drawn
  return new Set(outcome === 'lost' ? [] : operations)
}

// Each directory keeps its operations up to a cut of its own. A rename between two directories counts in both, so a cut
// before it in one is a cut before it in the other; so does the end of a directory in itself and in its parent.
function drawOrdered(random: RandomStream, operations: readonly EntryOperation[]): Set<EntryOperation> {
  const left = new Map<DirectoryNode, number>()
  for (const [directory, count] of countByDirectory(operations)) left.set(directory, random.int(0, count))
  const survivors = new Set<EntryOperation>()
  for (const operation of operations) {
    const directories = directoriesOf(operation)
    const isKept = directories.every((directory) => (left.get(directory) ?? 0) > 0)
    if (isKept) survivors.add(operation)
    for (const directory of directories) left.set(directory, isKept ? (left.get(directory) ?? 0) - 1 : 0)
  }
  return survivors
}

// Each operation for itself, but a node that was moved is where the last surviving move has put it: a move survives only
// together with the earlier moves of the same node, or the node would stand in two places. A directory goes only together
// with all that was done in it, or what was moved out of it would be nowhere; and nothing takes its place before.
function drawAny(random: RandomStream, operations: readonly EntryOperation[]): Set<EntryOperation> {
  const survivors = new Set<EntryOperation>()
  const lost = new LostOperations()
  for (const operation of operations) {
    const isDrawn = random.boolean(0.5)
    if (isDrawn && !lost.forbid(operation)) survivors.add(operation)
    else lost.add(operation)
  }
  return survivors
}

/** What was lost, as far as later operations cannot survive without it. */
class LostOperations {
  readonly #moved = new Set<TreeNode>()
  readonly #changed = new Set<DirectoryNode>()
  readonly #places = new Map<DirectoryNode, Set<string>>()

  add(operation: EntryOperation): void {
    const node = movedNode(operation)
    if (node !== null) this.#moved.add(node)
    for (const { directory, name, gone } of operation.changes) {
      this.#changed.add(directory)
      if (gone !== undefined) this.#placesIn(directory).add(name)
    }
  }

  forbid(operation: EntryOperation): boolean {
    const node = movedNode(operation)
    if (node !== null && this.#moved.has(node)) return true
    return operation.changes.some(
      (change) =>
        (change.gone !== undefined && this.#changed.has(change.gone)) ||
        (change.node !== null && this.#places.get(change.directory)?.has(change.name) === true),
    )
  }

  #placesIn(directory: DirectoryNode): Set<string> {
    const places = this.#places.get(directory) ?? new Set()
    this.#places.set(directory, places)
    return places
  }
}

/** How many operations each directory has, in the order of the first one. */
export function countByDirectory(operations: Iterable<EntryOperation>): Map<DirectoryNode, number> {
  const counts = new Map<DirectoryNode, number>()
  for (const operation of operations)
    for (const directory of directoriesOf(operation)) counts.set(directory, (counts.get(directory) ?? 0) + 1)
  return counts
}

function movedNode({ changes }: EntryOperation): TreeNode | null {
  return changes.find((change) => change.node !== null)?.node ?? null
}
