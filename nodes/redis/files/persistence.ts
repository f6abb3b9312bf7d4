// Durability of a server: what is on its disk when it starts becomes its data, and what changes gets there. Snapshots (SAVE,
// BGSAVE, `save`) and the append-only file (BGREWRITEAOF, `appendonly`) share one rule: one of them is written at a time.

import { DiskError, type File, ms, seconds } from '../../../sim/index.ts'
import { AppendOnly } from './append-only.ts'
import type { Effect } from '../effects.ts'
import { AofLoadError } from './aof/load.ts'
import type { SyncPolicy } from './aof/append-log.ts'
import { RedisFileError } from './bytes/file-error.ts'
import { isOn, loadRecord, type PersistenceFlaws, type PersistenceHost, ReplayError } from './host.ts'
import { type BackgroundWork, PersistenceFigures } from './persistence-figures.ts'
import { replaceFile } from './replace-file.ts'
import { Capture, originFields, originOf } from './snapshot/capture.ts'
import { readSnapshot, type SaveOptions, writeCapture } from './snapshot/save.ts'
import type { ByteString } from '../value.ts'

const tryAgainAfter = 5_000

/** A server's durability. */
export class Persistence {
  readonly #host: PersistenceHost
  readonly #flaws: PersistenceFlaws
  #appendOnly: AppendOnly | null = null
  readonly #figures = new PersistenceFigures()
  #isRewriteScheduled = false
  #isSaveScheduled = false
  /** Milliseconds since 1970 of the last snapshot (or of the start). */
  lastSavedAt: number
  #lastTriedAt = 0
  #lastSaveFailed = false
  #lastRewriteFailed = false
  #isPrepared = false

  constructor(host: PersistenceHost, flaws: PersistenceFlaws = {}) {
    this.#host = host
    this.#flaws = flaws
    this.lastSavedAt = host.now
  }

