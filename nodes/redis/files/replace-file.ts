// A file that is replaced in one step: whoever reads it, after whatever crash, sees the old one or the new one whole.

import { type Disk, DiskError, type File } from '../../../sim/index.ts'
import { pathIn } from './path.ts'

/** Writes a file under another name, syncs it, and lets it take the place of `name`. Rejects with a DiskError. */
export async function replaceFile(
  disk: Disk,
  place: { readonly directory: string; readonly name: string; readonly temporary: string },
  write: (file: File) => Promise<void>,
): Promise<void> {
  const temporary = pathIn(place.directory, place.temporary)
  const file = await disk.open(temporary, { create: true, truncate: true })
  try {
    await write(file)
    await file.sync()
  } catch (error) {
    await file.close().catch(ignoreDiskErrors)
    await disk.unlink(temporary).catch(ignoreDiskErrors)
    throw error
  }
  await file.close()
  await disk.rename(temporary, pathIn(place.directory, place.name))
  await disk.syncDirectory(place.directory)
}

/** Creates a directory below one that exists, certain from then on. */
export async function ensureDirectory(disk: Disk, parent: string, name: string): Promise<string> {
  const path = pathIn(parent, name)
  if ((await disk.stat(path)) !== null) return path
  await disk.makeDirectory(path)
  await disk.syncDirectory(parent)
  return path
}

/** The bytes of a file from an offset on, in pieces. Rejects with a DiskError. */
export async function* readPieces(
  file: File,
  offset: number = 0,
): AsyncGenerator<Uint8Array, void, undefined> {
  const size = await file.size()
  for (let place = offset; place < size;) {
    const bytes = await file.read(place, Math.min(pieceSize, size - place))
    // There is more, and it is not given.
    if (bytes.length === 0) throw new DiskError('EIO', file.path, 'read')
    place += bytes.length
    yield bytes
  }
}

const pieceSize = 1_048_576

/** For what was only tidying up. */
export function ignoreDiskErrors(error: unknown): void {
  if (!(error instanceof DiskError)) throw error
}
