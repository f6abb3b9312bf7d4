// Reads a trace from a file as a stream of events in bounded memory. This runs outside of simulations.

import { Buffer } from 'node:buffer'
import { type FileHandle, open } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'

import type { Event } from '../event.ts'
import type { Checkpoints, EventSource } from './event-source.ts'
import { type EventLine, EventLineDecoder } from './event-line.ts'
import { type TraceBatch, TraceDecoder } from './trace-decoder.ts'
import { TraceError } from './trace-error.ts'
import type { TraceFooter, TraceHeader } from './trace-header.ts'
import { type LinePlace, TraceIndex } from './trace-index.ts'
import { TraceSeal } from './trace-seal.ts'

const chunkSize = 256 * 1024
const gzipMagic = 0x1f8b

/**
 * A trace on disk. May be iterated any number of times; each pass reads the file from the start, checks every line and
 * throws a TraceError at the first that is not as it was written. Compression is recognised by the file's first bytes.
 */
export class TraceFile implements EventSource {
  /** The path. */
  readonly name: string
  readonly header: TraceHeader
  readonly isCompressed: boolean
  #footer: TraceFooter | null = null

  private constructor(path: string, header: TraceHeader, isCompressed: boolean) {
    this.name = path
    this.header = header
    this.isCompressed = isCompressed
  }

  /**
   * Opens a trace and reads its header. Throws a TraceError when the file is missing or no trace, or damage is seen at once;
   * with `isPartEnough`, damage behind the header is left to those who read events.
   */
  static async open(
    path: string,
    { isPartEnough = false }: { readonly isPartEnough?: boolean } = {},
  ): Promise<TraceFile> {
    const isCompressed = await looksCompressed(path)
    const decoder = new TraceDecoder(path)
    for await (const chunk of chunks(path, isCompressed, 0)) {
      const { error } = pushed(decoder, chunk)
      if (error !== null && !(isPartEnough && decoder.header !== null)) throw error
      if (decoder.header !== null) return new TraceFile(path, decoder.header, isCompressed)
    }
    decoder.end()
    throw new TraceError(path, 1, 'no line', 'a header')
  }

  /** The footer, once a pass has come to the end. */
  get footer(): TraceFooter | null {
    return this.#footer
  }

  /** The events one by one. Where speed counts, use `batches`. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Event> {
    for await (const batch of this.batches()) yield* batch.events
  }

  /** The events behind a seq (default: all) in groups, each with the digest after it. */
  batches(after = 0): AsyncIterable<TraceBatch> {
    const place = after > 0 && !this.isCompressed ? this.#find(after) : null
    if (place !== null) return this.#decode(new TraceDecoder(this.name, { place }), place.end)
    const all = this.#decode(new TraceDecoder(this.name), 0)
    return after > 0 ? behind(all, after) : all
  }

