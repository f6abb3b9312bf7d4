// One end of a byte stream as the program sees it. What the program has to learn reaches it one thing a step, each as an
// event: room for more writes, bytes, the peer's end, a failure.

import type { StreamEnd, StreamFailure, StreamListener } from './stream-end.ts'
import { StreamErrors } from './stream-errors.ts'
import type { Connection, NetError, StreamEncoding, StreamReader } from '../../env.ts'
import type { NodeId } from '../../event.ts'
import type { Process } from '../../node/index.ts'
import { type Instant, ms } from '../../time.ts'
import { HandOver, iterate } from '../hand-over.ts'
import { deliverInput, type ProgramInput } from '../program-input.ts'
import { copyOf } from '../written-bytes.ts'

interface WaitingWrite {
  /** How many bytes were written up to and with this write. */
  readonly upTo: number
  readonly cause: number
  readonly resolve: () => void
  readonly reject: (error: Error) => void
}

/** A connection of a program. */
export class SimConnection implements Connection, ProgramInput, StreamListener {
  readonly remotePort: number
  readonly #end: StreamEnd
  readonly #chunks: HandOver<Uint8Array>
  #writes: WaitingWrite[] = []
  #written = 0
  #isStarted = false
  #isTelling = false
  #isEndTold = false
  /** Why there is nothing more to do with it, once the program knows. */
  #error: NetError | null = null

