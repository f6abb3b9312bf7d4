// A disk in memory that does what it is told at once, for tests of what is stored; what a crash does to it is up to the test.

import { DiskError, type Disk, type File, type FileStatus, type OpenOptions } from '../../../sim/index.ts'

/** Files by path; directories are not kept apart. */
export class PlainDisk implements Disk {
  readonly files: Map<string, Uint8Array> = new Map<string, Uint8Array>()
  readonly #directories = new Set(['/'])
  /** Syncs fail from now on. */
  isFailing = false
  /** What was asked for that changes files, in order. */
  readonly journal: string[] = []

  async open(path: string, { create, truncate, sync }: OpenOptions = {}): Promise<File> {
    if (!this.files.has(path) && create !== true) throw new DiskError('ENOENT', path, 'open')
    if (!this.files.has(path) || truncate === true) this.files.set(path, new Uint8Array())
    return new PlainFile(this, path, sync === true)
  }

  async rename(source: string, target: string): Promise<void> {
    this.files.set(target, this.content(source))
    this.files.delete(source)
    this.journal.push(`rename ${target}`)
  }

  async unlink(path: string): Promise<void> {
    this.files.delete(path)
    this.journal.push(`unlink ${path}`)
  }

  async list(path: string): Promise<readonly string[]> {
    const prefix = `${path}/`
    return [...this.files.keys()]
      .filter((name) => name.startsWith(prefix))
      .map((name) => name.slice(prefix.length))
      .toSorted()
  }

  async stat(path: string): Promise<FileStatus | null> {
    const content = this.files.get(path)
    if (content !== undefined) return { kind: 'file', size: content.length }
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

  /** The content of a file that must exist. */
  content(path: string): Uint8Array {
    const content = this.files.get(path)
    if (content === undefined) throw new DiskError('ENOENT', path, 'read')
    return content
  }
}

class PlainFile implements File {
  readonly path: string
  readonly #disk: PlainDisk

  readonly #isSync: boolean

  constructor(disk: PlainDisk, path: string, isSync: boolean) {
    this.#disk = disk
    this.path = path
    this.#isSync = isSync
  }

  // Three bytes at most: every reader has to expect short reads.
  async read(offset: number, length: number): Promise<Uint8Array> {
    return this.#disk.content(this.path).slice(offset, offset + Math.min(length, 3))
  }

  async write(offset: number, bytes: Uint8Array): Promise<void> {
    const before = this.#disk.content(this.path)
    const after = new Uint8Array(Math.max(before.length, offset + bytes.length))
    after.set(before)
    after.set(bytes, offset)
    this.#disk.files.set(this.path, after)
    if (this.#isSync) await this.sync()
  }

  async append(bytes: Uint8Array): Promise<number> {
    const offset = this.#disk.content(this.path).length
    await this.write(offset, bytes)
    return offset
  }

  async truncate(size: number): Promise<void> {
    this.#disk.files.set(this.path, this.#disk.content(this.path).slice(0, size))
    this.#disk.journal.push(`truncate ${this.path}`)
    if (this.#isSync) await this.sync()
  }

  async size(): Promise<number> {
    return this.#disk.content(this.path).length
  }

  async sync(): Promise<void> {
    if (this.#disk.isFailing) throw new DiskError('EIO', this.path, 'sync')
    this.#disk.journal.push(`sync ${this.path}`)
  }

  async close(): Promise<void> {
    return undefined
  }
}
