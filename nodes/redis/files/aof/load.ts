// Loads an append-only file, and decides what a bad end of it means: a tail that a crash has torn off is cut, anything else
// is damage, upon which nothing may be built.

import type { Disk, File } from '../../../../sim/index.ts'
import { RedisFileError } from '../bytes/file-error.ts'
import { type RdbRecord, RdbReader, type RdbReaderOptions } from '../rdb/reader.ts'
import { readPieces } from '../replace-file.ts'
import type { ByteString } from '../../value.ts'
import type { AofFolder } from './aof-folder.ts'
import { syncedAccordingTo } from './batch.ts'
import { AofReader, type AofUnit } from './commands.ts'

/** Takes what is loaded. */
export interface LoadSink {
  record(record: RdbRecord): void
  /** Commands that take effect together. */
  unit(commands: readonly (readonly ByteString[])[]): void
}

/** How to load. */
export interface LoadOptions extends RdbReaderOptions {
  /** `aof-load-truncated`: whether a torn tail is cut; otherwise it is an error as well. Default true. */
  readonly cutsTornTail?: boolean
}

/** What came of loading: where a torn tail was cut, and what was wrong there. */
export interface LoadResult {
  readonly cut: { readonly path: string; readonly offset: number; readonly why: string } | null
}

/** An append-only file cannot be loaded: it is damaged where it must not be. */
export class AofLoadError extends Error {
  readonly path: string
  readonly offset: number

  constructor(path: string, offset: number, why: string) {
    super(
      `${path} ${why}. The server does not start, so that nothing is lost; redis-check-aof can cut the file there`,
    )
    this.name = 'AofLoadError'
    this.path = path
    this.offset = offset
  }
}

// No more than this was ever written without a sync, and some: what is damaged further from the end was certain.
const tailMax = 268_435_456

/** Loads all files of an append-only file in order. Rejects with an AofLoadError or a DiskError. */
export async function loadAof(
  disk: Disk,
  folder: AofFolder,
  sink: LoadSink,
  options: LoadOptions = {},
): Promise<LoadResult> {
  let cut: LoadResult['cut'] = null
  for (const each of folder.files) {
    const path = folder.pathOf(each)
    if ((await disk.stat(path)) === null)
      throw new AofLoadError(path, 0, 'is missing, although the manifest names it')
    const file = await disk.open(path)
    try {
      const loading = new FileLoading(path, sink, options, cut)
      cut = await loading.load(file)
    } finally {
      await file.close()
    }
  }
  return { cut }
}

class FileLoading {
  readonly #path: string
  readonly #sink: LoadSink
  readonly #options: LoadOptions
  readonly #cutBefore: LoadResult['cut']
  #commands: AofReader | null = null

  constructor(path: string, sink: LoadSink, options: LoadOptions, cutBefore: LoadResult['cut']) {
    this.#path = path
    this.#sink = sink
    this.#options = options
    this.#cutBefore = cutBefore
  }

  async load(file: File): Promise<LoadResult['cut']> {
    try {
      await this.#read(file)
    } catch (error) {
      if (!(error instanceof RedisFileError)) throw error
      return this.#judge(file, error)
    }
    const reader = this.#commands
    if (reader === null || reader.isComplete) return this.#cutBefore
    return this.#judge(file, new RedisFileError(await file.size(), 'the end', 'the rest of a command'))
  }

  async #read(file: File): Promise<void> {
    let rdb: RdbReader | null = null
    let isFirst = true
    for await (const piece of readPieces(file)) {
      // A preamble: an RDB file, after which commands may follow.
      if (isFirst && Buffer.from(piece).subarray(0, 5).toString('latin1') === 'REDIS')
        rdb = new RdbReader(this.#options)
      isFirst = false
      if (rdb === null) this.#take(this.#reader(0).push(piece))
      else {
        for (const record of rdb.push(piece)) this.#sink.record(record)
        if (rdb.isAtEnd) {
          this.#take(this.#reader(rdb.offset).push(rdb.rest()))
          rdb = null
        }
      }
    }
    if (rdb !== null) for (const record of rdb.finish()) this.#sink.record(record)
    if (this.#commands !== null) this.#take(this.#commands.finish())
  }

  #reader(offset: number): AofReader {
    this.#commands ??= new AofReader({ offset })
    return this.#commands
  }

  #take(units: Iterable<AofUnit>): void {
    for (const { commands } of units) {
      // What comes after a torn tail rests on what the tail said.
      if (this.#cutBefore !== null)
        throw new AofLoadError(
          this.#cutBefore.path,
          this.#cutBefore.offset,
          `${this.#cutBefore.why}, and is not the last file`,
        )
      this.#sink.unit(commands)
    }
  }

  async #judge(file: File, error: RedisFileError): Promise<LoadResult['cut']> {
    const reader = this.#commands
    const why = error.message
    const offset = reader?.validUpTo ?? 0
    // A base is written whole before anything names it.
    if (reader === null || this.#cutBefore !== null) throw new AofLoadError(this.#path, error.offset, why)
    const isAtEnd = error.got === 'the end' && error.offset >= (await file.size())
    if (this.#options.cutsTornTail === false || !(await this.#isTorn(file, reader, isAtEnd)))
      throw new AofLoadError(this.#path, error.offset, why)
    return { path: this.#path, offset, why }
  }

  // A command that is not whole at the very end is a torn tail, as Redis takes it; elsewhere batches tell.
  async #isTorn(file: File, reader: AofReader, isAtEnd: boolean): Promise<boolean> {
    if (!reader.isInBatches) return isAtEnd
    const size = await file.size()
    if (size - reader.validUpTo > tailMax) return false
    const pieces: Uint8Array[] = []
    for await (const piece of readPieces(file, reader.validUpTo)) pieces.push(piece)
    return syncedAccordingTo(Buffer.concat(pieces), reader.validUpTo) <= reader.validUpTo
  }
}
