// A stream of a program over one of Node's sockets. Reads are what the system hands over, in any split; of what nobody has
// read yet no more than a bound is taken from the system, so that the peer feels it. Writes are gathered until the end of the
// turn of the event loop, or until they are many bytes.

import type { Buffer } from 'node:buffer'
import type { Socket } from 'node:net'

import { breakOff } from './break-off.ts'
import { endSoon } from './end-soon.ts'
import type { WhatPassed } from './exchange.ts'
import { netError } from './net-errors.ts'
import { enter, hold } from './real-process.ts'
import { leaveAtTurnEnd } from './turn-end.ts'
import { type Connection, NetError, type StreamEncoding, type StreamReader } from '../env.ts'
import type { NodeId } from '../event.ts'
import { copyOf, HandOver, iterate } from '../net/index.ts'
import type { EndOf, Process } from '../node/index.ts'

/** How many bytes wait for a program to read them before the socket is paused. */
const unreadMax = 256 * 1024
/** So many bytes are gathered before they leave. */
const gatheredMax = 16 * 1024
/** Writes beyond so many unsent bytes are refused: whoever does not await them has no bound otherwise. */
const unsentMax = 64 * 1024 * 1024

const done = Promise.resolve()

/** Who is at the other end. */
export interface Remote {
  readonly name: NodeId
  readonly port: number
}

/** A stream over a socket that is open, was made with `allowHalfOpen` and nobody has read from. */
export class RealConnection implements Connection {
  readonly remote: NodeId
  readonly remotePort: number
  readonly local: Connection['local']
  readonly #process: Process
  readonly #socket: Socket
  readonly #chunks: HandOver<Uint8Array>
  readonly #drains: { readonly resolve: () => void; readonly reject: (error: Error) => void }[] = []
  readonly #onStep: ((step: WhatPassed) => void) | null
  #unread = 0
  /** What leaves at the end of the turn: bytes, or text of which each character is one. Empty where nothing does. */
  #gathered: (Uint8Array | string)[] = []
  #gatheredLength = 0
  #isEnding = false
  #error: NetError | null = null

  /** `onStep` is told what passes. */
  constructor(
    process: Process,
    socket: Socket,
    { name, port }: Remote,
    onStep: ((step: WhatPassed) => void) | null = null,
  ) {
    this.#onStep = onStep
    this.#process = process
    this.#socket = socket
    this.remote = name
    this.remotePort = port
    this.local = localEnd(socket)
    this.#chunks = new HandOver((bytes) => {
      this.#unread -= bytes.length
      if (this.#unread <= unreadMax / 2 && socket.isPaused()) socket.resume()
    })
    const forget = hold(process, (how) => {
      this.#letGo(how)
    })
    socket.setNoDelay(true)
    socket.on('data', (bytes: Buffer) => {
      enter(process, () => {
        this.#take(bytes)
      })
    })
    socket.on('end', () => {
      enter(process, () => {
        onStep?.({ kind: 'ended' })
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

  readTo(reader: StreamReader): void {
    this.#process.check()
    this.#chunks.takeTo(reader)
  }

  write(bytes: Uint8Array | string, encoding?: StreamEncoding): Promise<void> {
    return this.send(bytes, encoding) ?? done
  }

  send(bytes: Uint8Array | string, encoding?: StreamEncoding): Promise<void> | null {
    this.#process.check()
    const refusal = this.#whyNotWrite()
    if (refusal !== null) return Promise.reject(refusal)
    if (bytes.length === 0) return null
    if (this.#onStep !== null) this.#onStep({ kind: 'sent', bytes: copyOf(bytes, encoding) })
    // Copied: the socket keeps what it is given until the system has taken it. Text is never changed.
    this.#gather(typeof bytes === 'string' && encoding === 'latin1' ? bytes : copyOf(bytes, encoding))
    if (this.#gatheredLength < gatheredMax && !this.#socket.writableNeedDrain) return null
    this.leave()
    if (!this.#socket.writableNeedDrain) return null
    return new Promise((resolve, reject) => {
      this.#drains.push({ resolve, reject })
    })
  }

  end(): void {
    this.#process.check()
    if (this.#error !== null || this.#isEnding) return
    this.#isEnding = true
    this.leave()
    this.#socket.end()
  }

  reset(): void {
    this.#process.check()
    if (this.#error !== null) return
    breakOff(this.#socket)
    this.#fail(new NetError('ECONNRESET', `${this.#about} was reset by this end`))
  }

  [Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    return iterate(() => this.read())
  }

  /** Gives the socket what was gathered. */
  leave(): void {
    const parts = this.#gathered
    if (parts.length === 0) return
    this.#gathered = []
    this.#gatheredLength = 0
    const socket = this.#socket
    if (socket.destroyed) return
    if (parts.length > 1) socket.cork()
    for (const part of parts) socket.write(part, 'latin1')
    if (parts.length > 1) socket.uncork()
  }

  /**
   * The program has ended: after a crash, a failure, or where it left something unread, the peer hears a reset, as from any kernel.
   * Otherwise what was written leaves, and then the end.
   */
  #letGo(how: EndOf): void {
    const isClean = (how === 'stop' || how === 'exit') && this.#unread === 0
    if (!isClean) return breakOff(this.#socket)
    this.leave()
    endSoon(this.#socket)
  }

  #gather(part: Uint8Array | string): void {
    const parts = this.#gathered
    const last = parts.length - 1
    if (last < 0) leaveAtTurnEnd(this)
    this.#gatheredLength += part.length
    const before = parts[last]
    if (typeof part === 'string' && typeof before === 'string') parts[last] = before + part
    else parts.push(part)
  }

  #take(bytes: Uint8Array): void {
    this.#onStep?.({ kind: 'received', bytes })
    this.#unread += bytes.length
    this.#chunks.put(bytes)
    if (this.#unread > unreadMax) this.#socket.pause()
  }

  #fail(error: NetError): void {
    this.#error ??= error
    this.#gathered = []
    this.#gatheredLength = 0
    this.#chunks.close(this.#error)
    for (const { reject } of this.#drains.splice(0)) reject(this.#error)
  }

  #whyNotWrite(): NetError | null {
    if (this.#error !== null) return new NetError(this.#error.code, `write to ${this.#about}, which broke`)
    if (this.#isEnding) return new NetError('EPIPE', `write to ${this.#about} after its end`)
    if (this.#socket.writableLength + this.#gatheredLength <= unsentMax) return null
    return new NetError('ENOBUFS', `more than ${unsentMax} bytes wait: await the writes`)
  }

  get #about(): string {
    return `stream to ${this.remote}:${this.remotePort}`
  }
}

/** This end's address; none where it is gone, or is a Unix socket's. */
function localEnd({ localAddress, localPort }: Socket): Connection['local'] {
  if (localAddress === undefined || localPort === undefined) return undefined
  return { host: localAddress.replace(/^::ffff:/, ''), port: localPort }
}
