// The unsynced entry operations of a disk's directories, in order: creations, renames, removals. An operation is one
// step: a rename changes two entries, possibly of two directories, together or not at all.

import type { DirectoryNode, TreeNode } from './node.ts'

/** One entry that changes: its new node, or null when it is removed. */
export interface EntryChange {
  readonly directory: DirectoryNode
  readonly name: string
  readonly node: TreeNode | null
  /** The empty directory that stood there and is gone: what has emptied it must be certain before. */
  readonly gone?: DirectoryNode
}

/** One operation on entries. */
export interface EntryOperation {
  readonly number: number
  readonly changes: readonly EntryChange[]
}

/** The directories that an operation concerns, each once: those whose entries change, and those that are gone. */
export function directoriesOf({ changes }: EntryOperation): readonly DirectoryNode[] {
  const concerned = changes.flatMap(({ directory, gone }) =>
    gone === undefined ? [directory] : [directory, gone],
  )
  return [...new Set(concerned)]
}

const operationsMax = 4096

/** The operations whose entries are not certain yet. */
export class Journal {
  #operations: EntryOperation[] = []
  #next = 0
  readonly #writtenBack = new Map<DirectoryNode, number>()

  /** The unsynced operations, oldest first. */
  get unsynced(): readonly EntryOperation[] {
    return this.#operations
  }

  /** How many operations on each directory since its last sync are certain although nobody synced them. */
  get writtenBack(): ReadonlyMap<DirectoryNode, number> {
    return this.#writtenBack
  }

  /** Stands for all operations recorded so far; to be given to `commit` later. */
  get mark(): number {
    return this.#next
  }

  /** Changes entries in the cached view, in one step that is not certain yet. */
  record(changes: readonly EntryChange[]): void {
    for (const { directory, name, node } of changes) setEntry(directory.entries, name, node)
    this.#operations.push({ number: this.#next++, changes })
    // What nobody syncs is written back by the file system in the end; this bounds the journal.
    if (this.#operations.length > operationsMax) this.#writeBack(operationsMax / 2)
  }

  #writeBack(count: number): void {
    const operations = this.#operations.splice(0, count)
    applyAll(operations)
    for (const { changes } of operations)
      for (const directory of new Set(changes.map((change) => change.directory)))
        this.#writtenBack.set(directory, (this.#writtenBack.get(directory) ?? 0) + 1)
  }

  /**
   * Makes the operations before a mark on a directory certain, and with a rename between directories what came before
   * it in either, with the end of a directory what came before it there: a directory's entries become certain in order.
   */
  commit(directory: DirectoryNode, mark: number): void {
    const tied = new Set([directory])
    const certain: EntryOperation[] = []
    const rest: EntryOperation[] = []
    for (const operation of this.#operations.toReversed()) {
      const directories = directoriesOf(operation)
      const isTied = operation.number < mark && directories.some((each) => tied.has(each))
      if (isTied) for (const each of directories) tied.add(each)
      ;(isTied ? certain : rest).push(operation)
    }
    for (const each of tied) this.#writtenBack.delete(each)
    applyAll(certain.reverse())
    this.#operations = rest.reverse()
  }

  /** Makes everything certain. */
  commitAll(): void {
    applyAll(this.#operations)
    this.#operations = []
    this.#writtenBack.clear()
  }

  /** Applies the operations that survive a crash, in order, and forgets all. */
  settle(survives: (operation: EntryOperation) => boolean): void {
    applyAll(this.#operations.filter(survives))
    this.#operations = []
    this.#writtenBack.clear()
  }
}

function applyAll(operations: readonly EntryOperation[]): void {
  for (const { changes } of operations)
    for (const { directory, name, node } of changes) setEntry(directory.durable, name, node)
}

function setEntry(entries: Map<string, TreeNode>, name: string, node: TreeNode | null): void {
  if (node === null) entries.delete(name)
  else entries.set(name, node)
}
