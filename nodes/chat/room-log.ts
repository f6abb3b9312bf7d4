// The messages of one room on the disk: an append-only file of lines, each a batch that was synced at once: a checksum of 8 hex
// digits, a space, and an array of messages as JSON. One batch is under way at a time, so that a crash can tear
// none but the last, whose messages nobody was told of.

import { crc32 } from 'node:zlib'

import { type Env, type File } from '../../sim/index.ts'
import type { StoredMessage } from './protocol.ts'

/** The file holds something else than what was written. */
export class RoomLogError extends Error {
  constructor(path: string, offset: number, got: string, wanted: string) {
    super(`${path} at byte ${offset}: got ${got}, wanted ${wanted}`)
    this.name = 'RoomLogError'
  }
}

/** What recovery found: the batches in their order are given to `onBatch`. */
interface Scan {
  /** Where the last whole batch ends. */
  readonly end: number
  readonly size: number
}

const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
const chunkSize = 256 * 1024
const lineFeed = 10
const placeGap = 4096

/** An open log. */
export class RoomLog {
  readonly #file: File
  readonly #path: string
  /** Where some batches begin, each a few KiB from the one before, with the first sequence number in it. */
  readonly #places: { readonly first: number; readonly offset: number }[] = []
  #end = 0
  #last = 0

  private constructor(file: File, path: string) {
    this.#file = file
    this.#path = path
  }

  /**
   * Opens the log of a room, or begins it, and gives `onBatch` all that is in it; a torn end is cut off. Rejects with a
   * DiskError, or a RoomLogError when what is damaged is not the end.
   */
  static async open(
    env: Env,
    path: string,
    onBatch: (batch: readonly StoredMessage[]) => void,
  ): Promise<RoomLog> {
    const isNew = (await env.disk.stat(path)) === null
    const file = await env.disk.open(path, { create: true })
    if (isNew) await env.disk.syncDirectory(path.slice(0, path.lastIndexOf('/')) || '/')
    const log = new RoomLog(file, path)
    const { end, size } = await log.#scan((batch, offset) => {
      log.#count(batch, offset)
      onBatch(batch)
    })
    if (end < size) {
      env.log.warn('cut off the torn end of a log', { path, from: end, size })
      await file.truncate(end)
      await file.sync()
    }
    log.#end = end
    return log
  }

  /** The sequence number of the last message; 0 when there is none. */
  get last(): number {
    return this.#last
  }

  /** How many bytes there are. */
  get size(): number {
    return this.#end
  }

  /** Puts messages at the end, which go on from `last`; certain only after `sync`. Rejects with a DiskError. */
  async append(batch: readonly StoredMessage[]): Promise<void> {
    const bytes = encodeBatch(batch)
    await this.#file.write(this.#end, bytes)
    this.#count(batch, this.#end)
    this.#end += bytes.length
  }

  /** Makes certain what was appended. Rejects with a DiskError. */
  sync(): Promise<void> {
    return this.#file.sync()
  }

  /** Takes back what an append that failed may have left. Rejects with a DiskError. */
  async cut(): Promise<void> {
    await this.#file.truncate(this.#end)
  }

  /** The messages from a sequence number on, some at least (unless there are none). Rejects with a DiskError or a RoomLogError. */
  async read(from: number): Promise<readonly StoredMessage[]> {
    if (from > this.#last) return []
    const found: StoredMessage[] = []
    for (let place = this.#placeOf(from); place < this.#places.length && found.length < 64; place++) {
      const offset = this.#places[place]?.offset ?? 0
      const end = this.#places[place + 1]?.offset ?? this.#end
      for (const batch of this.#batches(await this.#readAll(offset, end - offset), offset))
        found.push(...batch)
    }
    return found.filter(({ seq }) => seq >= from)
  }

  #count(batch: readonly StoredMessage[], offset: number): void {
    const first = batch[0]?.seq
    const last = batch.at(-1)?.seq
    if (first !== this.#last + 1 || last === undefined)
      throw new RoomLogError(this.#path, offset, `the message ${first}`, `${this.#last + 1}`)
    if (offset - (this.#places.at(-1)?.offset ?? -placeGap) >= placeGap) this.#places.push({ first, offset })
    this.#last = last
  }

  *#batches(bytes: Uint8Array, offset: number): Generator<readonly StoredMessage[]> {
    for (let begin = 0; begin < bytes.length;) {
      const end = bytes.indexOf(lineFeed, begin)
      const batch = end < 0 ? null : decodeBatch(bytes.subarray(begin, end))
      if (batch === null)
        throw new RoomLogError(this.#path, offset + begin, 'damaged bytes', 'a batch that was whole')
      yield batch
      begin = end + 1
    }
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

  async #readAll(offset: number, length: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(length)
    for (let done = 0; done < length;) {
      const part = await this.#file.read(offset + done, length - done)
      if (part.length === 0) break
      bytes.set(part, done)
      done += part.length
    }
    return bytes
  }

  /** Reads all batches. What is not whole has to be the end: behind it no whole one may come. */
  async #scan(onBatch: (batch: readonly StoredMessage[], offset: number) => void): Promise<Scan> {
    const size = await this.#file.size()
    let end = 0
    let damagedAt: number | null = null
    for await (const { line, offset } of this.#lines(size)) {
      const batch = decodeBatch(line)
      if (batch === null) damagedAt ??= offset
      else if (damagedAt !== null)
        throw new RoomLogError(this.#path, damagedAt, 'damaged bytes with whole batches behind', 'none')
      else {
        onBatch(batch, offset)
        end = offset + line.length + 1
      }
    }
    return { end, size }
  }

  async *#lines(size: number): AsyncGenerator<{ readonly line: Uint8Array; readonly offset: number }> {
    let held: Uint8Array = new Uint8Array(0)
    let offset = 0
    for (let place = 0; place < size;) {
      const part = await this.#file.read(place, Math.min(chunkSize, size - place))
      if (part.length === 0) return
      place += part.length
      held = joined(held, part)
      for (let end = held.indexOf(lineFeed); end >= 0; end = held.indexOf(lineFeed)) {
        yield { line: held.subarray(0, end), offset }
        offset += end + 1
        held = held.subarray(end + 1)
      }
    }
  }
}

function joined(one: Uint8Array, other: Uint8Array): Uint8Array {
  const both = new Uint8Array(one.length + other.length)
  both.set(one)
  both.set(other, one.length)
  return both
}

function encodeBatch(batch: readonly StoredMessage[]): Uint8Array {
  const json = JSON.stringify(batch)
  return encoder.encode(`${checksum(encoder.encode(json))} ${json}\n`)
}

/** The messages of a line; null when it is damaged. */
function decodeBatch(line: Uint8Array): readonly StoredMessage[] | null {
  const json = line.subarray(9)
  if (decoder.decode(line.subarray(0, 9)) !== `${checksum(json)} `) return null
  // What the checksum vouches for was written here.
  return JSON.parse(decoder.decode(json)) as readonly StoredMessage[]
}

function checksum(bytes: Uint8Array): string {
  return crc32(bytes).toString(16).padStart(8, '0')
}
