// A crash of a whole volume: what survives is drawn for the entries and for each file's content, logged, and from then on
// certain.

import type { DeviceHost } from '../node/index.ts'
import type { RandomStream } from '../random.ts'
import { drawSurvivals, type CrashOutcome } from './content-crash.ts'
import { countByDirectory, drawEntries } from './entry-crash.ts'
import type { EntryOperation } from './journal.ts'
import { joinPath, walk, type DirectoryNode, type FileNode, type TreeNode } from './node.ts'
import type { DiskProfile } from './profile.ts'
import type { Volume } from './volume.ts'

/** What crashes. */
export interface CrashSite {
  readonly host: DeviceHost
  readonly volume: Volume
  readonly profile: DiskProfile
}

/**
 * Makes of everything unsynced what the outcome says, with a `disk-crash` event for each file and directory. What was
 * written back before, because there was too much of it to go back, counts as kept whatever the outcome.
 */
export function crashVolume(site: CrashSite, random: RandomStream, outcome: CrashOutcome): void {
  const { volume, profile } = site
  const paths = pathsOf(volume)
  const { unsynced } = volume.journal
  const survivors = drawEntries(random, unsynced, outcome, profile.entries)
  logEntries(site, paths, unsynced, survivors)
  for (const [node, path] of paths) if (node.kind === 'file') crashFile(site, random, outcome, { node, path })
  volume.journal.settle((operation) => survivors.has(operation))
  volume.restart()
}

function logEntries(
  { host, volume }: CrashSite,
  paths: ReadonlyMap<TreeNode, string>,
  unsynced: readonly EntryOperation[],
  survivors: ReadonlySet<EntryOperation>,
): void {
  const keptCounts = countByDirectory(survivors)
  const { writtenBack } = volume.journal
  for (const [directory, count] of countByDirectory(unsynced)) {
    const kept = keptCounts.get(directory) ?? 0
    const back = writtenBack.get(directory) ?? 0
    host.emit('disk-crash', {
      path: paths.get(directory) ?? '',
      kept: kept + back,
      lost: count - kept,
      torn: 0,
    })
  }
}

function crashFile(
  { host, profile }: CrashSite,
  random: RandomStream,
  outcome: CrashOutcome,
  { node, path }: { readonly node: FileNode; readonly path: string },
): void {
  const { content } = node
  if (content.unsynced.length + content.writtenBack === 0) return
  const survivals = drawSurvivals(random, content.unsynced, outcome, profile.sectorSize)
  const count = (kind: string): number => survivals.filter((survival) => survival.kind === kind).length
  host.emit('disk-crash', {
    path,
    kept: count('kept') + content.writtenBack,
    lost: count('lost'),
    torn: count('torn'),
  })
  content.settle(survivals, profile.sectorSize)
}

// Every node that a crash could bring to light, and where: as programs see it now, or else as it was synced, or else as
// an operation since has named it.
function pathsOf(volume: Volume): Map<TreeNode, string> {
  const paths = new Map<TreeNode, string>()
  for (const [path, node] of walk(volume.root, 'cached')) paths.set(node, path)
  for (const [path, node] of walk(volume.root, 'durable')) if (!paths.has(node)) paths.set(node, path)
  for (const { changes } of volume.journal.unsynced)
    for (const { directory, name, node } of changes)
      if (node !== null && !paths.has(node)) paths.set(node, joinPath(parentPath(paths, directory), name))
  return paths
}

function parentPath(paths: ReadonlyMap<TreeNode, string>, directory: DirectoryNode): string {
  return paths.get(directory) ?? '/'
}