  /** The events in groups; computes no line's digest where the checksum of the whole says that there is no need. */
  async *eventGroups(): AsyncGenerator<readonly Event[]> {
    const decoder = new TraceDecoder(this.name, { isSealed: await this.#isSealed() })
    for await (const { events } of this.#decode(decoder, 0)) yield events
  }

  /** The events in groups as far as all kinds have the same; null where the file is not as it was written. */
  async eventLines(): Promise<AsyncIterable<readonly EventLine[]> | null> {
    return (await this.#isSealed()) ? this.#readLines() : null
  }

  async *#readLines(): AsyncGenerator<readonly EventLine[]> {
    const decoder = new EventLineDecoder(this.name)
    for await (const chunk of chunks(this.name, this.isCompressed, 0)) {
      const lines = decoder.push(chunk)
      if (lines.length > 0) yield lines
    }
    const wanted = this.#footer?.events
    if (wanted !== decoder.last)
      throw new TraceError(this.name, 0, `${decoder.last} events`, `${wanted}, as the footer says`)
  }

  /** As `isIntact`, where a file that cannot be read is not: who reads it then says why. */
  async #isSealed(): Promise<boolean> {
    try {
      return await this.isIntact()
    } catch (error) {
      if (!(error instanceof TraceError)) throw error
      return false
    }
  }

  /**
   * Whether the file is as it was written, by the checksum that its footer has of everything: many times as fast as reading
   * the events, but it does not say what is wrong. The footer is known afterwards.
   */
  async isIntact(): Promise<boolean> {
    const seal = new TraceSeal()
    for await (const chunk of chunks(this.name, this.isCompressed, 0)) if (!seal.push(chunk)) return false
    this.#footer = seal.end()
    return this.#footer !== null
  }

  /** Throws a TraceError that says what is wrong, unless the file is as it was written. */
  async demandIntact(): Promise<void> {
    // The checksum says that something is wrong; reading the events says what.
    if (!(await this.#isSealed())) for await (const _ of this.batches());
  }

  /** Direct access by seq, for a file that is complete and not compressed. */
  checkpoints(): Checkpoints | null {
    return this.isCompressed ? null : TraceIndex.open(this.name)
  }

  #find(seq: number): LinePlace | null {
    const index = TraceIndex.open(this.name)
    try {
      return index?.find(seq) ?? null
    } finally {
      index?.close()
    }
  }

  async *#decode(decoder: TraceDecoder, offset: number): AsyncGenerator<TraceBatch> {
    for await (const chunk of placing(decoder, chunks(this.name, this.isCompressed, offset))) {
      const batch = pushed(decoder, chunk)
      if (batch.events.length > 0) yield batch
      if (batch.error !== null) throw batch.error
    }
    decoder.end()
    this.#footer = decoder.footer
  }
}

/** What a chunk holds: where it is damaged, the events before the damage, and what the damage is. */
function pushed(
  decoder: TraceDecoder,
  chunk: Uint8Array,
): TraceBatch & { readonly error: TraceError | null } {
  try {
    return { ...decoder.push(chunk), error: null }
  } catch (error) {
    if (!(error instanceof TraceError)) throw error
    return { ...decoder.decoded(), error }
  }
}

async function* behind(batches: AsyncIterable<TraceBatch>, after: number): AsyncGenerator<TraceBatch> {
  for await (const { events, checkpoints } of batches) {
    const first = events[0]?.seq ?? 0
    const skipped = Math.max(0, after + 1 - first)
    if (skipped < events.length)
      yield { events: events.slice(skipped), checkpoints: checkpoints.slice(skipped) }
  }
}

async function* chunks(path: string, isCompressed: boolean, offset: number): AsyncGenerator<Uint8Array> {
  const file = await openFile(path)
  const stream = file.createReadStream({ highWaterMark: chunkSize, start: offset })
  try {
    if (!isCompressed) yield* stream as AsyncIterable<Uint8Array>
    else yield* gunzipped(stream)
  } catch (error) {
    throw readError(path, error)
  } finally {
    stream.destroy()
  }
}

/** Says of what cannot be read, such as compressed data that breaks off, at which line that is. */
async function* placing(
  decoder: TraceDecoder,
  pieces: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  try {
    yield* pieces
  } catch (error) {
    if (!(error instanceof TraceError) || decoder.header === null) throw error
    throw new TraceError(error.file, decoder.line, error.got, error.wanted)
  }
}

async function* gunzipped(stream: Readable): AsyncGenerator<Uint8Array> {
  const gunzip = createGunzip({ chunkSize })
  stream.on('error', (error) => gunzip.destroy(error))
  yield* stream.pipe(gunzip) as AsyncIterable<Uint8Array>
}

async function looksCompressed(path: string): Promise<boolean> {
  const file = await openFile(path)
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(2), 0, 2, 0)
    return bytesRead === 2 && buffer.readUInt16BE(0) === gzipMagic
  } catch (error) {
    throw readError(path, error)
  } finally {
    await file.close()
  }
}

async function openFile(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'r')
  } catch (error) {
    throw readError(path, error)
  }
}

function readError(path: string, error: unknown): unknown {
  if (error instanceof TraceError || !(error instanceof Error)) return error
  return new TraceError(path, 0, error.message, 'a trace that can be read')
}
