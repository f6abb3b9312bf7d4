// A disk in memory for tests: it knows what was synced, fails when it is told to, and a crash takes what was not synced.

import { type Disk, DiskError, type File, type FileStatus, type OpenOptions } from '../../../../sim/index.ts'

/** What a file holds, and held when it was synced last. */
interface Content {
  bytes: Buffer
  synced: Buffer
}

/** Files by path. Directories are certain at once. */
export class MemoryDisk implements Disk {
  readonly #files = new Map<string, Content>()
  readonly #directories = new Set(['/'])
  /** The next operations of a kind that fail, with EIO; a sync that fails takes away what it should have kept. */
  readonly failing: Map<'write' | 'sync', number> = new Map()
  /** Operations that change something, in order. */
  readonly journal: string[] = []

  content(path: string): Buffer {
    return this.#content(path).bytes
  }

  put(path: string, bytes: Uint8Array): void {
    this.#files.set(path, { bytes: Buffer.from(bytes), synced: Buffer.from(bytes) })
  }

  /** Only what was synced is left. */
  crash(): void {
    for (const content of this.#files.values()) content.bytes = content.synced
  }

  async open(path: string, { create, truncate }: OpenOptions = {}): Promise<File> {
    if (!this.#files.has(path) && create !== true) throw new DiskError('ENOENT', path, 'open')
    if (!this.#files.has(path)) this.put(path, Buffer.alloc(0))
    if (truncate === true) this.#content(path).bytes = Buffer.alloc(0)
    return this.#file(path)
  }

  async rename(source: string, target: string): Promise<void> {
    this.#files.set(target, this.#content(source))
    this.#files.delete(source)
    this.journal.push(`rename ${target}`)
  }

  async unlink(path: string): Promise<void> {
    if (!this.#files.delete(path)) throw new DiskError('ENOENT', path, 'unlink')
    this.journal.push(`unlink ${path}`)
  }

  async list(path: string): Promise<readonly string[]> {
    const prefix = path === '/' ? '/' : `${path}/`
    return [...this.#files.keys()]
      .filter((name) => name.startsWith(prefix))
      .map((name) => name.slice(prefix.length))
      .toSorted()
  }

  async stat(path: string): Promise<FileStatus | null> {
    const size = this.#files.get(path)?.bytes.length
    if (size !== undefined) return { kind: 'file', size }
    return this.#directories.has(path) ? { kind: 'directory', size: 0 } : null
  }

  async makeDirectory(path: string): Promise<void> {
    this.#directories.add(path)
  }

  async removeDirectory(path: string): Promise<void> {
    this.#directories.delete(path)
  }

  async syncDirectory(path: string): Promise<void> {
    this.journal.push(`sync ${path}`)
  }

  #content(path: string): Content {
    const content = this.#files.get(path)
    if (content === undefined) throw new DiskError('ENOENT', path, 'read')
    return content
  }

  #file(path: string): File {
    const content = this.#content(path)
    return {
      path,
      read: async (offset, length) => content.bytes.subarray(offset, offset + length),
      write: async (offset, bytes) => {
        this.#mayFail('write', path)
        const size = Math.max(content.bytes.length, offset + bytes.length)
        const written = Buffer.alloc(size)
        written.set(content.bytes)
        written.set(bytes, offset)
        content.bytes = written
        this.journal.push(`write ${path}`)
      },
      append: async () => Promise.reject(new Error('nobody appends')),
      truncate: async (size) => void (content.bytes = content.bytes.subarray(0, size)),
      size: async () => content.bytes.length,
      sync: async () => {
        try {
          this.#mayFail('sync', path)
        } catch (error) {
          content.bytes = content.synced
          throw error
        }
        content.synced = content.bytes
        this.journal.push(`sync ${path}`)
      },
      close: async () => undefined,
    }
  }

  #mayFail(kind: 'write' | 'sync', path: string): void {
    const left = this.failing.get(kind) ?? 0
    if (left === 0) return
    this.failing.set(kind, left - 1)
    throw new DiskError('EIO', path, kind)
  }
}
