// A snapshot on its way to one replica, piece by piece, while commands go on.
//
// It is that of one instant (`Capture`: what is about to change before it was written is written first), and the next piece
// is made once the connection has room again: besides the data there are a few pieces, the names of the keys, and what has
// changed since, which the replica gets after it. Its length is not known when it begins, so it ends with a mark; a replica
// of old that knows no marks gets one that was written before it leaves. So does every replica where one piece is all.
//
// After a mark nothing may follow until the replica has said that it has loaded everything: real ones look for it in the last
// bytes that they have read.

import type { Buffer } from 'node:buffer'

import { snapshotPieces } from './replica-snapshot.ts'
import type { Client } from '../client.ts'
import type { StreamOrigin } from '../files/index.ts'
import { OutputBudget } from '../output-limits.ts'
import { randomId } from '../random-id.ts'
import type { Server } from '../server.ts'
import type { ByteString } from '../value.ts'
import { type Instant, ns } from '../../../sim/index.ts'

/** Bytes on their way beyond which no more are made. */
const unsentMax = 512 * 1024

/** Sends a snapshot, and keeps the stream that comes after it until the replica may have it. */
export class SnapshotSending {
  readonly #server: Server
  readonly #client: Client
  readonly #pieces: Generator<Buffer, void, undefined>
  readonly #budget = new OutputBudget()
  #mark: ByteString | null = null
  #stream: ByteString[] = []
  #streamed = 0
  #isOver = false
  #abandon: () => void = () => undefined
  readonly #abandoned: Promise<void>
  /** Whether everything was sent, and only the replica's word is missing. */
  isSent = false

  constructor(server: Server, client: Client, origin: StreamOrigin) {
    this.#server = server
    this.#client = client
    this.#pieces = snapshotPieces(server, origin, { wanted: client.wantedOfSnapshot })
    this.#abandoned = new Promise((resolve) => {
      this.#abandon = resolve
    })
  }

  /**
   * Begins with a line that is said before; whether that was all already, and the stream may follow at once. Otherwise
   * `onSent` is called where that is so later without the replica's word.
   */
  begin(head: ByteString, takesMark: boolean, onSent: () => void): boolean {
    const [first, second] = [this.#next() ?? '', this.#next()]
    if (second === null) {
      this.#say(`${head}$${first.length}\r\n${first}`)
      return true
    }
    if (takesMark) {
      this.#mark = randomId(this.#server.env, 'replication')
      this.#say(`${head}$EOF:${this.#mark}\r\n${first}`)
      this.#spawn(second, () => this.#next(), onSent)
      return false
    }
    const all: ByteString[] = [second]
    for (let piece = this.#next(); piece !== null; piece = this.#next()) all.push(piece)
    const length = all.reduce((sum, piece) => sum + piece.length, first.length)
    this.#say(`${head}$${length}\r\n${first}`)
    this.#spawn(all.shift() ?? '', () => all.shift() ?? null, onSent)
    return false
  }

  /** Bytes of the stream, which come after the snapshot. Ends the replica's connection where more wait than its limit allows. */
  hold(bytes: ByteString): void {
    this.#stream.push(bytes)
    this.#streamed += bytes.length
    const { moment, outputLimits } = this.#server
    const limit = outputLimits.of(this.#client)
    if (this.#budget.isExceeded(limit, this.#streamed, bytes.length, moment as Instant))
      this.#server.sendAway(this.#client)
  }

  /** What was held. */
  take(): ByteString {
    const bytes = this.#stream.join('')
    this.#stream = []
    return bytes
  }

  /** The replica is gone. */
  abandon(): void {
    this.#isOver = true
    this.#stream = []
    this.#pieces.return()
    this.#abandon()
  }

  #next(): ByteString | null {
    const next = this.#pieces.next()
    return next.done === true ? null : next.value.toString('latin1')
  }

  #spawn(second: ByteString, next: () => ByteString | null, onSent: () => void): void {
    this.#server.env.spawn(async () => {
      for (let piece: ByteString | null = second; piece !== null; piece = this.#isOver ? null : next()) {
        await this.#room()
        if (this.#isOver) return
        const bytes = piece
        this.#server.step(() => {
          this.#say(bytes)
        })
      }
      if (this.#isOver) return
      this.isSent = true
      this.#server.step(() => {
        if (this.#mark === null) onSent()
        else this.#say(this.#mark)
      })
    })
  }

  async #room(): Promise<void> {
    const { env } = this.#server
    await Promise.race([this.#server.released(this.#client), this.#abandoned])
    const { drained, unsent } = this.#client.output
    if (unsent > unsentMax && drained !== null) await Promise.race([drained, this.#abandoned])
    // Others get their turn.
    else await env.sleep(ns(0))
  }

  #say(bytes: ByteString): void {
    this.#client.output.exempt(bytes.length)
    this.#client.reply.out += bytes
    this.#server.spoke(this.#client)
  }
}
