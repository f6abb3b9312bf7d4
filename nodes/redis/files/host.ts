// What durability needs of the server that it belongs to.

import type { Env } from '../../../sim/index.ts'
import type { EncodingLimits } from './rdb/encodings.ts'
import type { RdbRecord } from './rdb/reader.ts'
import type { CapturableDatabase, StreamOrigin } from './snapshot/capture.ts'
import type { ByteString, Value } from '../value.ts'

/** A server whose data is kept. */
export interface PersistenceHost {
  readonly env: Env
  readonly databases: Iterable<CapturableDatabase>
  /** The code of each library of functions. */
  readonly libraries: readonly ByteString[]
  readonly limits: EncodingLimits
  /** Where the data are now in the replication stream; null where nobody follows. */
  readonly origin: StreamOrigin | null
  /** The snapshot that was loaded at the start is of a place in a stream: replication goes on from there. */
  resume(origin: StreamOrigin): void
  /** Changes since the last snapshot; set back when one is saved. */
  dirty: number
  /** The server's time: milliseconds since 1970. */
  readonly now: number
  /** A setting as CONFIG GET shows it. */
  setting(name: string): ByteString
  /** Who is told before a value is changed in place. */
  watchValues(observer: ((value: Value) => void) | null): void
  /** Removes all keys and libraries, and tells nobody. */
  clear(): void
  /** A key of a snapshot; whether it was loaded: not where it has expired. Throws a ReplayError where there is no such database. */
  loadKey(database: number, key: ByteString, value: Value, expiresAt: number | null): boolean
  /** A library of a snapshot. Throws a ReplayError where it cannot be loaded. */
  loadLibrary(code: ByteString): void
  /** Commands of the append-only file, which take effect together. Throws a ReplayError where they cannot be run. */
  replay(commands: readonly (readonly ByteString[])[]): void
}

/** A server cannot repeat what its files say. */
export class ReplayError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'ReplayError'
  }
}

/** What durability lets scenarios break. */
export interface PersistenceFlaws {
  /** A planted bug: with `appendfsync always`, replies leave once their commands were written, before they are synced. */
  readonly acknowledgesBeforeSync?: boolean
  /** A planted bug: while the disk fails, commands that write are not refused. */
  readonly ignoresErrors?: boolean
}

/** Gives a host what a record of a snapshot says; whether it took it. Throws a ReplayError. */
export function loadRecord(host: PersistenceHost, record: RdbRecord): boolean {
  if (record.kind === 'key') return host.loadKey(record.database, record.key, record.value, record.expiresAt)
  if (record.kind === 'function') host.loadLibrary(record.code)
  return true
}

/** A setting that says yes. */
export function isOn(host: PersistenceHost, name: string): boolean {
  return host.setting(name) === 'yes'
}

/** A setting that is a whole number. */
export function numberOf(host: PersistenceHost, name: string): number {
  const number = Number(host.setting(name))
  return Number.isSafeInteger(number) ? number : 0
}
