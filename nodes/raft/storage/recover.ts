// What a server finds on its disk when it starts: the newest log, without a torn end, and the snapshot before it.

import { directory, logPath, numbersOf, readWhole, removeAllBut } from './files.ts'
import { readLog, type LogContent } from './log-file.ts'
import { createLog, LogStorage, openLog, prepareDirectory } from './log-storage.ts'
import { writeBase } from './log-records.ts'
import { readSnapshot } from './snapshot-file.ts'
import { CorruptStorageError } from './storage-error.ts'
import type { Recovered } from '../core/state.ts'
import type { Disk, File } from '../../../sim/index.ts'

/** The storage of a server and what it held. */
export interface OpenStorage {
  readonly storage: LogStorage
  readonly recovered: Recovered
  /** How many bytes of a torn frame were cut off. */
  readonly tornBytes: number
}

/**
 * Opens a server's files, or makes them. Rejects with a CorruptStorageError when something that was synced is not there
 * as it was, and with a DiskError when the disk fails.
 */
export async function openStorage(disk: Disk): Promise<OpenStorage> {
  await prepareDirectory(disk)
  const names = await disk.list(directory)
  const number = numbersOf(names, 'log').at(-1)
  if (number !== undefined) return reopen(disk, number)
  const [snapshot] = numbersOf(names, 'snapshot')
  // A snapshot follows a log, and the log stays until the next one is there.
  if (snapshot !== undefined) throw new CorruptStorageError(directory, 0, 'a snapshot and no log', 'both')
  return begin(disk)
}

async function begin(disk: Disk): Promise<OpenStorage> {
  const log = await createLog(disk, 1, (buffer) => writeBase(buffer, 0, 0))
  const recovered = { state: { term: 0, vote: null }, snapshot: null, entries: [] }
  return { storage: new LogStorage(disk, log), recovered, tornBytes: 0 }
}

async function reopen(disk: Disk, number: number): Promise<OpenStorage> {
  const file = await openLog(disk, number)
  const bytes = await readWhole(file)
  const content = readLog(logPath(number), bytes)
  await makeCertain(disk, file, content.end < bytes.length ? content.end : null)
  const snapshot = content.baseIndex === 0 ? null : await readSnapshot(disk, content.baseIndex)
  await removeAllBut(disk, number, content.baseIndex)
  return {
    storage: new LogStorage(disk, { file, number, frames: content.frames }),
    recovered: { state: content.state, snapshot, entries: content.entries },
    tornBytes: bytes.length - content.end,
  }
}

// What was read may still be in the page cache only (the program died, the machine did not), and a frame written after a
// torn one would make that look damaged: both are settled before anything is built on them.
async function makeCertain(disk: Disk, file: File, cutAt: LogContent['end'] | null): Promise<void> {
  if (cutAt !== null) await file.truncate(cutAt)
  await file.sync()
  await disk.syncDirectory(directory)
}
