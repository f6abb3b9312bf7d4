// The file system of one disk without time, faults or events: what each operation does to the cached view at once, what
// stays unsynced, and how much space there is. Errors are returned as their codes.

import type { DiskErrorCode, OpenOptions } from '../env.ts'
import { Journal, type EntryChange } from './journal.ts'
import {
  directoryNode,
  fileNode,
  findNode,
  findPlace,
  walk,
  type DirectoryNode,
  type FileNode,
  type Place,
  type TreeNode,
} from './node.ts'

/** How much fits on a volume. */
export interface VolumeLimits {
  /** Bytes of content. */
  readonly capacity: number
  /** Files and directories, `/` included. */
  readonly filesMax: number
}

/** A tree of files and directories. */
export class Volume {
  readonly root: DirectoryNode = directoryNode()
  readonly journal: Journal = new Journal()
  readonly #limits: VolumeLimits
  readonly #openCounts = new Map<FileNode, number>()
  // Both never too low; what was removed is only discounted by `#recount`, when space runs out.
  #usedBytes = 0
  #nodeCount = 1
  // Whether a recount could find less: otherwise a full disk would be counted again for each operation that it refuses.
  #isCountHigh = false

  constructor(limits: VolumeLimits) {
    this.#limits = limits
  }

  /** The file at names, created or emptied as the options say. Give it back with `close`. */
  open(names: readonly string[], options: OpenOptions): FileNode | DiskErrorCode {
    if (names.length === 0) return 'EISDIR'
    const place = findPlace(this.root, names)
    if (typeof place === 'string') return place
    const file = this.#openAt(place, options)
    if (typeof file === 'string') return file
    if (options.truncate === true) this.resize(file, 0)
    this.#openCounts.set(file, (this.#openCounts.get(file) ?? 0) + 1)
    return file
  }

  /** Gives an open file back: a file that has no name any more goes with the last one. */
  close(file: FileNode): void {
    this.#isCountHigh = true
    const count = this.#openCounts.get(file) ?? 0
    if (count > 1) this.#openCounts.set(file, count - 1)
    else this.#openCounts.delete(file)
  }

  /** Gives all open files back, when the program that held them has ended. */
  closeAll(): void {
    this.#openCounts.clear()
    this.#isCountHigh = true
  }

