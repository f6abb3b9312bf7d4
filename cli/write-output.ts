// Writes a file that somebody asked for by its path. What stands there is replaced only if Faultline wrote it, which a mark
// near the beginning of such files tells, or by force. A file appears under its name only when it is complete.

import { closeSync, openSync, readSync, renameSync, rmSync, type Stats, statSync, writeSync } from 'node:fs'
import { once } from 'node:events'
import { basename, dirname, join } from 'node:path'

import { UsageError } from './usage-error.ts'

/** How a file is written. */
export interface WriteOptions {
  /** Text that stands in the first 4 KiB of every file of this kind that Faultline writes; null: there is none, nothing is replaced. */
  readonly mark: string | null
  /** Whether whatever stands there may be replaced (`--force`). */
  readonly isForced: boolean
  /** Files that are read for it: not even by force are they replaced. */
  readonly inputs?: readonly string[]
  /** What is wanted where somebody else's file is in the way (default: a new name, or --force). */
  readonly wanted?: string
}

const markWithin = 4096
const forceable = 'a new name, or --force to replace it'

/**
 * Says what keeps a file from being written before any work is done for it. Throws a UsageError that names the path, what
 * is there, and what was wanted.
 */
export function checkOutput(
  path: string,
  { mark, isForced, inputs = [], wanted = forceable }: WriteOptions,
): void {
  if (path === '') throw new UsageError('output: got an empty path, wanted the name of a file')
  const folder = dirname(path)
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true)
    throw new UsageError(`output ${path}: got no folder ${folder}, wanted one that is there`)
  const there = statSync(path, { throwIfNoEntry: false })
  if (there === undefined) return
  if (!there.isFile())
    throw new UsageError(`output ${path}: got something that is no file, wanted a new name`)
  if (inputs.some((input) => isSameFile(input, there)))
    throw new UsageError(`output ${path}: got the file that is read, wanted another one`)
  if (isForced || (mark !== null && isMarked(path, mark))) return
  const got = mark === null ? 'a file that is there already' : 'a file that Faultline did not write'
  throw new UsageError(`output ${path}: got ${got}, wanted ${wanted}`)
}

/** Writes a file in pieces. Throws a UsageError as `checkOutput` does, or when the file cannot be written. */
export async function writeOutput(
  path: string,
  pieces: Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>,
  options: WriteOptions,
): Promise<void> {
  checkOutput(path, options)
  const partial = join(dirname(path), `.${basename(path)}.${process.pid}.part`)
  try {
    await writePieces(partial, pieces)
    // Somebody may have put a file there meanwhile.
    checkOutput(path, options)
    renameSync(partial, path)
  } catch (error) {
    rmSync(partial, { force: true })
    if (!(error instanceof Error && 'syscall' in error)) throw error
    throw new UsageError(`output ${path}: ${error.message}`)
  }
}

/** Writes pieces to standard output, no faster than they are read. */
export async function printPieces(pieces: AsyncIterable<string | Uint8Array>): Promise<void> {
  for await (const piece of pieces) if (!process.stdout.write(piece)) await once(process.stdout, 'drain')
}

async function writePieces(
  partial: string,
  pieces: Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>,
): Promise<void> {
  const file = openSync(partial, 'w')
  try {
    for await (const piece of pieces) writeWhole(file, typeof piece === 'string' ? Buffer.from(piece) : piece)
  } finally {
    closeSync(file)
  }
}

/** One write may take less than it is given. */
function writeWhole(file: number, bytes: Uint8Array): void {
  for (let offset = 0; offset < bytes.length;) offset += writeSync(file, bytes, offset)
}

function isSameFile(path: string, { dev, ino }: Stats): boolean {
  const other = statSync(path, { throwIfNoEntry: false })
  return other !== undefined && other.dev === dev && other.ino === ino
}

function isMarked(path: string, mark: string): boolean {
  const file = openSync(path, 'r')
  try {
    const bytes = Buffer.alloc(markWithin)
    const length = readSync(file, bytes, 0, markWithin, 0)
    return bytes.subarray(0, length).includes(mark)
  } finally {
    closeSync(file)
  }
}
