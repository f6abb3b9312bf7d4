// The folder of an append-only file: its manifest, and the files that it names. Every change is a new manifest in the place
// of the old one; what no manifest names any more is removed.

import { type Disk, DiskError, type File } from '../../../../sim/index.ts'
import { RedisFileError } from '../bytes/file-error.ts'
import { pathIn } from '../path.ts'
import { ensureDirectory, ignoreDiskErrors, readPieces, replaceFile } from '../replace-file.ts'
import type { ByteString } from '../../value.ts'
import { batchLine } from './batch.ts'
import { formatManifest, type Manifest, type ManifestFile, parseManifest } from './manifest.ts'

/** Where an append-only file is: the settings `dir`, `appenddirname` and `appendfilename`. */
export interface AofPlace {
  readonly directory: string
  readonly folder: string
  readonly name: ByteString
}

const manifestMax = 1_048_576
const empty: Manifest = { base: null, increments: [], history: [] }

/** An append-only file on disk. */
export class AofFolder {
  readonly #disk: Disk
  readonly #place: AofPlace
  readonly path: string
  #manifest: Manifest = empty
  #unlisted: ManifestFile | null = null

  private constructor(disk: Disk, place: AofPlace) {
    this.#disk = disk
    this.#place = place
    this.path = pathIn(place.directory, place.folder)
  }

  /**
   * What is there; nothing is fine. A single append-only file of Redis before 7.0 becomes the base of a new manifest.
   * Rejects with a RedisFileError where the manifest is none, with a DiskError where the disk fails.
   */
  static async open(disk: Disk, place: AofPlace): Promise<AofFolder> {
    const folder = new AofFolder(disk, place)
    await folder.#load()
    return folder
  }

  /** The files to load, in order. */
  get files(): readonly ManifestFile[] {
    const { base, increments } = this.#manifest
    return base === null ? increments : [base, ...increments]
  }

  get exists(): boolean {
    return this.files.length > 0
  }

  /** The increment that is being written. */
  get current(): ManifestFile | null {
    return this.#manifest.increments.at(-1) ?? null
  }

  pathOf(file: ManifestFile): string {
    return pathIn(this.path, file.name)
  }

  /**
   * Creates the next increment, empty, and names it in the manifest; one that is not `isListed` only counts once there is a
   * new base, because it does not go on from the old one.
   */
  async addIncrement(isListed = true): Promise<File> {
    await ensureDirectory(this.#disk, this.#place.directory, this.#place.folder)
    const sequence = (this.current?.sequence ?? 0) + 1
    const increment = { name: `${this.#place.name}.${sequence}.incr.aof`, sequence }
    const file = await this.#disk.open(this.pathOf(increment), { create: true, truncate: true })
    // So that whoever reads it knows that it is written in batches, whatever becomes of the first one.
    await file.write(0, Buffer.from(batchLine(0, Buffer.alloc(0), 0), 'latin1'))
    await file.sync()
    await this.#disk.syncDirectory(this.path)
    if (isListed)
      await this.#save({ ...this.#manifest, increments: [...this.#manifest.increments, increment] })
    else this.#unlisted = increment
    return file
  }

  /**
   * Writes a new base, after which only increments from `first` on count, and removes what came before. Until the manifest
   * names the new base the old files stay.
   */
  async replaceBase(
    first: number,
    extension: 'rdb' | 'aof',
    write: (file: File) => Promise<void>,
  ): Promise<void> {
    await ensureDirectory(this.#disk, this.#place.directory, this.#place.folder)
    const sequence = (this.#manifest.base?.sequence ?? 0) + 1
    const base = { name: `${this.#place.name}.${sequence}.base.${extension}`, sequence }
    await replaceFile(this.#disk, { directory: this.path, name: base.name, temporary: temporaryBase }, write)
    const gone = this.files.filter((file) => file === this.#manifest.base || file.sequence < first)
    const unlisted = this.#unlisted === null ? [] : [this.#unlisted]
    const increments = [...this.#manifest.increments.filter((file) => file.sequence >= first), ...unlisted]
    await this.#save({ base, increments, history: [...this.#manifest.history, ...gone] })
    this.#unlisted = null
    await this.removeHistory().catch(ignoreDiskErrors)
  }

  /** Removes what a rewrite made superfluous, and what one that was cut off has left. */
  async removeHistory(): Promise<void> {
    const { history } = this.#manifest
    for (const file of history) await this.#remove(this.pathOf(file))
    if (history.length > 0) await this.#save({ ...this.#manifest, history: [] })
  }

  async #load(): Promise<void> {
    if ((await this.#disk.stat(this.path)) !== null) {
      await this.#remove(pathIn(this.path, temporaryBase))
      const text = await this.#readManifest()
      if (text !== null) {
        this.#manifest = parseManifest(text)
        return
      }
    }
    await this.#upgrade()
  }

  async #readManifest(): Promise<ByteString | null> {
    const path = pathIn(this.path, this.#manifestName)
    const status = await this.#disk.stat(path)
    if (status === null) return null
    if (status.size > manifestMax)
      throw new RedisFileError(0, `a manifest of ${status.size} bytes`, `at most ${manifestMax}`)
    const file = await this.#disk.open(path)
    try {
      let text = ''
      for await (const piece of readPieces(file)) text += Buffer.from(piece).toString('latin1')
      return text
    } finally {
      await file.close()
    }
  }

  async #upgrade(): Promise<void> {
    const old = pathIn(this.#place.directory, this.#place.name)
    if ((await this.#disk.stat(old))?.kind !== 'file') return
    await ensureDirectory(this.#disk, this.#place.directory, this.#place.folder)
    await this.#disk.rename(old, pathIn(this.path, this.#place.name))
    await this.#disk.syncDirectory(this.path)
    await this.#disk.syncDirectory(this.#place.directory)
    await this.#save({ ...empty, base: { name: this.#place.name, sequence: 1 } })
  }

  get #manifestName(): ByteString {
    return `${this.#place.name}.manifest`
  }

  async #save(manifest: Manifest): Promise<void> {
    const place = { directory: this.path, name: this.#manifestName, temporary: `temp-${this.#manifestName}` }
    await replaceFile(this.#disk, place, (file) =>
      file.write(0, Buffer.from(formatManifest(manifest), 'latin1')),
    )
    this.#manifest = manifest
  }

  async #remove(path: string): Promise<void> {
    try {
      await this.#disk.unlink(path)
    } catch (error) {
      if (!(error instanceof DiskError && error.code === 'ENOENT')) throw error
    }
  }
}

const temporaryBase = 'temp-rewriteaof-bg.aof'
