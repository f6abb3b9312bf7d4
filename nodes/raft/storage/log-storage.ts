// A server's durable state: a log file that grows by one frame a batch, and the snapshot that it goes on from. A new
// snapshot begins a new log file, which is put in place whole; then the old files are removed (section 7).

import { ByteBuffer } from './byte-buffer.ts'
import { directory, logPath, removeAllBut, writeWhole } from './files.ts'
import { beginFrame, endFrame, fileMark, headerSize } from './frame.ts'
import { writeBase, writeEntry, writeState, writeTruncate } from './log-records.ts'
import { writeSnapshot } from './snapshot-file.ts'
import type { Snapshot } from '../core/progress.ts'
import { nothing, type Batch } from '../core/staging.ts'
import type { Disk, File } from '../../../sim/index.ts'

/** A log file that is open for more. */
export interface OpenLog {
  readonly file: File
  readonly number: number
  /** How many frames it has. */
  readonly frames: number
}

/** What batches are written to. One is written at a time. */
export class LogStorage {
  readonly #disk: Disk
  readonly #buffer: ByteBuffer = new ByteBuffer()
  #log: OpenLog
  #mark: number
  #frames: number

  constructor(disk: Disk, log: OpenLog) {
    this.#disk = disk
    this.#log = log
    this.#mark = fileMark(logPath(log.number))
    this.#frames = log.frames
  }

  /** Writes and syncs a batch, then calls `stored`; or `failed`, after which nothing may be written any more. */
  write(batch: Batch, stored: () => void, failed: (error: unknown) => void): void {
    if (batch.snapshot === null) this.#extendLog(batch, stored, failed)
    else void this.#replaceLog(batch, batch.snapshot).then(stored, failed)
  }

  #extendLog(batch: Batch, stored: () => void, failed: (error: unknown) => void): void {
    const bytes = this.#encode(batch)
    if (bytes.length === 0) return stored()
    this.#log.file.append(bytes).then(stored, failed)
  }

  #encode(batch: Batch): Uint8Array {
    const buffer = this.#buffer
    buffer.clear()
    const start = beginFrame(buffer)
    writeBatch(buffer, batch)
    if (buffer.length === start + headerSize) buffer.clear()
    else endFrame(buffer, start, { mark: this.#mark, sequence: this.#frames++ })
    return buffer.bytes
  }

  async #replaceLog(batch: Batch, snapshot: Snapshot): Promise<void> {
    await writeSnapshot(this.#disk, snapshot)
    const old = this.#log
    this.#log = await createLog(this.#disk, old.number + 1, (buffer) => {
      writeBase(buffer, snapshot.index, snapshot.term)
      writeBatch(buffer, batch)
    })
    this.#mark = fileMark(logPath(this.#log.number))
    this.#frames = this.#log.frames
    await old.file.close()
    await removeAllBut(this.#disk, this.#log.number, snapshot.index)
  }
}

function writeBatch(buffer: ByteBuffer, { state, from, entries }: Batch): void {
  if (state !== null) writeState(buffer, state)
  if (from === nothing) return
  if (entries.length === 0) writeTruncate(buffer, from)
  for (let place = 0; place < entries.length; place++) {
    const entry = entries[place]
    if (entry !== undefined) writeEntry(buffer, from + place, entry)
  }
}

/** Puts a log file with one frame in place and opens it. */
export async function createLog(
  disk: Disk,
  number: number,
  writeFirst: (buffer: ByteBuffer) => void,
): Promise<OpenLog> {
  const buffer = new ByteBuffer()
  const start = beginFrame(buffer)
  writeFirst(buffer)
  const file = logPath(number)
  endFrame(buffer, start, { mark: fileMark(file), sequence: 0 })
  await writeWhole(disk, file, buffer.bytes)
  return { file: await openLog(disk, number), number, frames: 1 }
}

/** Opens a log file such that what is appended is certain when the append resolves. */
export function openLog(disk: Disk, number: number): Promise<File> {
  return disk.open(logPath(number), { sync: true })
}

/** Makes the directory of a server's files, for good. */
export async function prepareDirectory(disk: Disk): Promise<void> {
  if ((await disk.stat(directory)) === null) await disk.makeDirectory(directory)
  await disk.syncDirectory('/')
}
