// What replicas and the append-only file get: effects as commands, with SELECT where the database changes, and MULTI and EXEC
// around what took effect together.

import type { Effect } from './effects.ts'
import { encodeCommand } from './resp/request-encoder.ts'
import type { ByteString } from './value.ts'

/** Turns effects into the bytes of the stream. */
export class EffectStream {
  /** The database that the stream is in; -1: whoever reads from here has to be told. */
  #selected = -1

  /** The bytes of effects that took effect together. */
  encode(unit: readonly Effect[]): ByteString {
    const isWhole = unit.length > 1
    let text = isWhole ? encodeCommand(['MULTI']) : ''
    for (const { db, args } of unit) text += this.#select(db) + encodeCommand(args)
    return isWhole ? text + encodeCommand(['EXEC']) : text
  }

  /** Whoever reads from here on does not know the database. */
  forget(): void {
    this.#selected = -1
  }

  #select(db: number): ByteString {
    if (db === this.#selected) return ''
    this.#selected = db
    return encodeCommand(['SELECT', String(db)])
  }
}
