// A snapshot on disk: one frame, in a file of its own that is put in place whole.

import { ByteBuffer, ByteReader } from './byte-buffer.ts'
import { readWhole, snapshotPath, writeWhole } from './files.ts'
import { beginFrame, endFrame, fileMark, frameAt } from './frame.ts'
import { CorruptStorageError } from './storage-error.ts'
import type { Snapshot } from '../core/progress.ts'
import type { Disk } from '../../../sim/index.ts'

/** Writes a snapshot; when that resolves, it survives. */
export async function writeSnapshot(disk: Disk, snapshot: Snapshot): Promise<void> {
  const buffer = new ByteBuffer()
  const start = beginFrame(buffer)
  buffer.text(JSON.stringify(snapshot))
  const file = snapshotPath(snapshot.index)
  endFrame(buffer, start, { mark: fileMark(file), sequence: 0 })
  await writeWhole(disk, file, buffer.bytes)
}

/** Reads the snapshot that ends with an index. Throws a CorruptStorageError when it is not whole. */
export async function readSnapshot(disk: Disk, index: number): Promise<Snapshot> {
  const path = snapshotPath(index)
  if ((await disk.stat(path)) === null)
    throw new CorruptStorageError(path, 0, 'no file', 'the snapshot of the log')
  const file = await disk.open(path)
  const bytes = await readWhole(file)
  await file.close()
  const frame = frameAt(fileMark(path), bytes, 0)
  if (frame.kind !== 'good') throw new CorruptStorageError(path, 0, `a ${frame.kind} frame`, 'a good frame')
  return JSON.parse(new ByteReader(frame.payload).text()) as Snapshot
}
