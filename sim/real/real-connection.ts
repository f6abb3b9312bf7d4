// A stream of a program over one of Node's sockets. Reads are what the system hands over, in any split; of what nobody has
// read yet no more than a bound is taken from the system, so that the peer feels it.

import { Buffer } from 'node:buffer'
import type { Socket } from 'node:net'

import type { ExchangeStep } from './exchange.ts'
import { netError } from './net-errors.ts'
import { enter, hold } from './real-process.ts'
import { type Connection, NetError } from '../env.ts'
import type { NodeId } from '../event.ts'
import { HandOver, iterate } from '../net/index.ts'
import type { Process } from '../node/index.ts'

/** How many bytes wait for a program to read them before the socket is paused. */
const unreadMax = 256 * 1024
/** Writes beyond so many unsent bytes are refused: whoever does not await them has no bound otherwise. */
const unsentMax = 64 * 1024 * 1024

/** Who is at the other end. */
export interface Remote {
  readonly name: NodeId
  readonly port: number
}

/** A stream over a socket that is open, was made with `allowHalfOpen` and nobody has read from. */
export class RealConnection implements Connection {
  readonly remote: NodeId
  readonly remotePort: number
  readonly #process: Process
  readonly #socket: Socket
  readonly #chunks: HandOver<Uint8Array>
  readonly #drains: { readonly resolve: () => void; readonly reject: (error: Error) => void }[] = []
  readonly #onStep: (step: ExchangeStep) => void
  #unread = 0
  #isEnding = false
  #error: NetError | null = null

  /** `onStep` is told what passes. */
  constructor(
    process: Process,
    socket: Socket,
    { name, port }: Remote,
    onStep: (step: ExchangeStep) => void = () => undefined,
  ) {
    this.#onStep = onStep
    this.#process = process
    this.#socket = socket
    this.remote = name
    this.remotePort = port
    this.#chunks = new HandOver((bytes) => {
      this.#unread -= bytes.length
      if (this.#unread <= unreadMax / 2 && socket.isPaused()) socket.resume()
    })
    const forget = hold(process, (how) => {
      if (how === 'crash-reset') socket.resetAndDestroy()
      else socket.end(() => socket.destroy())
    })
    socket.setNoDelay(true)
    socket.on('data', (bytes: Buffer) => {
      enter(process, () => {
        this.#take(bytes)
      })
    })
    socket.on('end', () => {
      enter(process, () => {
        onStep({ kind: 'ended' })
        this.#chunks.close()
      })
    })
    socket.on('drain', () => {
      enter(process, () => {
        for (const { resolve } of this.#drains.splice(0)) resolve()
      })
    })
    socket.on('error', (error) => {
      enter(process, () => {
        this.#fail(netError(error, this.#about, 'ECONNRESET'))
      })
    })
    socket.on('close', () => {
      forget()
      enter(process, () => {
        this.#fail(new NetError('ECONNRESET', `${this.#about} is closed`))
      })
    })
  }

  read(): Promise<Uint8Array | null> {
    this.#process.check()
    return this.#chunks.take()
  }

  write(bytes: Uint8Array | string): Promise<void> {
    this.#process.check()
    const refusal = this.#whyNotWrite()
    if (refusal !== null) return Promise.reject(refusal)
    if (bytes.length === 0) return Promise.resolve()
    // Copied: the socket keeps what it is given until the system has taken it.
    const copy = Buffer.from(bytes as Uint8Array)
    this.#onStep({ kind: 'sent', bytes: copy })
    if (this.#socket.write(copy)) return Promise.resolve()
    return new Promise((resolve, reject) => {
      this.#drains.push({ resolve, reject })
    })
  }

  end(): void {
    this.#process.check()
    if (this.#error !== null || this.#isEnding) return
    this.#isEnding = true
    this.#socket.end()
  }

  reset(): void {
    this.#process.check()
    if (this.#error !== null) return
    this.#socket.resetAndDestroy()
    this.#fail(new NetError('ECONNRESET', `${this.#about} was reset by this end`))
  }

  [Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    return iterate(() => this.read())
  }

  #take(bytes: Uint8Array): void {
    this.#onStep({ kind: 'received', bytes })
    this.#unread += bytes.length
    this.#chunks.put(bytes)
    if (this.#unread > unreadMax) this.#socket.pause()
  }

  #fail(error: NetError): void {
    this.#error ??= error
    this.#chunks.close(this.#error)
    for (const { reject } of this.#drains.splice(0)) reject(this.#error)
  }

  #whyNotWrite(): NetError | null {
    if (this.#error !== null) return new NetError(this.#error.code, `write to ${this.#about}, which broke`)
    if (this.#isEnding) return new NetError('EPIPE', `write to ${this.#about} after its end`)
    if (this.#socket.writableLength <= unsentMax) return null
    return new NetError('ENOBUFS', `more than ${unsentMax} bytes wait: await the writes`)
  }

  get #about(): string {
    return `stream to ${this.remote}:${this.remotePort}`
  }
}
