// Appends units to the last file of an append-only file, and knows what of it is written and what is certain.
//
// What is appended while a write is under way goes with the next one (group commit), so that any number of clients share a
// sync. Writes go to offsets of our own, never "at the end": a write that failed is repeated at its place. What was written
// and not yet synced is kept in memory, because a sync that fails takes it away from the disk (Rebello et al., «Can
// Applications Recover from fsync Failures?», ATC 2020): it is written again before anything else.

import { batchLine } from './batch.ts'
import { DiskError, type Env, type File } from '../../../../sim/index.ts'
import type { ByteString } from '../../value.ts'

/** `appendfsync`: when what was appended is made certain. */
export type SyncPolicy = 'always' | 'everysec' | 'no'

/** How to append. */
export interface AppendLogOptions {
  readonly policy: SyncPolicy
  /** A write or sync failed although every reply rests on it (`always`): the server must not go on. */
  readonly onFatal: (error: DiskError) => void
  /** Something failed, or works again after that. */
  readonly onHealth?: (error: DiskError | null) => void
  /**
   * A planted bug: replies leave once what they rest on was written, although it was not synced. For scenarios that have
   * to find it.
   */
  readonly acknowledgesBeforeSync?: boolean
}

interface Chunk {
  readonly offset: number
  readonly bytes: Buffer
}

interface Waiter {
  readonly position: number
  readonly promise: Promise<void>
  readonly resolve: () => void
}

// A batch larger than this is only written for a unit that is.
const batchMax = 1_048_576
// More than this must never be uncertain: replies wait for the disk then, whatever the policy.
const unsyncedMax = 67_108_864

/** The end of an append-only file. */
export class AppendLog {
  policy: SyncPolicy
  readonly #env: Env
  readonly #options: AppendLogOptions
  #file: File
  // Offsets in the file: where the next batch goes, and up to where everything is certain.
  #end: number
  #synced: number
  readonly #unsynced: Chunk[] = []
  #unsyncedBytes = 0
  // Positions count what was appended, from file to file.
  #appended = 0
  #written = 0
  #certain = 0
  readonly #pending: ByteString[] = []
  #next: { readonly file: File; readonly position: number; readonly old: () => void } | null = null
  readonly #waiters: Waiter[] = []
  #isPumping = false
  #isSyncing = false
  #error: DiskError | null = null
  #needsRepair = false

  constructor(env: Env, file: File, size: number, options: AppendLogOptions) {
    this.#env = env
    this.#file = file
    this.#end = size
    this.#synced = size
    this.#options = options
    this.policy = options.policy
  }

  /** The size of the file, as far as it was written. */
  get size(): number {
    return this.#end
  }

  /** Bytes that were appended and are not written yet. */
  get waiting(): number {
    return this.#appended - this.#written
  }

  /** What last went wrong, until it works again: writes have to be refused. */
  get error(): DiskError | null {
    return this.#error
  }

  /** Appends a whole unit: a command, or a transaction with its MULTI and EXEC. */
  append(unit: ByteString): void {
    this.#pending.push(unit)
    this.#appended += unit.length
    this.#start()
  }

  /**
   * Null where everything that was appended is as safe as the policy promises: synced with `always`, written otherwise. Else
   * a promise of that. Replies to reads wait for it as well: they may show what was appended just before. While the disk fails
   * (and the policy lets the server go on) nothing is waited for: writes are refused, and reads served, as by Redis.
   */
  barrier(): Promise<void> | null {
    return this.#error !== null && this.policy !== 'always' ? null : this.#settling()
  }

  #settling(): Promise<void> | null {
    const position = this.#appended
    if (this.#settled() >= position) return null
    const last = this.#waiters.at(-1)
    if (last?.position === position) return last.promise
    const { promise, resolve } = withResolvers()
    this.#waiters.push({ position, promise, resolve })
    return promise
  }

  /** From now on units go to another file, once everything before is certain. Resolves when the old file is done with. */
  async continueIn(file: File): Promise<void> {
    const { promise, resolve } = withResolvers()
    this.#next = { file, position: this.#appended, old: resolve }
    this.#start()
    await promise
  }

  /** Tries again what failed, and makes certain what was written. To be called once a second. */
  async tick(): Promise<void> {
    if (this.#hasWork() && !this.#isPumping) {
      this.#isPumping = true
      await this.#pump()
    }
    if (this.policy !== 'no') await this.#trySync()
  }

  /** Makes everything certain that was appended; false where the disk fails. */
  async flush(): Promise<boolean> {
    while (this.#certain < this.#appended || this.#next !== null) {
      await this.#settling()
      await this.tick()
      await this.#trySync()
      if (this.#error !== null) return false
    }
    return true
  }

  #hasWork(): boolean {
    return this.#pending.length > 0 || this.#needsRepair || this.#next !== null
  }

