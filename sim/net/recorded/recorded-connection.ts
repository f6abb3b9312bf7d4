// One end of a byte stream whose other end is a recording.

import type { Connection, NetError, StreamEncoding, StreamReader } from '../../env.ts'
import type { Event, EventOf, NodeId } from '../../event.ts'
import type { Process, RecordedPort } from '../../node/index.ts'
import { HandOver, iterate } from '../hand-over.ts'
import { StreamErrors } from '../stream/stream-errors.ts'
import { copyOf } from '../written-bytes.ts'
import { bytesOf } from './bytes.ts'

/** What a program learns of a stream. */
export type StreamNews = EventOf<'stream-read' | 'stream-drain' | 'stream-ended' | 'stream-reset'>

/** What a connection is made of. */
export interface RecordedConnectionSpec {
  readonly process: Process
  readonly recorded: RecordedPort
  readonly stream: number
  readonly remote: NodeId
  readonly remotePort: number
  readonly unsentMax: number
}

interface WaitingWrite {
  readonly cause: number
  readonly resolve: () => void
  readonly reject: (error: Error) => void
}

/** A connection of a program that runs alone. */
export class RecordedConnection implements Connection {
  readonly remote: NodeId
  readonly remotePort: number
  readonly process: Process
  readonly #spec: RecordedConnectionSpec
  readonly #errors: StreamErrors
  readonly #chunks = new HandOver<Uint8Array>()
  #writes: WaitingWrite[] = []
  #written = 0
  #isEnding = false
  #error: NetError | null = null

  constructor(spec: RecordedConnectionSpec) {
    const { process, stream, remote, remotePort } = spec
    this.process = process
    this.remote = remote
    this.remotePort = remotePort
    this.#spec = spec
    this.#errors = new StreamErrors(stream, remote, remotePort)
  }

  read(): Promise<Uint8Array | null> {
    this.process.check()
    return this.#chunks.take()
  }

  readTo({ take, fail }: StreamReader): void {
    void this.read().then(take, fail)
  }

  write(bytes: Uint8Array | string, encoding?: StreamEncoding): Promise<void> {
    return this.send(bytes, encoding) ?? Promise.resolve()
  }

  send(bytes: Uint8Array | string, encoding?: StreamEncoding): Promise<void> | null {
    this.process.check()
    const copy = copyOf(bytes, encoding)
    const refusal = this.#whyNotWrite(copy.length)
    if (refusal !== null) return Promise.reject(refusal)
    if (copy.length === 0) return null
    const { due } = this.#spec.recorded
    const isFull = due?.kind === 'stream-write' && due.isFull === true
    const fields = { stream: this.#spec.stream, bytes: copy, ...(isFull ? { isFull } : {}) }
    const cause = this.process.machine.emit('stream-write', fields)
    this.process.check()
    this.#written += copy.length
    if (!isFull) return null
    return new Promise((resolve, reject) => {
      this.#writes.push({ cause, resolve, reject })
    })
  }

  end(): void {
    this.process.check()
    if (this.#error !== null || this.#isEnding) return
    this.process.machine.emit('stream-end', { stream: this.#spec.stream })
    this.process.check()
    this.#isEnding = true
  }

  reset(): void {
    this.process.check()
    if (this.#error !== null) return
    this.process.machine.emit('stream-reset', { stream: this.#spec.stream, why: 'own' })
    this.process.check()
    this.#close(this.#errors.reset())
  }

  [Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    return iterate(() => this.read())
  }

  /** Tells the program what it learnt when it was recorded; `cause` is the seq behind it. False when it is past that. */
  learn(news: StreamNews, cause: number): boolean {
    if (this.#error !== null || !this.process.isAlive) return false
    const { machine } = this.process
    const { stream } = this.#spec
    switch (news.kind) {
      case 'stream-read': {
        const bytes = bytesOf(news.bytes)
        machine.emitInput(news.kind, cause, { stream, bytes })
        if (this.process.isAlive) this.#chunks.put(bytes)
        return true
      }
      case 'stream-drain':
        machine.emitInput(news.kind, cause, { stream })
        if (this.process.isAlive) this.#drain(cause)
        return true
      case 'stream-ended':
        machine.emitInput(news.kind, cause, { stream })
        if (this.process.isAlive) this.#chunks.close()
        return true
      case 'stream-reset':
        machine.emitInput(news.kind, cause, { stream, why: news.why })
        if (this.process.isAlive) this.#close(this.#errors.broken(news.why))
        return true
    }
  }

  // A drain answers every write up to its cause.
  #drain(cause: number): void {
    const ready = this.#writes.filter((write) => write.cause <= cause)
    this.#writes = this.#writes.slice(ready.length)
    for (const { resolve } of ready) resolve()
  }

  #close(error: NetError): void {
    this.#error = error
    this.#chunks.close(error)
    for (const { reject } of this.#writes.splice(0)) reject(error)
  }

  #whyNotWrite(length: number): NetError | null {
    if (this.#error !== null) return this.#errors.writeBroken(this.#error)
    if (this.#isEnding) return this.#errors.writeEnded()
    const { recorded, unsentMax } = this.#spec
    // How much waited is not recorded, but that a write was refused shows in that there is none.
    const mayBeRefused = this.#written + length > unsentMax
    return mayBeRefused && recorded.due?.kind !== 'stream-write' ? this.#errors.full(unsentMax) : null
  }
}

/** Whether an event is what a program learns of a stream. */
export function isStreamNews(event: Event): event is StreamNews {
  return ['stream-read', 'stream-drain', 'stream-ended', 'stream-reset'].includes(event.kind)
}
