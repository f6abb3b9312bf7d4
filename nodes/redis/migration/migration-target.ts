// A connection to a server that keys are moved to: everything on it has to get on within a time.

import { Buffer } from 'node:buffer'

import { connectTo } from '../connect-to.ts'
import type { ByteString } from '../value.ts'
import { type Connection, type Duration, type Env, type Instant, NetError } from '../../../sim/index.ts'

/** Bytes that have to leave within the time, each time. */
const pieceMax = 64 * 1024
const lineMax = 64 * 1024

/** Where a target is, and how long it may do nothing. */
export interface TargetAddress {
  readonly host: string
  readonly port: number
  readonly timeout: Duration
}

/** A connection to a target; what goes wrong rejects with a NetError. */
export class MigrationTarget {
  readonly #env: Env
  readonly #connection: Connection
  #unread: Buffer = Buffer.alloc(0)
  /** Whether it was ended because nothing got on for too long. */
  isLate = false
  /** The database that is selected there; null where that is not known. */
  database: number | null = null
  usedAt: Instant

  constructor(env: Env, connection: Connection) {
    this.#env = env
    this.#connection = connection
    this.usedAt = env.clock.monotonic()
  }

  static async open(env: Env, address: TargetAddress): Promise<MigrationTarget> {
    return new MigrationTarget(env, await connectTo(env, address, address.timeout))
  }

  /** Sends bytes, piece by piece. */
  async write(bytes: Uint8Array, timeout: Duration): Promise<void> {
    for (let at = 0; at < bytes.length; at += pieceMax)
      await this.#within(timeout, () => this.#connection.write(bytes.subarray(at, at + pieceMax)))
  }

  /** The next line of what it answers. */
  async line(timeout: Duration): Promise<ByteString> {
    return this.#within(timeout, async () => {
      for (let end = this.#unread.indexOf(10); ; end = this.#unread.indexOf(10)) {
        if (end >= 0) {
          const line = this.#unread.subarray(0, end).toString('latin1').replace(/\r$/, '')
          this.#unread = this.#unread.subarray(end + 1)
          return line
        }
        const bytes = this.#unread.length > lineMax ? null : await this.#connection.read()
        if (bytes === null) throw new NetError('ECONNRESET', 'the target answers no more')
        this.#unread = Buffer.concat([this.#unread, bytes])
      }
    })
  }

  close(): void {
    this.#connection.reset()
  }

  async #within<T>(timeout: Duration, act: () => Promise<T>): Promise<T> {
    const timer = this.#env.timers.after(timeout, () => {
      this.isLate = true
      this.close()
    })
    try {
      return await act()
    } finally {
      timer.cancel()
    }
  }
}
