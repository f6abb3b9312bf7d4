// Files and directories, and walking over them.

import type { DiskErrorCode } from '../env.ts'
import { FileContent } from './content.ts'

/** A file or a directory. */
export type TreeNode = FileNode | DirectoryNode

/** A file, whatever its names. */
export interface FileNode {
  readonly kind: 'file'
  readonly content: FileContent
}

/** A directory: its entries as programs see them, and those that are certain to survive a crash. */
export interface DirectoryNode {
  readonly kind: 'directory'
  entries: Map<string, TreeNode>
  durable: Map<string, TreeNode>
}

/** What programs see (`cached`), or what is certain to survive a crash (`durable`). */
export type DiskView = 'cached' | 'durable'

/** A new empty file. */
export function fileNode(): FileNode {
  return { kind: 'file', content: new FileContent() }
}

/** A new empty directory. */
export function directoryNode(): DirectoryNode {
  return { kind: 'directory', entries: new Map(), durable: new Map() }
}

/** The node at names below a directory, in the cached view; ENOENT or ENOTDIR when there is none. */
export function findNode(root: DirectoryNode, names: readonly string[]): TreeNode | DiskErrorCode {
  let node: TreeNode = root
  for (const name of names) {
    if (node.kind === 'file') return 'ENOTDIR'
    const next: TreeNode | undefined = node.entries.get(name)
    if (next === undefined) return 'ENOENT'
    node = next
  }
  return node
}

/** Where an entry stands or would stand. */
export interface Place {
  readonly directory: DirectoryNode
  readonly name: string
  /** What stands there in the cached view. */
  readonly node: TreeNode | undefined
}

/** The place that names say, whose directory must exist; EINVAL for the root itself. */
export function findPlace(root: DirectoryNode, names: readonly string[]): Place | DiskErrorCode {
  const name = names.at(-1)
  if (name === undefined) return 'EINVAL'
  const directory = findNode(root, names.slice(0, -1))
  if (typeof directory === 'string') return directory
  if (directory.kind === 'file') return 'ENOTDIR'
  return { directory, name, node: directory.entries.get(name) }
}

/** Everything reachable in a view with its path, `/` first, then in the order of the paths' names. */
export function* walk(
  root: DirectoryNode,
  view: DiskView,
): Generator<readonly [path: string, node: TreeNode]> {
  const waiting: (readonly [string, TreeNode])[] = [['/', root]]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    yield next
    const [path, node] = next
    if (node.kind === 'directory') waiting.push(...childrenBackwards(path, node, view))
  }
}

function childrenBackwards(
  path: string,
  directory: DirectoryNode,
  view: DiskView,
): (readonly [string, TreeNode])[] {
  const entries = view === 'cached' ? directory.entries : directory.durable
  const names = [...entries.keys()].sort().reverse()
  return names.map((name) => [joinPath(path, name), entries.get(name) as TreeNode] as const)
}

/** The path of a name in a directory. */
export function joinPath(directory: string, name: string): string {
  return directory === '/' ? `/${name}` : `${directory}/${name}`
}
