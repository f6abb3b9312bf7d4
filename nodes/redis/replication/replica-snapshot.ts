// The whole data set as a replica gets it, and how it takes the place of what the replica had.
//
// It is written in one go, between two commands: the stream goes on exactly where it ends, and a stop of the master for as
// long as that takes is its price (some tenths of a second for a hundred thousand keys).

import type { Buffer } from 'node:buffer'

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

/** The bytes of a snapshot; `isExact`: for our own servers only, which then differ in nothing (see `RdbWriterOptions`). */
export function encodeSnapshot(
  { keyspace, scripting }: Server,
  origin: StreamOrigin,
  isExact: boolean = false,
): Buffer {
  const writer = new RdbWriter({ isExact })
  writer.aux('redis-ver', '7.0.15')
  writer.aux('redis-bits', '64')
  writer.aux('ctime', String(Math.floor(keyspace.now / 1000)))
  for (const [name, value] of originFields(origin)) writer.aux(name, value)
  // Slices of any size: nothing happens between them.
  const capture = new Capture(
    { databases: keyspace.databases, libraries: scripting.libraries.codes, origin },
    true,
  )
  for (const _ of capture.write(writer, Number.MAX_SAFE_INTEGER)) continue
  writer.end()
  return writer.take()
}

/** Takes the bytes of a snapshot as they come. Nothing is changed before the last one is there. */
export class SnapshotReceiver {
  readonly #reader: RdbReader
  readonly #records: RdbRecord[] = []
  #left: number

  /** A snapshot of so many bytes. */
  constructor(size: number, limits: EncodingLimits, isExact: boolean = false) {
    this.#left = size
    this.#reader = new RdbReader({ limits, isExact })
  }

  get isComplete(): boolean {
    return this.#left === 0
  }

  /** Takes what belongs to it of some bytes; returns the others. Throws a RedisFileError. */
  push(bytes: Uint8Array): Uint8Array {
    const own = bytes.subarray(0, this.#left)
    this.#left -= own.length
    for (const record of this.#reader.push(own)) this.#records.push(record)
    if (this.isComplete) for (const record of this.#reader.finish()) this.#records.push(record)
    return bytes.subarray(own.length)
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

/** Whether text says how long a snapshot is (`$123`); null where it does not. */
export function snapshotSize(line: ByteString): number | null {
  const match = /^\$([0-9]{1,15})$/.exec(line)
  return match === null ? null : Number(match[1])
}
