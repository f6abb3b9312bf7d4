// What replicas and the append-only file get: effects as commands, with SELECT where the database changes, and MULTI and EXEC
// around what took effect together.

import type { Effect } from './effects.ts'
import { encodeCommand } from './resp/request-encoder.ts'
import type { ByteString } from './value.ts'

/** Turns effects into the bytes of the stream. */
export class EffectStream {
  #database = 0
  /** Whether whoever reads from here knows the database. */
  #isKnown = false

  /** The bytes of effects that took effect together. */
  encode(unit: readonly Effect[]): ByteString {
    const isWhole = unit.length > 1
    let text = isWhole ? encodeCommand(['MULTI']) : ''
    for (const { db, args } of unit) text += this.#select(db) + encodeCommand(args)
    return isWhole ? text + encodeCommand(['EXEC']) : text
  }

  /** The database that the stream is in. */
  get database(): number {
    return this.#database
  }

  /** Whoever reads from here on does not know the database. */
  forget(): void {
    this.#isKnown = false
  }

  /** The stream is in a database, and whoever reads from here on is told again. */
  begin(database: number): void {
    this.#database = database
    this.#isKnown = false
  }

  #select(db: number): ByteString {
    if (this.#isKnown && db === this.#database) return ''
    this.#database = db
    this.#isKnown = true
    return encodeCommand(['SELECT', String(db)])
  }
}
