// The file itself: read from its start when it is opened, cut where a crash tore it, appended to, read again from anywhere, and
// replaced as a whole.

import { decodeBatch, encodeBatch } from './batch-line.ts'
import { ByteQueue, type Data, type Disk, type File } from '../../sim/index.ts'

/** Something in the file that no crash leaves behind: it was whole once and has been damaged since. */
export class JournalError extends Error {
  constructor(path: string, offset: number, got: string, wanted: string) {
    super(`${path} at byte ${offset}: got ${got}, wanted ${wanted}`)
    this.name = 'JournalError'
  }
}

/** Where a journal is, and how it is written. */
export interface JournalOptions {
  /** Of the file; its directory exists, and is itself certain. */
  readonly path: string
  /** Told what stands in the file, in its order: each batch, and the byte at which it begins. */
  readonly onBatch: (records: readonly Data[], offset: number) => void
  /** Whether an append resolves only once it is certain, in one operation of the disk, so that none needs `sync` (default no). */
  readonly isSynced?: boolean
}

const chunkSize = 256 * 1024
const lineFeed = 10

/** An open journal. One of its writing methods is under way at a time, so that a crash can tear nothing but the end. */
export class Journal {
  readonly #disk: Disk
  readonly #path: string
  readonly #isSynced: boolean
  #file: File | null
  #size = 0

  private constructor(disk: Disk, { path, isSynced = false }: JournalOptions, file: File) {
    this.#disk = disk
    this.#path = path
    this.#isSynced = isSynced
    this.#file = file
  }

  /**
   * Opens a journal, or begins it, and tells what is in it; a torn end is cut off. Rejects with a DiskError, and with a
   * JournalError when what is damaged is not the end.
   */
  static async open(disk: Disk, options: JournalOptions): Promise<Journal> {
    const { path, onBatch, isSynced = false } = options
    const file = await disk.open(path, { create: true, sync: isSynced })
    // Always: whoever made the entry may have crashed before it was certain.
    await disk.syncDirectory(directoryOf(path))
    const journal = new Journal(disk, options, file)
    const { end, size } = await journal.#scan(file, onBatch)
    journal.#size = end
    // What is appended next must not stand behind what a crash left of a write that was not synced.
    if (end < size) await journal.cut()
    if (end < size && !isSynced) await file.sync()
    return journal
  }

  /** How many bytes were appended and not taken back. */
  get size(): number {
    return this.#size
  }

  /**
   * Appends records, values of JSON, as one batch, which begins at `size`; it is certain after `sync`, or at once where the journal is
   * synced by itself. Rejects with a DiskError: then nothing may be appended before `cut` or `replace`.
   */
  async append(records: readonly unknown[]): Promise<void> {
    const bytes = encodeBatch(records)
    await this.#opened.append(bytes)
    this.#size += bytes.length
  }

  /** Makes certain what was appended. Rejects with a DiskError, after which nobody knows what the file holds. */
  sync(): Promise<void> {
    return this.#opened.sync()
  }

  /** Takes back what an append that failed may have left. Rejects with a DiskError. */
  cut(): Promise<void> {
    return this.#opened.truncate(this.#size)
  }

  /**
   * The batches between two bytes, at each of which one begins, or the journal ends. Rejects with a DiskError, or a JournalError
   * when what was whole has been damaged.
   */
  async read(from: number, to: number): Promise<readonly (readonly Data[])[]> {
    const batches: (readonly Data[])[] = []
    for await (const { line, offset } of linesOf(this.#opened, from, to)) {
      const batch = decodeBatch(line)
      if (batch === null)
        throw new JournalError(this.#path, offset, 'damaged bytes', 'a batch that was whole')
      batches.push(batch)
    }
    return batches
  }

  /** Puts a new file in place of the old one, whole: a crash leaves either. After it has resolved it can be appended to again. */
  async replace(records: readonly unknown[]): Promise<void> {
    const temporary = `${this.#path}.new`
    await this.close()
    const bytes = records.length === 0 ? new Uint8Array(0) : encodeBatch(records)
    const file = await this.#disk.open(temporary, { create: true, truncate: true, sync: this.#isSynced })
    if (bytes.length > 0) await file.append(bytes)
    await file.sync()
    await file.close()
    await this.#disk.rename(temporary, this.#path)
    await this.#disk.syncDirectory(directoryOf(this.#path))
    this.#file = await this.#disk.open(this.#path, { sync: this.#isSynced })
    this.#size = bytes.length
  }

  /** Gives the file back; nothing may be under way. Rejects with a DiskError. */
  async close(): Promise<void> {
    const file = this.#file
    this.#file = null
    await file?.close()
  }

  get #opened(): File {
    if (this.#file === null)
      throw new Error(`${this.#path} is not open: it was closed, or has to be replaced`)
    return this.#file
  }

  /** Reads all batches. What is not whole has to be the end: behind it no whole one may come. */
  async #scan(
    file: File,
    onBatch: JournalOptions['onBatch'],
  ): Promise<{ readonly end: number; readonly size: number }> {
    const size = await file.size()
    let end = 0
    let damagedAt: number | null = null
    for await (const { line, offset } of linesOf(file, 0, size)) {
      const batch = decodeBatch(line)
      if (batch === null) damagedAt ??= offset
      else if (damagedAt !== null)
        throw new JournalError(this.#path, damagedAt, 'damaged bytes with a whole batch behind', 'none')
      else {
        onBatch(batch, offset)
        end = offset + line.length + 1
      }
    }
    return { end, size }
  }
}

function directoryOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/')) || '/'
}

/** The whole lines between two bytes, without their ends. */
async function* linesOf(
  file: File,
  from: number,
  to: number,
): AsyncGenerator<{ readonly line: Uint8Array; readonly offset: number }> {
  const queue = new ByteQueue()
  let offset = from
  let searched = 0
  for (let place = from; place < to;) {
    const part = await file.read(place, Math.min(chunkSize, to - place))
    // The file has become shorter meanwhile: what there is ends here.
    if (part.length === 0) return
    place += part.length
    queue.put(part)
    for (let end = queue.indexOf(lineFeed, searched); end >= 0; end = queue.indexOf(lineFeed)) {
      yield { line: queue.take(end + 1).bytes.subarray(0, end), offset }
      offset += end + 1
    }
    searched = queue.length
  }
}
