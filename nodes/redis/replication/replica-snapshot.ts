// The whole data set as a replica gets it, and how it takes the place of what the replica had.

import { Buffer } from 'node:buffer'

import type { Client } from '../client.ts'
import { CommandError } from '../command-error.ts'
import {
  Capture,
  type EncodingLimits,
  originFields,
  RdbReader,
  type RdbRecord,
  RdbWriter,
  ReplayError,
  type StreamOrigin,
} from '../files/index.ts'
import type { Scripting } from '../scripting/scripting.ts'
import type { Server } from '../server.ts'
import type { ByteString } from '../value.ts'

const pieceBytes = 256 * 1024

/** The bytes of a snapshot; `isExact`: for our own servers only, which then differ in nothing (see `RdbWriterOptions`). */
export function encodeSnapshot(server: Server, origin: StreamOrigin, isExact: boolean = false): Buffer {
  return Buffer.concat([...snapshotPieces(server, origin, { isExact })])
}

/**
 * The bytes of a snapshot of the instant in which the first piece is taken; the others may be taken between commands. Values
 * are watched until all are taken, or it is returned.
 */
export function* snapshotPieces(
  { keyspace, scripting }: Server,
  origin: StreamOrigin,
  {
    isExact = false,
    wanted = 'all',
  }: { readonly isExact?: boolean; readonly wanted?: Client['wantedOfSnapshot'] } = {},
): Generator<Buffer, void, undefined> {
  const writer = new RdbWriter({ isExact })
  writer.aux('redis-ver', '7.0.15')
  writer.aux('redis-bits', '64')
  writer.aux('ctime', String(Math.floor(keyspace.now / 1000)))
  for (const [name, value] of originFields(origin)) writer.aux(name, value)
  const databases = wanted === 'all' ? keyspace.databases : []
  const libraries = wanted === 'nothing' ? [] : scripting.libraries.codes
  const capture = new Capture({ databases, libraries, origin }, true)
  const unwatch = keyspace.watchValues((value) => {
    capture.aboutToChange(value)
  })
  try {
    for (const _ of capture.write(writer, pieceBytes)) yield writer.take()
    writer.end()
  } finally {
    unwatch()
  }
  yield writer.take()
}

/** Takes the bytes of a snapshot as they come. Nothing is changed before the last one is there. */
export class SnapshotReceiver {
  readonly #reader: RdbReader
  readonly #records: RdbRecord[] = []
  readonly #mark: Buffer | null
  /** What may be the mark, or its beginning. */
  #tail: Buffer = Buffer.alloc(0)
  #left: number

  /** A snapshot of so many bytes, or up to a mark. */
  constructor(end: number | ByteString, limits: EncodingLimits, isExact: boolean = false) {
    this.#left = typeof end === 'number' ? end : Infinity
    this.#mark = typeof end === 'number' ? null : Buffer.from(end, 'latin1')
    this.#reader = new RdbReader({ limits, isExact })
  }

  get isComplete(): boolean {
    return this.#left === 0
  }

  /** Takes what belongs to it of some bytes; returns the others. Throws a RedisFileError. */
  push(bytes: Uint8Array): Uint8Array {
    const own = this.#mark === null ? bytes.subarray(0, this.#left) : this.#beforeMark(bytes, this.#mark)
    this.#left -= own.length
    for (const record of this.#reader.push(own)) this.#records.push(record)
    if (this.isComplete) for (const record of this.#reader.finish()) this.#records.push(record)
    return this.#mark === null ? bytes.subarray(own.length) : new Uint8Array(0)
  }

  /** What is known to stand before the mark. A master says nothing after it until it has heard that all is loaded. */
  #beforeMark(bytes: Uint8Array, mark: Buffer): Buffer {
    const joined = Buffer.concat([this.#tail, bytes])
    const end = Math.max(0, joined.length - mark.length)
    this.#tail = joined.subarray(end)
    const own = joined.subarray(0, end)
    if (this.#tail.equals(mark)) this.#left = own.length
    return own
  }

  /**
   * Replaces all data and libraries by the snapshot's. Returns the database that the stream is in. Throws a ReplayError where
   * a library cannot be loaded, and then nothing has changed.
   */
  load({ keyspace, scripting }: Server): number {
    this.#loadLibraries(scripting)
    for (const db of keyspace.databases) db.clear()
    keyspace.ignoresExpiry = true
    let selected = 0
    for (const record of this.#records)
      if (record.kind === 'key') {
        const db = keyspace.db(record.database)
        const entry = db.add(record.key, record.value)
        if (record.expiresAt !== null) db.setExpiry(record.key, entry, record.expiresAt)
      } else if (record.kind === 'aux' && record.name === 'repl-stream-db')
        selected = Math.max(0, Number(record.value))
    keyspace.ignoresExpiry = false
    return selected
  }

  #loadLibraries({ libraries }: Scripting): void {
    const codes = this.#records.flatMap((record) => (record.kind === 'function' ? [record.code] : []))
    try {
      libraries.restore(codes, 'flush')
    } catch (error) {
      if (!(error instanceof CommandError)) throw error
      throw new ReplayError(`a library of functions cannot be loaded: ${error.message}`)
    }
  }
}

/** How long a snapshot is (`$123`), or the mark that it ends with (`$EOF:…`), as a line says it; null where it does not. */
export function snapshotEnd(line: ByteString): number | ByteString | null {
  const [, size, mark] = /^\$(?:([0-9]{1,15})|EOF:(.{40}))$/s.exec(line) ?? []
  return size === undefined ? (mark ?? null) : Number(size)
}
