// The messages of one room on the disk: a journal of batches, each of which was synced at once, with where some of them begin, so that
// a page of the past is read without all that is before it. There is no file before somebody has said something.

import { type Data, type Disk } from '../../sim/index.ts'
import { Journal, JournalError } from '../journal/index.ts'
import type { StoredMessage } from './protocol.ts'

const placeGap = 4096
/** How many messages are read at once at least, if there are as many. */
const pageMin = 64

/** Where the logs of all rooms are. */
export const roomsDirectory = '/rooms'

const suffix = '.log'

/** The names of the rooms that have a log. Rejects with a DiskError. */
export async function storedRooms(disk: Disk): Promise<readonly string[]> {
  const files = await disk.list(roomsDirectory)
  return files.filter((file) => file.endsWith(suffix)).map((file) => file.slice(0, -suffix.length))
}

/** An open log. */
export class RoomLog {
  readonly #disk: Disk
  readonly #path: string
  /** Where some batches begin, each a few KiB from the one before, with the first sequence number in it. */
  readonly #places: { readonly first: number; readonly offset: number }[] = []
  #journal: Journal | null = null
  #last = 0

  private constructor(disk: Disk, room: string) {
    this.#disk = disk
    this.#path = `${roomsDirectory}/${room}${suffix}`
  }

  /**
   * Opens the log of a room, and gives `onBatch` all that is in it; a torn end is cut off. Rejects with a DiskError, or a
   * JournalError when what is damaged is not the end.
   */
  static async open(
    disk: Disk,
    room: string,
    onBatch: (batch: readonly StoredMessage[]) => void,
  ): Promise<RoomLog> {
    const log = new RoomLog(disk, room)
    if ((await disk.stat(log.#path)) !== null) {
      await log.#openJournal(onBatch)
      // A process that ended before its sync leaves bytes that can be read and are not certain: what is told of them has to be.
      await log.sync()
    }
    return log
  }

  /** The sequence number of the last message; 0 when there is none. */
  get last(): number {
    return this.#last
  }

  /** Whether there is a file. */
  get isThere(): boolean {
    return this.#journal !== null
  }

  /** How many bytes there are. */
  get size(): number {
    return this.#journal?.size ?? 0
  }

  /** Puts messages at the end, which go on from `last`; certain only after `sync`. Rejects with a DiskError: then `cut` is next. */
  async append(batch: readonly StoredMessage[]): Promise<void> {
    const journal = this.#journal ?? (await this.#openJournal(() => undefined))
    const offset = journal.size
    await journal.append(batch)
    this.#count(batch, offset)
  }

  /** Makes certain what was appended. Rejects with a DiskError. */
  async sync(): Promise<void> {
    await this.#journal?.sync()
  }

  /** Takes back what an append that failed may have left. Rejects with a DiskError. */
  async cut(): Promise<void> {
    await this.#journal?.cut()
  }

  /** The messages from a sequence number on, some at least (unless there are none). Rejects with a DiskError or a JournalError. */
  async read(from: number): Promise<readonly StoredMessage[]> {
    const journal = this.#journal
    if (journal === null || from > this.#last) return []
    const found: StoredMessage[] = []
    for (let place = this.#placeOf(from); place < this.#places.length && found.length < pageMin; place++) {
      const end = this.#places[place + 1]?.offset ?? journal.size
      for (const batch of await journal.read(this.#places[place]?.offset ?? 0, end))
        found.push(...messagesOf(batch))
    }
    return found.filter(({ seq }) => seq >= from)
  }

  /** Gives the file back; nothing may be under way. Rejects with a DiskError. */
  async close(): Promise<void> {
    await this.#journal?.close()
  }

  async #openJournal(onBatch: (batch: readonly StoredMessage[]) => void): Promise<Journal> {
    const journal = await Journal.open(this.#disk, {
      path: this.#path,
      onBatch: (records, offset) => {
        const batch = messagesOf(records)
        this.#count(batch, offset)
        onBatch(batch)
      },
    })
    this.#journal = journal
    return journal
  }

  #count(batch: readonly StoredMessage[], offset: number): void {
    const first = batch[0]?.seq
    const last = batch.at(-1)?.seq
    if (first !== this.#last + 1 || last === undefined)
      throw new JournalError(this.#path, offset, `the message ${first}`, `${this.#last + 1}`)
    if (offset - (this.#places.at(-1)?.offset ?? -placeGap) >= placeGap) this.#places.push({ first, offset })
    this.#last = last
  }

  /** Behind which of the places a message is. */
  #placeOf(seq: number): number {
    let low = 0
    let high = this.#places.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if ((this.#places[middle]?.first ?? 0) <= seq) low = middle
      else high = middle - 1
    }
    return low
  }
}

/** What a batch of a room's log holds: nothing else was written there. */
function messagesOf(records: readonly Data[]): readonly StoredMessage[] {
  return records as readonly (Data & StoredMessage)[]
}
