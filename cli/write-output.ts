// Writes what a command makes to a file of the person's choice, and never over something that is there.

import { existsSync, linkSync, renameSync, rmSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { once } from 'node:events'

import { UsageError } from './usage-error.ts'

/** How a file is written. */
export interface WriteOptions {
  /** Replace a file that is there. */
  readonly force?: boolean
}

/** Text or bytes, at once or in pieces. */
export type OutputContent = string | Uint8Array | AsyncIterable<string | Uint8Array>

/**
 * Writes a file, which appears under its name only when it is complete. Throws a UsageError when there is one already (it
 * is left alone, unless `force`) or the place cannot be written to.
 */
export async function writeOutput(
  path: string,
  content: OutputContent,
  { force = false }: WriteOptions = {},
): Promise<void> {
  refuseTaken(path, { force })
  const partial = `${path}.partial-${process.pid}`
  await asUsage(path, partial, async () => {
    await writePieces(partial, content)
    // Unlike a rename, a link fails when somebody else has taken the name meanwhile.
    if (force) renameSync(partial, path)
    else linkSync(partial, path)
  })
}

/** Says what would keep a file from being written, before there is anything to write. Throws a UsageError. */
export function refuseTaken(path: string, { force = false }: WriteOptions): void {
  if (path === '') throw new UsageError('output: got an empty path, wanted the name of a file')
  if (!force && existsSync(path)) throw taken(path)
}

/** Writes pieces to standard output, no faster than they are read. */
export async function printPieces(pieces: AsyncIterable<string | Uint8Array>): Promise<void> {
  for await (const piece of pieces) if (!process.stdout.write(piece)) await once(process.stdout, 'drain')
}

async function writePieces(path: string, content: OutputContent): Promise<void> {
  const file = await open(path, 'wx')
  try {
    if (typeof content === 'string' || content instanceof Uint8Array) await file.writeFile(content)
    else for await (const piece of content) await file.writeFile(piece)
  } finally {
    await file.close()
  }
}

async function asUsage(path: string, partial: string, body: () => Promise<void>): Promise<void> {
  try {
    await body()
  } catch (error) {
    if (codeOf(error) === 'EEXIST') throw taken(path)
    throw codeOf(error) === undefined ? error : new UsageError(`output ${path}: ${String(error)}`)
  } finally {
    rmSync(partial, { force: true })
  }
}

function taken(path: string): UsageError {
  return new UsageError(`output ${path}: got a file that is there already, wanted a new name, or --force`)
}

/** The code of an error of the file system. */
function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'syscall' in error && 'code' in error ? String(error.code) : undefined
}
