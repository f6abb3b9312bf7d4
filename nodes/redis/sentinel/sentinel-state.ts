// What a monitor must not forget when it crashes: the epochs it has seen, for whom it voted, and who the master is. Before
// others hear of it, it is on disk.

import { isReplaced, readText } from './files.ts'
import type { Address } from './sentinel-settings.ts'
import { addressOf, addressText } from './sentinel-settings.ts'
import { randomId } from '../random-id.ts'
import type { Data, DataRecord, Env } from '../../../sim/index.ts'

/** Which of several masters the state is about, and who the monitor is. */
export interface StateOwner {
  readonly name: string
  readonly id: string
}

/** Names come from clients: a file's name must not be theirs to choose. */
function pathOf(owner: StateOwner | null): string {
  return owner === null ? '/sentinel.json' : `/sentinel-${Buffer.from(owner.name).toString('hex')}.json`
}

/** The state of a monitor. */
export interface SentinelRecord {
  /** Who it is: 40 hexadecimal digits. */
  readonly id: string
  /** The highest epoch it has seen. */
  readonly epoch: number
  /** For whom it voted last, and in which epoch. */
  readonly vote: { readonly leader: string; readonly epoch: number }
  /** The master, and the epoch of the failover that made it one. */
  readonly master: Address
  readonly masterEpoch: number
  /** All servers it has heard of, so that a monitor that starts while the master is down knows who may follow it. */
  readonly servers: readonly Address[]
  /** Other monitors that it has heard of: who forgot them would think that fewer are a majority. */
  readonly others: readonly Address[]
}

/** Keeps the state on disk. Where the disk fails it stays in memory, and goes to disk when that works again. */
export class SentinelState {
  readonly #env: Env
  readonly #path: string
  #record: SentinelRecord
  /** Whether the record is certainly on disk: what was only read may have been there before its directory was synced. */
  #saving: Promise<boolean> = Promise.resolve(false)
  #hasFailed = false

  private constructor(env: Env, path: string, record: SentinelRecord) {
    this.#env = env
    this.#path = path
    this.#record = record
  }

  /**
   * Reads the state, or begins one; `owner` for masters beside the first. Rejects with a DiskError where it cannot be read, or an
   * Error where the file is damaged.
   */
  static async open(env: Env, master: Address, owner: StateOwner | null = null): Promise<SentinelState> {
    const path = pathOf(owner)
    const id = owner?.id ?? randomId(env, 'sentinel')
    const text = await readText(env.disk, path)
    if (text !== null) return new SentinelState(env, path, parse(text, path))
    const none = { epoch: 0, vote: { leader: '', epoch: 0 }, masterEpoch: 0, servers: [], others: [] }
    const record = { ...none, id, master }
    const state = new SentinelState(env, path, record)
    await state.change({})
    return state
  }

  get record(): SentinelRecord {
    return this.#record
  }

  /** Whether the last attempt to save it failed. */
  get hasFailed(): boolean {
    return this.#hasFailed
  }

  /** Changes the state, in memory at once. Resolves to whether it is certainly on disk. */
  change(changes: Partial<SentinelRecord>): Promise<boolean> {
    this.#record = { ...this.#record, ...changes }
    const record = this.#record
    this.#saving = this.#saving.then(() => this.#save(record))
    return this.#saving
  }

  /** Whether all that was changed is certainly on disk, where it is put again if it is not. */
  saved(): Promise<boolean> {
    this.#saving = this.#saving.then((isCertain) => isCertain || this.#save(this.#record))
    return this.#saving
  }

  async #save({ master, servers, others, ...rest }: SentinelRecord): Promise<boolean> {
    const known = {
      master: addressText(master),
      servers: servers.map(addressText),
      others: others.map(addressText),
    }
    const text = `${JSON.stringify({ ...rest, ...known })}\n`
    const isCertain = await isReplaced(this.#env, this.#path, text)
    this.#hasFailed = !isCertain
    return isCertain
  }
}

function parse(text: string, path: string): SentinelRecord {
  const record = JSON.parse(text) as DataRecord
  const master = addressOf(record['master'])
  const vote = record['vote'] as DataRecord | undefined
  const [id, epoch, masterEpoch, leader, voteEpoch] = [
    record['id'],
    record['epoch'],
    record['masterEpoch'],
    vote?.['leader'],
    vote?.['epoch'],
  ]
  if (typeof id !== 'string' || typeof leader !== 'string' || master === null)
    throw new Error(`${path} is damaged`)
  return {
    id,
    epoch: whole(epoch, path),
    vote: { leader, epoch: whole(voteEpoch, path) },
    master,
    masterEpoch: whole(masterEpoch, path),
    servers: serversIn(record['servers'] ?? [], path),
    others: serversIn(record['others'] ?? [], path),
  }
}

function serversIn(list: Data, path: string): readonly Address[] {
  const servers = Array.isArray(list) ? list.map(addressOf) : [null]
  return servers.map((server) => {
    if (server === null) throw new Error(`${path} is damaged`)
    return server
  })
}

function whole(value: Data | undefined, path: string): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value)) throw new Error(`${path} is damaged`)
  return value
}
