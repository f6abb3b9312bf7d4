// What a monitor must not forget when it crashes: the epochs it has seen, for whom it voted, and who the master is. Before
// others hear of it, it is on disk.

import type { Address } from './sentinel-settings.ts'
import { addressOf, addressText } from './sentinel-settings.ts'
import type { Data, DataRecord, Disk, Env } from '../../../sim/index.ts'

const path = '/sentinel.json'
const temporary = '/sentinel.json.new'

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
}

/** Keeps the state on disk. */
export class SentinelState {
  readonly #disk: Disk
  #record: SentinelRecord
  #saving: Promise<void> = Promise.resolve()

  private constructor(disk: Disk, record: SentinelRecord) {
    this.#disk = disk
    this.#record = record
  }

  /** Reads the state, or begins one. Rejects with a DiskError, or an Error where the file is damaged. */
  static async open(env: Env, master: Address): Promise<SentinelState> {
    const { disk } = env
    const id = [...env.randomFor('sentinel').bytes(20)]
      .map((byte) => byte.toString(16).padStart(2, '0'))
      .join('')
    const first: SentinelRecord = { id, epoch: 0, vote: { leader: '', epoch: 0 }, master, masterEpoch: 0 }
    const status = await disk.stat(path)
    if (status === null) {
      const state = new SentinelState(disk, first)
      await state.change({})
      return state
    }
    const file = await disk.open(path)
    const text = new TextDecoder().decode(await file.read(0, status.size))
    await file.close()
    return new SentinelState(disk, parse(text))
  }

  get record(): SentinelRecord {
    return this.#record
  }

  /** Changes the state; resolves when that is certain. Rejects with a DiskError. */
  change(changes: Partial<SentinelRecord>): Promise<void> {
    this.#record = { ...this.#record, ...changes }
    const record = this.#record
    this.#saving = this.#saving.then(() => this.#save(record))
    return this.#saving
  }

  /** Resolves when all that was changed is on disk. */
  saved(): Promise<void> {
    return this.#saving
  }

  async #save({ master, ...others }: SentinelRecord): Promise<void> {
    const text = `${JSON.stringify({ ...others, master: addressText(master) })}\n`
    const file = await this.#disk.open(temporary, { create: true, truncate: true })
    await file.write(0, new TextEncoder().encode(text))
    await file.sync()
    await file.close()
    await this.#disk.rename(temporary, path)
    await this.#disk.syncDirectory('/')
  }
}

function parse(text: string): SentinelRecord {
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
    epoch: whole(epoch),
    vote: { leader, epoch: whole(voteEpoch) },
    master,
    masterEpoch: whole(masterEpoch),
  }
}

function whole(value: Data | undefined): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value)) throw new Error(`${path} is damaged`)
  return value
}