  /** Writes into an open file. */
  write(file: FileNode, offset: number, bytes: Uint8Array): DiskErrorCode | null {
    if (bytes.length === 0) return null
    if (!this.#grow(offset + bytes.length - file.content.size)) return 'ENOSPC'
    file.content.write(offset, bytes)
    return null
  }

  /** Cuts or zero-extends an open file. */
  resize(file: FileNode, size: number): DiskErrorCode | null {
    const growth = size - file.content.size
    if (!this.#grow(growth)) return 'ENOSPC'
    if (growth < 0) this.#usedBytes += growth
    file.content.truncate(size)
    return null
  }

  /** Loses what was written to a file before a mark and not synced, as a failed sync does. */
  revert(file: FileNode, mark: number): void {
    const sizeBefore = file.content.size
    file.content.revert(mark)
    this.#isCountHigh = true
    this.#usedBytes += Math.max(0, file.content.size - sizeBefore)
  }

  /** Replaces what stands at `target` by what stands at `source`, in one step. */
  rename(source: readonly string[], target: readonly string[]): DiskErrorCode | null {
    const from = findPlace(this.root, source)
    if (typeof from === 'string') return from
    const to = findPlace(this.root, target)
    if (typeof to === 'string') return to
    const { node } = from
    if (node === undefined) return 'ENOENT'
    if (node === to.node) return null
    const problem = replaceProblem(node, to.node) ?? (isBelow(target, source) ? 'EINVAL' : null)
    if (problem !== null) return problem
    this.journal.record(moveChanges(from, to, node))
    this.#isCountHigh = true
    return null
  }

  /** Removes a file's name. */
  unlink(names: readonly string[]): DiskErrorCode | null {
    const place = findPlace(this.root, names)
    if (place === 'EINVAL') return 'EISDIR'
    if (typeof place === 'string') return place
    if (place.node === undefined) return 'ENOENT'
    if (place.node.kind === 'directory') return 'EISDIR'
    this.journal.record([{ directory: place.directory, name: place.name, node: null }])
    this.#isCountHigh = true
    return null
  }

  /** Creates a directory; fine when there is one. */
  makeDirectory(names: readonly string[]): DiskErrorCode | null {
    if (names.length === 0) return null
    const place = findPlace(this.root, names)
    if (typeof place === 'string') return place
    if (place.node !== undefined) return place.node.kind === 'directory' ? null : 'EEXIST'
    return this.#create(place, directoryNode()) ? null : 'ENOSPC'
  }

  /** Removes an empty directory. */
  removeDirectory(names: readonly string[]): DiskErrorCode | null {
    const place = findPlace(this.root, names)
    if (typeof place === 'string') return place
    const { directory, name, node } = place
    if (node === undefined) return 'ENOENT'
    if (node.kind === 'file') return 'ENOTDIR'
    if (node.entries.size > 0) return 'ENOTEMPTY'
    this.journal.record([{ directory, name, node: null, gone: node }])
    this.#isCountHigh = true
    return null
  }

  /** The directory at names. */
  directory(names: readonly string[]): DirectoryNode | DiskErrorCode {
    const node = findNode(this.root, names)
    if (typeof node === 'string') return node
    return node.kind === 'directory' ? node : 'ENOTDIR'
  }

  /** Makes the durable view, as a crash has left it, the cached one; nothing is open any more. */
  restart(): void {
    this.#openCounts.clear()
    for (const [, node] of walk(this.root, 'durable'))
      if (node.kind === 'directory') node.entries = new Map(node.durable)
    this.#recount()
  }

  #openAt(place: Place, options: OpenOptions): FileNode | DiskErrorCode {
    const { node } = place
    if (node !== undefined && options.create === true && options.exclusive === true) return 'EEXIST'
    if (node?.kind === 'directory') return 'EISDIR'
    if (node !== undefined) return node
    if (options.create !== true) return 'ENOENT'
    const created = fileNode()
    return this.#create(place, created) ? created : 'ENOSPC'
  }

  #create({ directory, name }: Place, node: TreeNode): boolean {
    if (this.#nodeCount >= this.#limits.filesMax) this.#reclaim()
    if (this.#nodeCount >= this.#limits.filesMax) return false
    this.#nodeCount += 1
    this.journal.record([{ directory, name, node }])
    return true
  }

  #grow(growth: number): boolean {
    if (growth <= 0) return true
    if (this.#usedBytes + growth > this.#limits.capacity) this.#reclaim()
    if (this.#usedBytes + growth > this.#limits.capacity) return false
    this.#usedBytes += growth
    return true
  }

  // Removed files hold their space until their removal is certain; a file system that runs out of space sees to that.
  #reclaim(): void {
    if (!this.#isCountHigh) return
    this.journal.commitAll()
    this.#recount()
  }

  #recount(): void {
    const unnamed = new Set(this.#openCounts.keys())
    this.#isCountHigh = false
    this.#usedBytes = 0
    this.#nodeCount = 0
    for (const [, node] of walk(this.root, 'cached')) {
      this.#count(node)
      if (node.kind === 'file') unnamed.delete(node)
    }
    for (const node of unnamed) this.#count(node)
  }

  #count(node: TreeNode): void {
    this.#nodeCount += 1
    if (node.kind === 'file') this.#usedBytes += node.content.size
  }
}

// What forbids a rename onto what stands at the target, as in rename(2).
function replaceProblem(node: TreeNode, replaced: TreeNode | undefined): DiskErrorCode | null {
  if (replaced === undefined) return null
  if (node.kind === 'file') return replaced.kind === 'directory' ? 'EISDIR' : null
  if (replaced.kind === 'file') return 'ENOTDIR'
  return replaced.entries.size > 0 ? 'EEXIST' : null
}

function isBelow(names: readonly string[], above: readonly string[]): boolean {
  return names.length > above.length && above.every((name, index) => name === names[index])
}

function moveChanges(from: Place, to: Place, node: TreeNode): readonly EntryChange[] {
  return [
    { directory: from.directory, name: from.name, node: null },
    {
      directory: to.directory,
      name: to.name,
      node,
      ...(to.node?.kind === 'directory' ? { gone: to.node } : {}),
    },
  ]
}