  #start(): void {
    if (this.#isPumping) return
    this.#isPumping = true
    // What the rest of this step appends goes with it.
    this.#env.spawn(async () => {
      await Promise.resolve()
      await this.#pump()
    })
  }

  async #pump(): Promise<void> {
    try {
      while (this.#hasWork()) {
        if (!(await this.#attempt(() => this.#step()))) return
        this.#release()
      }
    } finally {
      this.#isPumping = false
    }
  }

  // One batch. Throws a DiskError.
  async #step(): Promise<void> {
    if (this.#needsRepair) await this.#repair()
    if (this.#next !== null && this.#written === this.#next.position) await this.#switch()
    const { bytes, count, size } = this.#takeBatch()
    if (bytes !== null) {
      await this.#file.write(this.#end, bytes)
      this.#unsynced.push({ offset: this.#end, bytes })
      this.#unsyncedBytes += bytes.length
      this.#end += bytes.length
    }
    this.#pending.splice(0, count)
    this.#written += size
    this.#release()
    if (this.policy === 'always' || this.#unsyncedBytes > unsyncedMax) await this.#syncFile()
  }

  #takeBatch(): { readonly bytes: Buffer | null; readonly count: number; readonly size: number } {
    const limit = this.#next === null ? Infinity : this.#next.position - this.#written
    let count = 0
    let size = 0
    for (const unit of this.#pending) {
      if (size + unit.length > limit || (size > 0 && size + unit.length > batchMax)) break
      size += unit.length
      count++
    }
    if (size === 0) return { bytes: null, count, size }
    const body = Buffer.from(this.#pending.slice(0, count).join(''), 'latin1')
    const line = Buffer.from(batchLine(this.#end, body, this.#synced), 'latin1')
    return { bytes: Buffer.concat([line, body]), count, size }
  }

  async #switch(): Promise<void> {
    const next = this.#next
    if (next === null) return
    await this.#syncFile()
    const old = this.#file
    this.#file = next.file
    this.#end = await next.file.size()
    this.#synced = this.#end
    this.#next = null
    next.old()
    await old.close()
  }

  // What a failed sync may have taken away is written again.
  async #repair(): Promise<void> {
    for (const { offset, bytes } of this.#unsynced) await this.#file.write(offset, bytes)
    this.#needsRepair = false
    await this.#syncFile()
  }

  async #syncFile(): Promise<void> {
    const [file, end, written] = [this.#file, this.#end, this.#written]
    try {
      await file.sync()
    } catch (error) {
      this.#needsRepair = true
      throw error
    }
    // Meanwhile another sync may have failed, or the log have gone on in another file.
    if (this.#needsRepair || file !== this.#file) return
    this.#synced = Math.max(this.#synced, end)
    this.#certain = Math.max(this.#certain, written)
    while (this.#unsynced[0] !== undefined && this.#unsynced[0].offset < end)
      this.#unsyncedBytes -= this.#unsynced.shift()?.bytes.length ?? 0
  }

  async #trySync(): Promise<void> {
    if (this.#isSyncing || this.#needsRepair || this.#written === this.#certain) return
    this.#isSyncing = true
    await this.#attempt(() => this.#syncFile())
    this.#isSyncing = false
    this.#release()
  }

  async #attempt(act: () => Promise<void>): Promise<boolean> {
    try {
      await act()
    } catch (error) {
      if (!(error instanceof DiskError)) throw error
      this.#failed(error)
      return false
    }
    if (this.#error !== null) {
      this.#error = null
      this.#options.onHealth?.(null)
    }
    return true
  }

  #failed(error: DiskError): void {
    if (this.policy === 'always') {
      this.#options.onFatal(error)
      return
    }
    this.#error = error
    this.#options.onHealth?.(error)
    // As Redis does: what was done was done, and its reply leaves; from now on writes are refused.
    for (const { resolve } of this.#waiters.splice(0)) resolve()
  }

  #settled(): number {
    if (this.policy === 'always' && this.#options.acknowledgesBeforeSync !== true) return this.#certain
    return this.#unsyncedBytes > unsyncedMax ? this.#certain : this.#written
  }

  #release(): void {
    const settled = this.#settled()
    let count = 0
    for (const waiter of this.#waiters) {
      if (waiter.position > settled) break
      waiter.resolve()
      count++
    }
    this.#waiters.splice(0, count)
  }
}

function withResolvers(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve: () => void = () => undefined
  const promise = new Promise<void>((done) => {
    resolve = done
  })
  return { promise, resolve }
}
