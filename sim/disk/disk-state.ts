// What is on a disk as plain data: for looking at it, for starting from it, for comparing.

import { DiskError } from '../env.ts'
import type { FileContent } from './content.ts'
import { walk, type DiskView } from './node.ts'
import { formatPath, parsePath } from './path.ts'
import type { Volume } from './volume.ts'

/** Everything on a disk but `/` by path: the bytes of a file, or that it is a directory. */
export type DiskState = ReadonlyMap<string, Uint8Array | 'directory'>

/** What a view of a volume holds, in the order of the paths' names. The bytes are copies. */
export function readState(volume: Volume, view: DiskView): DiskState {
  const state = new Map<string, Uint8Array | 'directory'>()
  for (const [path, node] of walk(volume.root, view)) {
    if (node.kind === 'file') state.set(path, readContent(node.content, view))
    else if (path !== '/') state.set(path, 'directory')
  }
  return state
}

/** Adds files and directories, with the directories above them; all is synced. Throws a DiskError for what cannot be. */
export function loadState(volume: Volume, state: DiskState): void {
  for (const [path, content] of state) {
    const names = parsePath(path)
    if (names === null) throw new DiskError('EINVAL', path, 'load')
    const parents = content === 'directory' ? names : names.slice(0, -1)
    parents.forEach((_, depth) => loadDirectory(volume, parents.slice(0, depth + 1)))
    if (content !== 'directory') loadFile(volume, names, content)
  }
  volume.journal.commitAll()
}

/** A text that is the same for equal states and differs for others. */
export function formatState(state: DiskState): string {
  const lines = [...state].map(([path, content]) => {
    const shown = content === 'directory' ? 'directory' : Buffer.from(content).toString('hex')
    return `${JSON.stringify(path)} ${shown}`
  })
  return lines.sort().join('\n')
}

function readContent(content: FileContent, view: DiskView): Uint8Array {
  return view === 'cached' ? content.read(0, content.size) : content.durable()
}

function loadDirectory(volume: Volume, names: readonly string[]): void {
  const problem = volume.makeDirectory(names)
  if (problem !== null) throw new DiskError(problem, formatPath(names), 'load')
}

function loadFile(volume: Volume, names: readonly string[], bytes: Uint8Array): void {
  const file = volume.open(names, { create: true, truncate: true })
  if (typeof file === 'string') throw new DiskError(file, formatPath(names), 'load')
  const problem = volume.write(file, 0, bytes)
  if (problem !== null) throw new DiskError(problem, formatPath(names), 'load')
  file.content.commit(file.content.mark)
  volume.close(file)
}
