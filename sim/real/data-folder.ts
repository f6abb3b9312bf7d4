// The folder of a node on a real machine: its files, how often it has started, and a lock, so that two processes never write
// the same files.

import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'

/** The folder is in use, or what is in it cannot be read. */
export class DataFolderError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'DataFolderError'
  }
}

/** A folder that this process has locked. */
export class DataFolder {
  /** Where the program's files are. */
  readonly files: string
  /** The number of this start: 1 for the first. */
  readonly incarnation: number
  readonly #lock: string

  /** Makes the folder where it is missing, locks it and counts the start. Throws a DataFolderError. */
  constructor(path: string) {
    this.files = join(path, 'files')
    this.#lock = join(path, 'lock')
    mkdirSync(this.files, { recursive: true })
    lock(this.#lock, path)
    try {
      this.incarnation = countStart(join(path, 'incarnation'))
    } catch (error) {
      this.release()
      throw error
    }
  }

  /** Lets others have it. */
  release(): void {
    rmSync(this.#lock, { force: true })
  }
}

function lock(path: string, folder: string): void {
  for (;;) {
    try {
      const fd = openSync(path, 'wx')
      writeSync(fd, `${process.pid}\n`)
      closeSync(fd)
      return
    } catch (error) {
      if ((error as { readonly code?: unknown }).code !== 'EEXIST') throw error
    }
    const owner = Number(readFileSync(path, 'utf8'))
    if (isRunning(owner))
      throw new DataFolderError(
        `${folder}: process ${owner} uses it; stop that, or remove ${path} if it is none of ours`,
      )
    // Left behind by a process that was killed.
    rmSync(path, { force: true })
  }
}

function isRunning(pid: number): boolean {
  if (!Number.isInteger(pid) || pid < 1) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as { readonly code?: unknown }).code === 'EPERM'
  }
}

function countStart(path: string): number {
  const incarnation = lastStart(path) + 1
  const next = `${path}.next`
  const fd = openSync(next, 'w')
  writeSync(fd, `${incarnation}\n`)
  fsyncSync(fd)
  closeSync(fd)
  renameSync(next, path)
  return incarnation
}

function lastStart(path: string): number {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    if ((error as { readonly code?: unknown }).code === 'ENOENT') return 0
    throw error
  }
  const count = Number(text)
  if (Number.isSafeInteger(count) && count > 0) return count
  throw new DataFolderError(
    `${path}: got ${JSON.stringify(text.slice(0, 40))}, wanted how often the node was started`,
  )
}
