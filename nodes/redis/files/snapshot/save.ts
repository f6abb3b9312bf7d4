// Writes a captured data set to a file, and reads one back.

import { type Disk, type Env, type File, ns } from '../../../../sim/index.ts'
import { RdbReader, type RdbReaderOptions, type RdbRecord } from '../rdb/reader.ts'
import { RdbWriter, type RdbWriterOptions } from '../rdb/writer.ts'
import { pathIn } from '../path.ts'
import { readPieces } from '../replace-file.ts'
import type { ByteString } from '../../value.ts'
import type { Capture } from './capture.ts'

/** What stands at the beginning of a file, and how it is written. */
export interface SaveOptions extends RdbWriterOptions {
  readonly aux: readonly (readonly [name: ByteString, value: ByteString])[]
}

// Between two of them commands go on: a millisecond's work, about.
const sliceBytes = 131_072

/** Writes an RDB file; what is not synced yet is up to the caller. Rejects with a DiskError. Resolves to its size. */
export async function writeCapture(
  env: Env,
  file: File,
  capture: Capture,
  options: SaveOptions,
): Promise<number> {
  const writer = new RdbWriter(options)
  let size = 0
  const flush = async (): Promise<void> => {
    const bytes = writer.take()
    await file.write(size, bytes)
    size += bytes.length
  }
  for (const [name, value] of options.aux) writer.aux(name, value)
  for (const _ of capture.write(writer, sliceBytes)) {
    await flush()
    // A write to memory may be done at once: others get their turn all the same.
    await env.sleep(ns(0))
  }
  writer.end()
  await flush()
  return size
}

/** The records of an RDB file; none where there is no such file. Throws a RedisFileError or a DiskError. */
export async function* readSnapshot(
  disk: Disk,
  directory: string,
  name: string,
  options: RdbReaderOptions,
): AsyncGenerator<RdbRecord, void, undefined> {
  const path = pathIn(directory, name)
  if ((await disk.stat(path)) === null) return
  const file = await disk.open(path)
  try {
    const reader = new RdbReader(options)
    for await (const piece of readPieces(file)) yield* reader.push(piece)
    yield* reader.finish()
  } finally {
    await file.close()
  }
}
