// A second, plain account of what is on a disk and what of it is certain, by which the first one is judged: contents are
// whole copies, unsynced changes are kept as they were asked for, nothing is undone.

import { parsePath } from './path.ts'

/** One completed operation of a program, as data. A `sync` that did not complete before the crash is left out. */
export type DiskStep =
  | { readonly kind: 'create'; readonly path: string }
  | { readonly kind: 'write'; readonly path: string; readonly offset: number; readonly bytes: Uint8Array }
  | { readonly kind: 'append'; readonly path: string; readonly bytes: Uint8Array }
  | { readonly kind: 'truncate'; readonly path: string; readonly size: number }
  | { readonly kind: 'sync'; readonly path: string }
  | { readonly kind: 'rename'; readonly path: string; readonly target: string }
  | { readonly kind: 'unlink'; readonly path: string }
  | { readonly kind: 'make-directory'; readonly path: string }
  | { readonly kind: 'remove-directory'; readonly path: string }
  | { readonly kind: 'sync-directory'; readonly path: string }

/** A file or directory of the model. */
export type ModelNode = ModelFile | ModelDirectory

/** A file: what is certain, and what was asked for since. */
export interface ModelFile {
  readonly kind: 'file'
  certain: Uint8Array
  unsynced: ModelChange[]
  /** As programs see it. */
  size: number
}

/** An unsynced change of a file's content. `extends` tells whether the write made the file longer when it was made. */
export type ModelChange =
  | { readonly kind: 'write'; readonly offset: number; readonly bytes: Uint8Array; readonly extends: boolean }
  | { readonly kind: 'truncate'; readonly size: number }

/** A directory: the entries that programs see, and those that are certain. */
export interface ModelDirectory {
  readonly kind: 'directory'
  readonly entries: Map<string, ModelNode>
  readonly certain: Map<string, ModelNode>
}

/** Entries that change together; a null node removes, and `gone` is the empty directory that goes by the change. */
export type ModelMove = readonly {
  readonly directory: ModelDirectory
  readonly name: string
  readonly node: ModelNode | null
  readonly gone: ModelDirectory | null
}[]

/** A disk of the model. */
export class CrashModel {
  readonly root: ModelDirectory = emptyDirectory()
  /** The unsynced entry operations, oldest first. */
  moves: ModelMove[] = []

  /** Takes one step. Throws a RangeError when there is nothing at its path. */
  take(step: DiskStep): void {
    switch (step.kind) {
      case 'create':
        return this.#set(step.path, { kind: 'file', certain: new Uint8Array(0), unsynced: [], size: 0 })
      case 'make-directory':
        return this.#set(step.path, emptyDirectory())
      case 'remove-directory':
      case 'unlink':
        return this.#set(step.path, null)
      case 'rename':
        return this.#rename(step.path, step.target)
      case 'write':
        return writeInto(this.#file(step.path), step.offset, step.bytes)
      case 'append':
        return writeInto(this.#file(step.path), this.#file(step.path).size, step.bytes)
      case 'truncate':
        return truncate(this.#file(step.path), step.size)
      case 'sync':
        return sync(this.#file(step.path))
      case 'sync-directory':
        return this.#syncDirectory(this.#directory(step.path))
    }
  }

  #set(path: string, node: ModelNode | null): void {
    const place = this.#place(path)
    this.#move([{ ...place, node, gone: directoryAt(place) }])
  }

  #rename(source: string, target: string): void {
    const from = this.#place(source)
    const node = from.directory.entries.get(from.name)
    if (node === undefined) throw new RangeError(`rename: nothing at ${source}`)
    const to = this.#place(target)
    this.#move([
      { ...from, node: null, gone: null },
      { ...to, node, gone: directoryAt(to) },
    ])
  }

  #move(move: ModelMove): void {
    for (const { directory, name, node } of move) setEntry(directory.entries, name, node)
    this.moves.push(move)
  }

  // Entries become certain in order, so a rename between two directories takes what came before it in either along, and
  // the end of a directory what came before it there.
  #syncDirectory(directory: ModelDirectory): void {
    const last = this.moves.findLastIndex((move) => move.some((change) => change.directory === directory))
    const move = this.moves[last]
    if (move === undefined) return
    const later = this.moves.splice(last + 1)
    this.moves.pop()
    for (const { directory: tied, gone } of move) {
      this.#syncDirectory(tied)
      if (gone !== null) this.#syncDirectory(gone)
    }
    for (const { directory: changed, name, node } of move) setEntry(changed.certain, name, node)
    this.moves.push(...later)
  }

  #place(path: string): { readonly directory: ModelDirectory; readonly name: string } {
    const names = parsePath(path) ?? []
    const name = names.at(-1)
    if (name === undefined) throw new RangeError(`got path ${JSON.stringify(path)}, wanted one below /`)
    return { directory: this.#directory(`/${names.slice(0, -1).join('/')}`), name }
  }

  #directory(path: string): ModelDirectory {
    const node = this.#find(path)
    if (node.kind !== 'directory') throw new RangeError(`${path} is no directory`)
    return node
  }

  #file(path: string): ModelFile {
    const node = this.#find(path)
    if (node.kind !== 'file') throw new RangeError(`${path} is no file`)
    return node
  }

  #find(path: string): ModelNode {
    let node: ModelNode | undefined = this.root
    for (const name of parsePath(path) ?? [])
      node = node?.kind === 'directory' ? node.entries.get(name) : undefined
    if (node === undefined) throw new RangeError(`nothing at ${path}`)
    return node
  }
}

function directoryAt({
  directory,
  name,
}: {
  readonly directory: ModelDirectory
  readonly name: string
}): ModelDirectory | null {
  const node = directory.entries.get(name)
  return node?.kind === 'directory' ? node : null
}

/** Sets or removes an entry. */
export function setEntry(entries: Map<string, ModelNode>, name: string, node: ModelNode | null): void {
  if (node === null) entries.delete(name)
  else entries.set(name, node)
}

/** A content after a whole change. */
export function changed(content: Uint8Array, change: ModelChange): Uint8Array {
  if (change.kind === 'truncate') return resized(content, change.size)
  const result = resized(content, Math.max(content.length, change.offset + change.bytes.length))
  result.set(change.bytes, change.offset)
  return result
}

/** A copy cut, or extended with zeros. */
export function resized(content: Uint8Array, size: number): Uint8Array {
  const result = new Uint8Array(size)
  result.set(content.subarray(0, size))
  return result
}

function emptyDirectory(): ModelDirectory {
  return { kind: 'directory', entries: new Map(), certain: new Map() }
}

function writeInto(file: ModelFile, offset: number, bytes: Uint8Array): void {
  if (bytes.length === 0) return
  const end = offset + bytes.length
  file.unsynced.push({ kind: 'write', offset, bytes, extends: end > file.size })
  file.size = Math.max(file.size, end)
}

function truncate(file: ModelFile, size: number): void {
  if (size !== file.size) file.unsynced.push({ kind: 'truncate', size })
  file.size = size
}

function sync(file: ModelFile): void {
  file.certain = file.unsynced.reduce(changed, file.certain)
  file.unsynced = []
}
