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
import { dirname, join, resolve } from 'node:path'

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
    held.delete(resolve(this.#lock))
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

/** Locks that this process holds: what is written in one cannot tell two folders of one process apart. */
const held = new Set<string>()

function lock(path: string, folder: string): void {
  for (;;) {
    try {
      const fd = openSync(path, 'wx')
      writeSync(fd, `${process.pid} ${startOf(process.pid)}\n`)
      closeSync(fd)
      held.add(resolve(path))
      return
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error
    }
    const text = ownerIn(path)
    if (text === null) continue
    if (isRunning(text, path))
      throw new DataFolderError(
        `${folder}: process ${text.split(' ')[0]?.trim()} uses it; stop that, or remove ${path} if it is none of ours`,
      )
    removeStale(path, text)
  }
}

/** What a lock says; null where it is gone meanwhile. Its owner may be about to write it. */
function ownerIn(path: string): string | null {
  for (let tries = 0; ; tries++) {
    let text: string
    try {
      text = readFileSync(path, 'utf8')
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return null
      throw error
    }
    if (text !== '' || tries === 100) return text
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10)
  }
}

/** Left behind by a process that was killed. Of several that find it only one may take it: another lock may be there already. */
function removeStale(path: string, text: string): void {
  const taken = `${path}.${process.pid}`
  try {
    renameSync(path, taken)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return
    throw error
  }
  if (readFileSync(taken, 'utf8') === text) rmSync(taken)
  else renameSync(taken, path)
}

/** Numbers of processes are used again, in containers at every start: when it began tells whether it is the same. */
function isRunning(text: string, path: string): boolean {
  const [pid, start = ''] = text.trim().split(' ')
  const owner = Number(pid)
  if (!Number.isInteger(owner) || owner < 1) return false
  const startNow = startOf(owner)
  const isSame = start === '' || startNow === '' ? null : start === startNow
  if (owner === process.pid) return isSame ?? held.has(resolve(path))
  try {
    process.kill(owner, 0)
  } catch (error) {
    if (codeOf(error) !== 'EPERM') return false
  }
  return isSame ?? true
}

/** When a process began, as Linux counts it, and since which start of the machine; empty elsewhere. */
function startOf(pid: number): string {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim()
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    // The name of the program, in parentheses, may have spaces; what follows begins with the third field.
    const ticks = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''
    return ticks === '' ? '' : `${boot}:${ticks}`
  } catch {
    return ''
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
