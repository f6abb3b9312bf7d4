// Whole files: read despite short reads, and written so that a name never stands for half a content.

import type { Disk, File } from '../../../sim/index.ts'

/** Where a server keeps its files. */
export const directory = '/raft'
/** How many short reads in a row are borne. */
const shortReadsMax = 10_000

/** The path of a log file; numbers grow, and the newest holds all that counts. */
export function logPath(number: number): string {
  return `${directory}/log-${padded(number)}`
}

/** The path of the snapshot that ends with an index. */
export function snapshotPath(index: number): string {
  return `${directory}/snapshot-${padded(index)}`
}

function padded(number: number): string {
  return String(number).padStart(16, '0')
}

/** The numbers in the names of files with a prefix, ascending. */
export function numbersOf(names: readonly string[], prefix: 'log' | 'snapshot'): readonly number[] {
  return names
    .filter((name) => name.startsWith(`${prefix}-`))
    .map((name) => Number(name.slice(prefix.length + 1)))
    .filter((number) => Number.isSafeInteger(number))
    .toSorted((one, other) => one - other)
}

/** The whole content of a file, however short the reads are. */
export async function readWhole(file: File): Promise<Uint8Array> {
  const size = await file.size()
  const content = new Uint8Array(size)
  let place = 0
  for (let reads = 0; place < size && reads < shortReadsMax; reads++) {
    const part = await file.read(place, size - place)
    content.set(part, place)
    place += part.length
  }
  return content.subarray(0, place)
}

/** Puts a file in place whole: a crash leaves either what was there before or all of `bytes`. */
export async function writeWhole(disk: Disk, path: string, bytes: Uint8Array): Promise<void> {
  const temporary = `${path}.tmp`
  const file = await disk.open(temporary, { create: true, truncate: true, sync: true })
  await file.write(0, bytes)
  await file.close()
  await disk.rename(temporary, path)
  await disk.syncDirectory(directory)
}

/** Removes every file but the log of a number and the snapshot of an index. */
export async function removeAllBut(disk: Disk, log: number, snapshot: number): Promise<void> {
  const kept = new Set([logPath(log), snapshotPath(snapshot)])
  for (const name of await disk.list(directory)) {
    const path = `${directory}/${name}`
    if (!kept.has(path)) await disk.unlink(path)
  }
}
