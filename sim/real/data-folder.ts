// The folder of a node on a real machine: its files, how often it has started, and a lock, so that two processes never write
// the same files.

import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs'
import { dirname, join } from 'node:path'

/** The folder is in use, cannot be written, or what is in it cannot be read. */
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
    try {
      makeFolder(this.files)
      lock(this.#lock, path)
    } catch (error) {
      throw unwritable(path, error)
    }
    try {
      this.incarnation = countStart(join(path, 'incarnation'))
    } catch (error) {
      this.release()
      throw unwritable(path, error)
    }
  }

  /** Lets others have it. */
  release(): void {
    rmSync(this.#lock, { force: true })
  }
}

/** Node's own way to make a folder with those above it has no end where the system denies that one could be there, as under /proc. */
function makeFolder(path: string): void {
  try {
    mkdirSync(path)
  } catch (error) {
    const code = codeOf(error)
    if (code === 'EEXIST' && statSync(path).isDirectory()) return
    if (code !== 'ENOENT' || existsSync(dirname(path))) throw error
    makeFolder(dirname(path))
    mkdirSync(path)
  }
}

/** What the system refuses is for whoever chose the folder; other errors stay what they are. */
function unwritable(folder: string, error: unknown): unknown {
  if (error instanceof DataFolderError || codeOf(error) === undefined) return error
  const { message } = error as Error
  return new DataFolderError(`${folder}: got ${message}, wanted a folder that this process may write`)
}

function codeOf(error: unknown): unknown {
  return (error as { readonly code?: unknown }).code
}

function lock(path: string, folder: string): void {
  for (;;) {
    try {
      const fd = openSync(path, 'wx')
      writeSync(fd, `${process.pid}\n`)
      closeSync(fd)
      return
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error
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
    return codeOf(error) === 'EPERM'
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
    if (codeOf(error) === 'ENOENT') return 0
    throw error
  }
  const count = Number(text)
  if (Number.isSafeInteger(count) && count > 0) return count
  throw new DataFolderError(
    `${path}: got ${JSON.stringify(text.slice(0, 40))}, wanted how often the node was started`,
  )
}