  /** Loads what is on the disk. Where that cannot be, the reason is logged and the program ends with code 1, as Redis does. */
  async start(): Promise<void> {
    const { env } = this.#host
    try {
      if (isOn(this.#host, 'appendonly')) await this.#openAppendOnly()
      else {
        const origin = originOf(await this.#loadSnapshot())
        if (origin !== null) this.#host.resume(origin)
      }
    } catch (error) {
      if (!isExpected(error)) throw error
      env.log.error(`cannot load the data set: ${error.message}`)
      env.exit(1)
    }
    this.#host.dirty = 0
    this.lastSavedAt = this.#host.now
    this.#isPrepared = true
    env.timers.every(seconds(1), () => this.#appendOnly?.tick())
    env.timers.every(ms(100), () => {
      this.#consider()
    })
  }

  /** Changes that took effect together, to be called as they happen. */
  append(unit: readonly Effect[]): void {
    this.#appendOnly?.append(unit)
  }

  /** What replies have to wait for; null for nothing. See AppendLog.barrier. */
  barrier(): Promise<void> | null {
    return this.#appendOnly?.barrier() ?? null
  }

  /** Bytes of changes that wait to be written. */
  get waiting(): number {
    return this.#appendOnly?.waiting ?? 0
  }

  /** Why commands that write are refused now, as the reply says it; null where they are not. */
  refusal(): string | null {
    if (this.#flaws.ignoresErrors === true) return null
    const error = this.#appendOnly?.error ?? null
    if (error !== null) return `MISCONF Errors writing to the AOF file: ${systemText(error)}`
    return this.#lastSaveFailed && this.#savesByItself && isOn(this.#host, 'stop-writes-on-bgsave-error')
      ? snapshotsFail
      : null
  }

  get work(): BackgroundWork {
    return this.#figures.work
  }

  async #saveBehind(): Promise<void> {
    const since = this.#host.now
    await this.save()
    this.#figures.lastSaveTook = Math.floor((this.#host.now - since) / 1000)
  }

  /** Saves a snapshot, now; false where the disk fails. Commands go on meanwhile, and are not in it. */
  async save(): Promise<boolean> {
    if (this.#figures.work !== null) return false
    this.#figures.begin('snapshot', this.#host.now)
    this.#lastTriedAt = this.#host.now
    const { dirty } = this.#host
    try {
      const capture = this.#capturing()
      await this.#replaceSnapshot(capture)
      this.#host.dirty = Math.max(this.#host.dirty - dirty, 0)
      this.lastSavedAt = this.#host.now
      this.#lastSaveFailed = false
    } catch (error) {
      if (!(error instanceof DiskError)) throw error
      this.#host.env.log.error(`the snapshot was not saved: ${error.message}`)
      this.#lastSaveFailed = true
    } finally {
      this.#finish()
    }
    return !this.#lastSaveFailed
  }

  /** Saves a snapshot and loads it in the place of what there is (DEBUG RELOAD); false where the disk fails. */
  async reload(): Promise<boolean> {
    await this.#idle()
    if (!(await this.save())) return false
    this.#host.clear()
    await this.#loadSnapshot()
    return true
  }

  /** Begins to save in the background (BGSAVE), or says why not: the reply's error. */
  saveInBackground(isScheduling: boolean): 'started' | 'scheduled' | { readonly error: string } {
    if (this.#figures.work === 'snapshot') return { error: 'ERR Background save already in progress' }
    if (this.#figures.work === 'rewrite') {
      if (!isScheduling) return { error: otherChild }
      this.#isSaveScheduled = true
      return 'scheduled'
    }
    this.#host.env.spawn(() => this.#saveBehind())
    return 'started'
  }

  /** Begins to rewrite the append-only file (BGREWRITEAOF), or says why not: the reply's error. */
  rewriteInBackground(): 'started' | 'scheduled' | { readonly error: string } {
    if (this.#figures.work === 'rewrite')
      return { error: 'ERR Background append only file rewriting already in progress' }
    if (this.#figures.work === 'snapshot') {
      this.#isRewriteScheduled = true
      return 'scheduled'
    }
    this.#host.env.spawn(() => this.#rewrite())
    return 'started'
  }

  /** `appendonly` was set to yes or no, or `appendfsync` to another policy. */
  configure(name: string, value: ByteString): void {
    if (!this.#isPrepared) return
    if (name === 'appendfsync') this.#appendOnly?.setPolicy(value as SyncPolicy)
    if (name === 'appendonly' && (value === 'yes') !== (this.#appendOnly !== null))
      this.#host.env.spawn(() => (value === 'yes' ? this.#beginAppending() : this.#endAppending()))
  }

  /**
   * Before the server ends: what was appended is synced; a snapshot is saved where one is wanted (`isSaving`; by default,
   * where save points are set). False where the disk fails.
   */
  async end(isSaving: boolean = this.#savesByItself): Promise<boolean> {
    await this.#idle()
    const isFlushed = (await this.#appendOnly?.flush()) ?? true
    return isSaving ? (await this.save()) && isFlushed : isFlushed
  }

  /** The lines of INFO persistence that are ours. */
  info(): readonly (readonly [name: string, value: string | number])[] {
    const log = this.#appendOnly
    const figures = this.#figures
    const { now } = this.#host
    const lines: (readonly [string, string | number])[] = [
      ...figures.progress(),
      ['rdb_changes_since_last_save', this.#host.dirty],
      ['rdb_bgsave_in_progress', figures.work === 'snapshot' ? 1 : 0],
      ['rdb_last_save_time', Math.floor(this.lastSavedAt / 1000)],
      ['rdb_last_bgsave_status', this.#lastSaveFailed ? 'err' : 'ok'],
      ['rdb_last_bgsave_time_sec', figures.lastSaveTook],
      ['rdb_current_bgsave_time_sec', figures.secondsOf('snapshot', now)],
      ['rdb_saves', figures.saves],
      ['rdb_last_cow_size', 0],
      ['rdb_last_load_keys_expired', figures.keysExpired],
      ['rdb_last_load_keys_loaded', figures.keysLoaded],
      ['aof_enabled', log === null ? 0 : 1],
      ['aof_rewrite_in_progress', figures.work === 'rewrite' ? 1 : 0],
      ['aof_rewrite_scheduled', this.#isRewriteScheduled ? 1 : 0],
      ['aof_last_rewrite_time_sec', figures.lastRewriteTook],
      ['aof_current_rewrite_time_sec', figures.secondsOf('rewrite', now)],
      ['aof_last_bgrewrite_status', this.#lastRewriteFailed ? 'err' : 'ok'],
      ['aof_rewrites', figures.rewrites],
      ['aof_rewrites_consecutive_failures', figures.rewriteFailures],
      ['aof_last_write_status', (log?.error ?? null) === null ? 'ok' : 'err'],
      ['aof_last_cow_size', 0],
      ['module_fork_in_progress', 0],
      ['module_fork_last_cow_size', 0],
    ]
    if (log !== null)
      lines.push(
        ['aof_current_size', log.size],
        ['aof_base_size', log.sizeAfterRewrite],
        ['aof_pending_rewrite', 0],
        ['aof_buffer_length', log.waiting],
      )
    return lines
  }

  // What is being written in the background is waited for.
  async #idle(): Promise<void> {
    while (this.#figures.work !== null) await this.#host.env.sleep(ms(1))
  }

  get #savesByItself(): boolean {
    return this.#host.setting('save') !== ''
  }

  // Ten times a second: whether something is due.
  #consider(): void {
    if (this.#figures.work !== null) return
    if (this.#isRewriteScheduled || this.#appendOnly?.hasGrown === true) {
      this.#isRewriteScheduled = false
      this.#host.env.spawn(() => this.#rewrite())
    } else if (this.#isSaveScheduled || this.#isSaveDue()) {
      this.#isSaveScheduled = false
      this.#host.env.spawn(() => this.#saveBehind())
    }
  }

  #isSaveDue(): boolean {
    const { dirty, now } = this.#host
    if (dirty === 0 || (this.#lastSaveFailed && now - this.#lastTriedAt < tryAgainAfter)) return false
    const numbers = this.#host.setting('save').split(' ').map(Number)
    for (let place = 0; place + 1 < numbers.length; place += 2) {
      const [after = 0, changes = 0] = numbers.slice(place, place + 2)
      if (dirty >= changes && now - this.lastSavedAt > after * 1000) return true
    }
    return false
  }

  async #rewrite(): Promise<void> {
    const log = this.#appendOnly
    if (this.#figures.work !== null || log === null) return
    await this.#rewriting(() =>
      log.rewrite(
        () => this.#capturing(),
        (file, capture) => this.#write(file, capture, 1),
      ),
    )
  }

  async #rewriting(act: () => Promise<void>): Promise<void> {
    this.#figures.begin('rewrite', this.#host.now)
    try {
      await act()
      this.#lastRewriteFailed = false
      this.#figures.rewriteFailures = 0
    } catch (error) {
      if (!(error instanceof DiskError)) throw error
      this.#host.env.log.error(`the append-only file was not rewritten: ${error.message}`)
      this.#lastRewriteFailed = true
      this.#figures.rewriteFailures += 1
    } finally {
      this.#figures.lastRewriteTook = this.#figures.secondsOf('rewrite', this.#host.now)
      this.#finish()
    }
  }

  #capturing(): Capture {
    const capture = new Capture(this.#host, isOn(this.#host, 'rdbcompression'))
    this.#host.watchValues((value) => {
      capture.aboutToChange(value)
    })
    this.#figures.capture = capture
    return capture
  }

  #finish(): void {
    this.#host.watchValues(null)
    this.#figures.end()
  }

  async #replaceSnapshot(capture: Capture): Promise<void> {
    const place = {
      directory: this.#host.setting('dir'),
      name: this.#host.setting('dbfilename'),
      temporary: `temp-${this.#host.setting('dbfilename')}`,
    }
    await replaceFile(this.#host.env.disk, place, (file) => this.#write(file, capture, 0))
  }

  async #write(file: File, capture: Capture, isBase: 0 | 1): Promise<void> {
    await writeCapture(this.#host.env, file, capture, this.#saveOptions(capture, isBase))
  }

  #saveOptions({ origin }: Capture, isBase: 0 | 1): SaveOptions {
    return {
      isCompressing: isOn(this.#host, 'rdbcompression'),
      isChecked: isOn(this.#host, 'rdbchecksum'),
      aux: [
        ['redis-ver', '7.0.15'],
        ['redis-bits', '64'],
        ['ctime', String(Math.floor(this.#host.now / 1000))],
        ['used-mem', '0'],
        // An append-only file goes on after its base: where it ends in the stream nobody knows.
        ...(isBase === 1 ? [] : originFields(origin)),
        ['aof-base', String(isBase)],
      ],
    }
  }

  async #openAppendOnly(): Promise<void> {
    this.#appendOnly = await AppendOnly.open(this.#host, this.#flaws, (file) =>
      this.#write(file, this.#capturing(), 1),
    )
    this.#finish()
  }

  /** Resolves to the aux fields of the snapshot. */
  async #loadSnapshot(): Promise<ReadonlyMap<ByteString, ByteString>> {
    const fields = new Map<ByteString, ByteString>()
    Object.assign(this.#figures, { keysLoaded: 0, keysExpired: 0 })
    const host = this.#host
    const options = { limits: host.limits, isChecked: isOn(host, 'rdbchecksum') }
    const records = readSnapshot(host.env.disk, host.setting('dir'), host.setting('dbfilename'), options)
    for await (const record of records)
      if (record.kind === 'aux') fields.set(record.name, record.value)
      else {
        const isLoaded = loadRecord(host, record)
        if (record.kind === 'key') this.#figures[isLoaded ? 'keysLoaded' : 'keysExpired'] += 1
      }
    return fields
  }

  async #beginAppending(): Promise<void> {
    await this.#idle()
    if (this.#appendOnly !== null || !isOn(this.#host, 'appendonly')) return
    await this.#rewriting(() =>
      AppendOnly.begin(
        this.#host,
        this.#flaws,
        (log) => {
          this.#appendOnly = log
          return this.#capturing()
        },
        (file, capture) => this.#write(file, capture, 1),
      ),
    )
  }

  async #endAppending(): Promise<void> {
    const log = this.#appendOnly
    this.#appendOnly = null
    await log?.flush()
  }
}

const snapshotsFail =
  "MISCONF Redis is configured to save RDB snapshots, but it's currently unable to persist to disk. Commands that may modify the data set are disabled, because this instance is configured to report errors during writes if RDB snapshotting fails (stop-writes-on-bgsave-error option). Please check the Redis logs for details about the RDB error."

const otherChild =
  "ERR Another child process is active (AOF?): can't BGSAVE right now. Use BGSAVE SCHEDULE in order to schedule a BGSAVE whenever possible."

function isExpected(error: unknown): error is Error {
  return [AofLoadError, DiskError, RedisFileError, ReplayError].some((kind) => error instanceof kind)
}

function systemText(error: DiskError): string {
  if (error.code === 'ENOSPC') return 'No space left on device'
  return error.code === 'EIO' ? 'Input/output error' : error.code
}
