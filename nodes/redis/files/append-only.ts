// The append-only file of a server: loaded at the start, appended to with every change, rewritten when it has grown.

import type { DiskError, File } from '../../../sim/index.ts'
import { AofFolder } from './aof/aof-folder.ts'
import { AppendLog, type SyncPolicy } from './aof/append-log.ts'
import { loadAof } from './aof/load.ts'
import { isOn, loadRecord, numberOf, type PersistenceFlaws, type PersistenceHost } from './host.ts'
import { EffectStream } from '../effect-stream.ts'
import type { Effect } from '../effects.ts'
import { ignoreDiskErrors } from './replace-file.ts'
import type { Capture } from './snapshot/capture.ts'

/** How a data set is written as a new base. Rejects with a DiskError. */
export type WriteBase = (file: File, capture: Capture) => Promise<void>

/** An append-only file that is open. */
export class AppendOnly {
  readonly #host: PersistenceHost
  readonly #folder: AofFolder
  readonly #log: AppendLog
  readonly #stream = new EffectStream()
  #sizeAfterRewrite: number
  #closedSize: number
  #switched: Promise<void> = Promise.resolve()

  private constructor(host: PersistenceHost, folder: AofFolder, log: AppendLog, closedSize: number) {
    this.#host = host
    this.#folder = folder
    this.#log = log
    this.#closedSize = closedSize
    this.#sizeAfterRewrite = this.size
  }

  /**
   * Loads what is there, cuts a torn tail off, and goes on at the end. `create` says how to write a base where nothing is
   * there. Rejects with an AofLoadError, a RedisFileError (of the manifest) or a DiskError.
   */
  static async open(
    host: PersistenceHost,
    flaws: PersistenceFlaws,
    create: (file: File) => Promise<void>,
  ): Promise<AppendOnly> {
    const folder = await openFolder(host)
    await load(host, folder)
    if (!folder.exists) await folder.replaceBase(1, 'rdb', create)
    await folder.removeHistory()
    const log = await openLog(host, flaws, await currentFile(host, folder))
    return new AppendOnly(host, folder, log, await sizeOf(host, folder, folder.files.slice(0, -1)))
  }

  /**
   * Begins to append while the server runs: what is captured becomes the base, and what was on disk before is removed once
   * that is there. `start` captures, and appends from then on. Rejects with a DiskError.
   */
  static async begin(
    host: PersistenceHost,
    flaws: PersistenceFlaws,
    start: (log: AppendOnly) => Capture,
    write: WriteBase,
  ): Promise<void> {
    const folder = await openFolder(host)
    const log = await openLog(host, flaws, await folder.addIncrement(false))
    const begun = new AppendOnly(host, folder, log, 0)
    const captured = start(begun)
    const first = (folder.current?.sequence ?? 0) + 1
    await folder.replaceBase(first, 'rdb', (base) => write(base, captured))
    await begun.#measure()
  }

  /** The size of all files. */
  get size(): number {
    return this.#closedSize + this.#log.size
  }

  /** Bytes that wait to be written. */
  get waiting(): number {
    return this.#log.waiting
  }

  /** How large it was after the last rewrite, or at the start. */
  get sizeAfterRewrite(): number {
    return this.#sizeAfterRewrite
  }

  /** What is wrong with the disk now. */
  get error(): DiskError | null {
    return this.#log.error
  }

  setPolicy(policy: SyncPolicy): void {
    this.#log.policy = policy
  }

  /** Appends changes that took effect together. */
  append(unit: readonly Effect[]): void {
    this.#log.append(this.#stream.encode(unit))
  }

  /** See AppendLog. */
  barrier(): Promise<void> | null {
    return this.#log.barrier()
  }

  tick(): Promise<void> {
    return this.#log.tick()
  }

  flush(): Promise<boolean> {
    return this.#log.flush()
  }

  /** Whether it has grown enough to be rewritten (`auto-aof-rewrite-percentage`, `auto-aof-rewrite-min-size`). */
  get hasGrown(): boolean {
    const percentage = numberOf(this.#host, 'auto-aof-rewrite-percentage')
    if (percentage === 0 || this.size < numberOf(this.#host, 'auto-aof-rewrite-min-size')) return false
    return (this.size - this.#sizeAfterRewrite) * 100 >= percentage * Math.max(this.#sizeAfterRewrite, 1)
  }

  /**
   * Rewrites: what changes from some instant on goes to a new increment, what was there at that instant to a new base.
   * Rejects with a DiskError; the old files then stay, and nothing is lost.
   */
  async rewrite(capture: () => Capture, write: WriteBase): Promise<void> {
    // The one before may still wait for the disk.
    await this.#switched
    const file = await this.#folder.addIncrement()
    const first = this.#folder.current?.sequence ?? 1
    // At one and the same instant: what is captured is what the old files say.
    this.#switched = this.#log.continueIn(file)
    const captured = capture()
    this.#stream.forget()
    await this.#folder.replaceBase(first, 'rdb', (base) => write(base, captured))
    await this.#switched
    await this.#measure()
  }

  async #measure(): Promise<void> {
    this.#closedSize = await sizeOf(this.#host, this.#folder, this.#folder.files.slice(0, -1))
    this.#sizeAfterRewrite = this.size
  }
}

function openFolder(host: PersistenceHost): Promise<AofFolder> {
  return AofFolder.open(host.env.disk, {
    directory: host.setting('dir'),
    folder: host.setting('appenddirname'),
    name: host.setting('appendfilename'),
  })
}

async function openLog(host: PersistenceHost, flaws: PersistenceFlaws, file: File): Promise<AppendLog> {
  const { env } = host
  return new AppendLog(env, file, await file.size(), {
    policy: host.setting('appendfsync') as SyncPolicy,
    acknowledgesBeforeSync: flaws.acknowledgesBeforeSync ?? false,
    onFatal: (error) => {
      env.log.error(
        `cannot write the append-only file, on which replies rest (appendfsync always): ${error.message}`,
      )
      env.exit(1)
    },
    onHealth: (error) => {
      if (error === null) env.log.info('the append-only file can be written again')
      else env.log.error(`cannot write the append-only file: ${error.message}`)
    },
  })
}

async function load(host: PersistenceHost, folder: AofFolder): Promise<void> {
  const { env } = host
  const { cut } = await loadAof(
    env.disk,
    folder,
    {
      record: (record) => {
        loadRecord(host, record)
      },
      unit: (commands) => {
        host.replay(commands)
      },
    },
    {
      limits: host.limits,
      isChecked: isOn(host, 'rdbchecksum'),
      cutsTornTail: isOn(host, 'aof-load-truncated'),
    },
  )
  if (cut === null) return
  env.log.warn('cut a torn tail off the append-only file', { ...cut })
  const file = await env.disk.open(cut.path)
  try {
    await file.truncate(cut.offset)
    await file.sync()
  } finally {
    await file.close()
  }
}

// Whatever a server before this one has left unsynced is made certain: what was loaded must not vanish later.
async function currentFile(host: PersistenceHost, folder: AofFolder): Promise<File> {
  const { current } = folder
  if (current === null) return folder.addIncrement()
  const file = await host.env.disk.open(folder.pathOf(current))
  await file.sync()
  return file
}

async function sizeOf(host: PersistenceHost, folder: AofFolder, files: AofFolder['files']): Promise<number> {
  let sum = 0
  try {
    for (const file of files) sum += (await host.env.disk.stat(folder.pathOf(file)))?.size ?? 0
  } catch (error) {
    // Only when to rewrite depends on it.
    ignoreDiskErrors(error)
  }
  return sum
}