  constructor(end: StreamEnd, remotePort: number) {
    this.#end = end
    this.remotePort = remotePort
    this.#chunks = new HandOver((bytes) => {
      end.hasRead(bytes.length)
    })
    end.listener = this
  }

  get remote(): NodeId {
    return this.#end.link.target.node
  }

  // ---- what the program does

  read(): Promise<Uint8Array | null> {
    this.#process.check()
    return this.#chunks.take()
  }

  readTo({ take, fail }: StreamReader): void {
    // After what this step does besides: it may have more to tell.
    void this.read().then(take, fail)
  }

  write(bytes: Uint8Array | string, encoding?: StreamEncoding): Promise<void> {
    return this.send(bytes, encoding) ?? Promise.resolve()
  }

  send(bytes: Uint8Array | string, encoding?: StreamEncoding): Promise<void> | null {
    const process = this.#process
    process.check()
    const copy = copyOf(bytes, encoding)
    const refusal = this.#whyNotWrite(copy.length)
    if (refusal !== null) return Promise.reject(refusal)
    if (copy.length === 0) return null
    const isFull = !this.#hasRoomFor(this.#written + copy.length)
    const fields = { stream: this.#end.stream, bytes: copy, ...(isFull ? { isFull } : {}) }
    const cause = process.machine.emit('stream-write', fields)
    process.check()
    this.#written += copy.length
    this.#end.write(copy, cause)
    if (!isFull) return null
    return new Promise((resolve, reject) => {
      this.#writes.push({ upTo: this.#written, cause, resolve, reject })
    })
  }

  end(): void {
    const process = this.#process
    process.check()
    if (this.#error !== null || this.#end.sender.isEnding) return
    const cause = process.machine.emit('stream-end', { stream: this.#end.stream })
    process.check()
    this.#end.end(cause)
  }

  reset(): void {
    const process = this.#process
    process.check()
    if (this.#error !== null) return
    const cause = process.machine.emit('stream-reset', { stream: this.#end.stream, why: 'own' })
    process.check()
    this.#end.abort(cause)
    this.#close(this.#errors.reset())
  }

  [Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    return iterate(() => this.read())
  }

  // ---- what the program learns

  /** The program has it in its hands. */
  pickUp(): void {
    this.#end.isTaken = true
  }

  /** The program will never have it: the peer is told. */
  abandon(): void {
    this.#end.abort(this.#end.simulation.log.cause)
  }

  /** From the next step on the program is told what happens: in this one it gets the connection. */
  start(): void {
    this.#isStarted = true
    this.#tellAt(this.#end.simulation.now)
  }

  opened(): void {}

  news(): void {
    if (!this.#isStarted || this.#isTelling || !this.#hasNews()) return
    this.#isTelling = true
    deliverInput(this.#process, this, 0, 0)
  }

  run(): void {
    this.#isTelling = false
    if (this.#writes.length > 0 && this.#hasRoomFor(this.#firstWaiting)) this.#tellRoom()
    else if (this.#error !== null) return
    else if (this.#end.receiver.ready > 0) this.#tellBytes()
    else if (this.#isEndUntold) this.#tellEnd()
    else if (this.#end.failure !== null) this.#tellFailure(this.#end.failure)
    this.#tellSoon()
  }

  dropped(_cause: number, why: 'node-down' | 'inbox-full'): void {
    this.#isTelling = false
    // The bytes are acknowledged and may not be lost: try again when the node has taken some of what waits.
    if (why === 'inbox-full') this.#tellAt((this.#end.simulation.now + ms(1)) as Instant)
  }

  #tellSoon(): void {
    if (this.#hasNews()) this.#tellAt(this.#end.simulation.now)
  }

  #tellAt(at: Instant): void {
    const { simulation } = this.#end
    this.#isTelling = true
    simulation.schedule(at, tellNext, this, undefined, 0, simulation.log.cause)
  }

  /** The record of `#tellAt` has come up. */
  tellNext(): void {
    this.#isTelling = false
    this.news()
  }

  #hasNews(): boolean {
    if (this.#error !== null || !this.#process.isAlive) return false
    const { receiver, failure } = this.#end
    if (receiver.ready > 0 || this.#isEndUntold || failure !== null) return true
    return this.#writes.length > 0 && this.#hasRoomFor(this.#firstWaiting)
  }

  #tellRoom(): void {
    const ready = this.#writes.filter(({ upTo }) => this.#hasRoomFor(upTo))
    this.#writes = this.#writes.slice(ready.length)
    const cause = ready.at(-1)?.cause ?? 0
    this.#process.machine.emitInput('stream-drain', cause, { stream: this.#end.stream })
    if (this.#process.isAlive) for (const { resolve } of ready) resolve()
  }

  #tellBytes(): void {
    const { bytes, cause } = this.#end.receiver.takeReady()
    this.#process.machine.emitInput('stream-read', cause, { stream: this.#end.stream, bytes })
    if (this.#process.isAlive) this.#chunks.put(bytes)
  }

  #tellEnd(): void {
    this.#isEndTold = true
    const cause = this.#end.receiver.endCause ?? 0
    this.#process.machine.emitInput('stream-ended', cause, { stream: this.#end.stream })
    if (this.#process.isAlive) this.#chunks.close()
  }

  #tellFailure({ why, cause }: StreamFailure): void {
    this.#process.machine.emitInput('stream-reset', cause, { stream: this.#end.stream, why })
    if (this.#process.isAlive) this.#close(this.#errors.broken(why))
  }

  #close(error: NetError): void {
    this.#error = error
    this.#chunks.close(error)
    for (const { reject } of this.#writes.splice(0)) reject(error)
  }

  get #isEndUntold(): boolean {
    return !this.#isEndTold && this.#end.receiver.endCause !== null
  }

  get #firstWaiting(): number {
    return this.#writes[0]?.upTo ?? 0
  }

  #hasRoomFor(upTo: number): boolean {
    const { sender, profile } = this.#end
    return upTo - (this.#written - sender.backlog) <= profile.window
  }

  #whyNotWrite(length: number): NetError | null {
    if (this.#error !== null) return this.#errors.writeBroken(this.#error)
    const { sender, profile } = this.#end
    if (sender.isEnding) return this.#errors.writeEnded()
    return sender.backlog + length <= profile.unsentMax ? null : this.#errors.full(profile.unsentMax)
  }

  get #errors(): StreamErrors {
    return new StreamErrors(this.#end.stream, this.remote, this.remotePort)
  }

  get #process(): Process {
    return this.#end.process
  }
}

function tellNext(connection: SimConnection): void {
  connection.tellNext()
}
