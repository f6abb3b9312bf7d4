// The `env.disk` of a program on a real machine: a folder, as `/`. Nothing outside of it can be named.

import { Buffer } from 'node:buffer'
import { constants } from 'node:fs'
import { type FileHandle, mkdir, open, readdir, rename, rmdir, stat, unlink } from 'node:fs/promises'
import { join } from 'node:path'

import { hold, settled } from './real-process.ts'
import {
  type Disk,
  DiskError,
  type DiskErrorCode,
  type File,
  type FileStatus,
  type OpenOptions,
} from '../env.ts'
import { formatPath, parsePath } from '../disk/index.ts'
import type { Process } from '../node/index.ts'

const codes: ReadonlySet<string> = new Set<DiskErrorCode>([
  'EIO',
  'ENOSPC',
  'ENOENT',
  'EEXIST',
  'EISDIR',
  'ENOTDIR',
  'ENOTEMPTY',
  'EBADF',
  'EINVAL',
  'EROFS',
])

/** The files of a program below a real folder. */
export class RealDisk implements Disk {
  readonly #process: Process
  readonly #root: string

  constructor(process: Process, root: string) {
    this.#process = process
    this.#root = root
  }

  open(path: string, options: OpenOptions = {}): Promise<File> {
    const opened = this.#at('open', path, async (real, shown) => {
      const handle = await open(real, openFlags(options))
      if ((await handle.stat()).isFile())
        return new RealFile(this.#process, { path: shown, handle, isSync: options.sync === true })
      await handle.close()
      throw new DiskError('EISDIR', shown, 'open')
    })
    return settled(this.#process, opened, (file) => {
      file.abandon()
    })
  }

  rename(source: string, target: string): Promise<void> {
    return this.#result('rename', source, async (from) => {
      await this.#at('rename', target, (to) => rename(from, to))
    })
  }

  unlink(path: string): Promise<void> {
    return this.#result('unlink', path, (real) => unlink(real))
  }

  list(path: string): Promise<readonly string[]> {
    return this.#result('list', path, async (real) => (await readdir(real)).sort())
  }

  stat(path: string): Promise<FileStatus | null> {
    return this.#result('stat', path, async (real) => {
      const found = await stat(real).catch((error: unknown) => {
        if (['ENOENT', 'ENOTDIR'].includes(codeOf(error))) return null
        throw error
      })
      if (found === null) return null
      return found.isDirectory() ? { kind: 'directory', size: 0 } : { kind: 'file', size: found.size }
    })
  }

  makeDirectory(path: string): Promise<void> {
    return this.#result('make-directory', path, async (real) => {
      await mkdir(real).catch(async (error: unknown) => {
        if (codeOf(error) !== 'EEXIST') throw error
        if (!(await stat(real)).isDirectory()) throw new DiskError('ENOTDIR', path, 'make-directory')
      })
    })
  }

  removeDirectory(path: string): Promise<void> {
    return this.#result('remove-directory', path, (real, shown) => {
      if (shown === '/') throw new DiskError('EINVAL', shown, 'remove-directory')
      return rmdir(real)
    })
  }

  syncDirectory(path: string): Promise<void> {
    return this.#result('sync-directory', path, async (real) => {
      const handle = await open(real, constants.O_RDONLY | constants.O_DIRECTORY)
      try {
        await handle.sync()
      } finally {
        await handle.close()
      }
    })
  }

  #result<T>(operation: string, path: string, action: Action<T>): Promise<T> {
    return settled(this.#process, this.#at(operation, path, action))
  }

  // Where a path of the program really is. Throws when the incarnation is over.
  #at<T>(operation: string, path: string, action: Action<T>): Promise<T> {
    this.#process.check()
    const names = parsePath(path)
    if (names === null) return Promise.reject(new DiskError('EINVAL', path, operation))
    const shown = formatPath(names)
    return mapped(operation, shown, async () => action(join(this.#root, ...names), shown))
  }
}

type Action<T> = (real: string, shown: string) => Promise<T>

interface Opened {
  readonly path: string
  readonly handle: FileHandle
  readonly isSync: boolean
}

/** A file handle. Operations take effect in the order of the calls: each begins when the one before is done. */
class RealFile implements File {
  readonly path: string
  readonly #process: Process
  readonly #handle: FileHandle
  readonly #isSync: boolean
  readonly #forget: () => void
  #last: Promise<unknown> = Promise.resolve()
  #isClosed = false

  constructor(process: Process, { path, handle, isSync }: Opened) {
    this.#process = process
    this.path = path
    this.#handle = handle
    this.#isSync = isSync
    this.#forget = hold(process, () => {
      this.abandon()
    })
  }

  read(offset: number, length: number): Promise<Uint8Array> {
    return this.#do('read', isCount(offset) && isCount(length), async () => {
      const size = (await this.#handle.stat()).size
      const buffer = new Uint8Array(Math.max(0, Math.min(length, size - offset)))
      const { bytesRead } = await this.#handle.read(buffer, 0, buffer.length, offset)
      return buffer.subarray(0, bytesRead)
    })
  }

  write(offset: number, bytes: Uint8Array): Promise<void> {
    const copy = Buffer.from(bytes)
    return this.#do('write', isCount(offset), () => this.#store(copy, offset))
  }

  append(bytes: Uint8Array): Promise<number> {
    const copy = Buffer.from(bytes)
    return this.#do('append', true, async () => {
      const { size } = await this.#handle.stat()
      await this.#store(copy, size)
      return size
    })
  }

  truncate(size: number): Promise<void> {
    return this.#do('truncate', isCount(size), async () => {
      await this.#handle.truncate(size)
      // O_DSYNC is about writes only.
      if (this.#isSync) await this.#handle.sync()
    })
  }

  size(): Promise<number> {
    return this.#do('stat', true, async () => (await this.#handle.stat()).size)
  }

  sync(): Promise<void> {
    return this.#do('sync', true, () => this.#handle.sync())
  }

  close(): Promise<void> {
    const closed = this.#do('close', true, () => this.#handle.close())
    this.#isClosed = true
    this.#forget()
    return closed
  }

  /** Gives the file back without anybody waiting for it. */
  abandon(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    // What was asked for before is still done, as a system does it.
    void this.#last.then(() => this.#handle.close().catch(() => undefined))
  }

  async #store(bytes: Uint8Array, offset: number): Promise<void> {
    for (let done = 0; done < bytes.length;) {
      const { bytesWritten } = await this.#handle.write(bytes, done, bytes.length - done, offset + done)
      done += bytesWritten
    }
  }

  #do<T>(operation: string, isValid: boolean, action: () => Promise<T>): Promise<T> {
    this.#process.check()
    const code = this.#isClosed ? 'EBADF' : isValid ? null : 'EINVAL'
    if (code !== null) return Promise.reject(new DiskError(code, this.path, operation))
    const done = this.#last.then(() => mapped(operation, this.path, action))
    this.#last = done.catch(() => undefined)
    return settled(this.#process, done)
  }
}

async function mapped<T>(operation: string, path: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action()
  } catch (error) {
    if (error instanceof DiskError) throw error
    const code = codeOf(error)
    throw new DiskError(codes.has(code) ? (code as DiskErrorCode) : 'EIO', path, operation)
  }
}

function openFlags({ create, exclusive, truncate, sync }: OpenOptions): number {
  return (
    constants.O_RDWR |
    (create === true ? constants.O_CREAT : 0) |
    (create === true && exclusive === true ? constants.O_EXCL : 0) |
    (truncate === true ? constants.O_TRUNC : 0) |
    (sync === true ? constants.O_DSYNC : 0)
  )
}

function codeOf(error: unknown): string {
  return String((error as { readonly code?: unknown }).code)
}

function isCount(count: number): boolean {
  return Number.isSafeInteger(count) && count >= 0
}
