// Commands of an append-only file: RESP arrays of bulk strings, with annotations (lines that begin with #) between them.
// Bytes in, units out: a unit is a command, or a transaction from MULTI to EXEC, which takes effect whole or not at all.

import { ByteSource, BytesMissing } from '../bytes/byte-source.ts'
import { type BatchLine, isWhole, parseBatchLine } from './batch.ts'
import type { ByteString } from '../../value.ts'

/** Commands that belong together; `end` is where the next unit begins. */
export interface AofUnit {
  readonly commands: readonly (readonly ByteString[])[]
  readonly end: number
}

/** Bounds of what is read. */
export interface AofReaderOptions {
  /** Where the first byte stands in its file. Default 0. */
  readonly offset?: number
  /** The longest unit, in bytes. A longer one is an error. Default 1 GiB. */
  readonly unitMax?: number
}

const argumentsMax = 1_048_576
const bulkMax = 536_870_888
const unitMaxDefault = 1_073_741_824
const annotationMax = 1024

/** Reads the commands of one file. */
export class AofReader {
  readonly #unitMax: number
  #buffered: Buffer = Buffer.alloc(0)
  #parts: Buffer[] = []
  #partBytes = 0
  #needed = 1
  #offset: number
  #validUpTo: number
  #transaction: (readonly ByteString[])[] | null = null
  #batchEnd = 0
  #hasBatches = false

  constructor(options: AofReaderOptions = {}) {
    this.#offset = options.offset ?? 0
    this.#validUpTo = this.#offset
    this.#unitMax = options.unitMax ?? unitMaxDefault
  }

  /** Where the last whole unit (or annotation after it) ends. */
  get validUpTo(): number {
    return this.#validUpTo
  }

  /** Whether all that was given is whole units. */
  get isComplete(): boolean {
    return this.#transaction === null && this.#buffered.length + this.#partBytes === 0
  }

  /** Whether the file was written in batches (batch.ts) at the place where reading stopped. */
  get isInBatches(): boolean {
    return this.#hasBatches && this.#validUpTo <= this.#batchEnd
  }

  /** Takes the next bytes; the units that they complete. Throws a RedisFileError, after which nothing more is read. */
  *push(bytes: Uint8Array): Generator<AofUnit, void, undefined> {
    this.#parts.push(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))
    this.#partBytes += bytes.length
    if (this.#buffered.length + this.#partBytes >= this.#needed) yield* this.#readAll()
  }

  /** To be called when there are no more bytes: the last units. What then is not complete is a torn tail. */
  *finish(): Generator<AofUnit, void, undefined> {
    yield* this.#readAll()
  }

  *#readAll(): Generator<AofUnit, void, undefined> {
    this.#buffered = Buffer.concat([this.#buffered, ...this.#parts])
    this.#parts = []
    this.#partBytes = 0
    const source = new ByteSource(this.#buffered, { offset: this.#offset, isPart: true })
    let taken = 0
    try {
      while (source.left > 0) {
        const command = source.peek() === hash ? this.#readAnnotation(source) : readCommand(source)
        taken = source.place
        const unit = this.#unitOf(command, source)
        if (this.#transaction === null) this.#validUpTo = source.offset
        if (unit !== null) yield unit
      }
      this.#needed = 1
    } catch (error) {
      if (!(error instanceof BytesMissing)) throw error
      this.#wait(source, error.needed - taken, taken)
    } finally {
      this.#buffered = this.#buffered.subarray(taken)
      this.#offset += taken
    }
  }

  #wait(source: ByteSource, needed: number, taken: number): void {
    if (needed > this.#unitMax)
      throw source.wrong(`a command of ${needed} bytes`, `at most ${this.#unitMax}`, taken)
    const have = this.#buffered.length - taken
    this.#needed = Math.max(needed, Math.min(have * 2, this.#unitMax))
  }

  #readAnnotation(source: ByteSource): null {
    const start = source.place
    const text = source.line(annotationMax)
    const line = parseBatchLine(text)
    if (line === null) {
      // The line of a batch may itself be torn: it must not pass for an annotation, and the batch not go unread.
      if (text.startsWith('#BATCH') || !/^#[\x20-\x7e]*\r?\n$/.test(text))
        throw source.wrong(JSON.stringify(text), 'an annotation', start)
      return null
    }
    const offset = source.offset - (source.place - start)
    if (line.offset !== offset) throw source.wrong(`a batch at ${line.offset}`, `one at ${offset}`, start)
    this.#hasBatches = true
    this.#batchEnd = source.offset + line.length
    this.#check(source, line, start)
    return null
  }

  #check(source: ByteSource, line: BatchLine, start: number): void {
    const place = source.place
    const bytes = source.bytes(line.length)
    source.place = place
    if (!isWhole(line, bytes)) throw source.wrong('another checksum', "that of the batch's bytes", start)
  }

  #unitOf(command: readonly ByteString[] | null, source: ByteSource): AofUnit | null {
    if (command === null) return null
    const name = (command[0] ?? '').toLowerCase()
    if (name === 'multi') {
      if (this.#transaction !== null) throw source.wrong('MULTI inside of MULTI', 'EXEC')
      this.#transaction = []
      return null
    }
    if (name === 'exec') {
      const commands = this.#transaction
      if (commands === null) throw source.wrong('EXEC without MULTI', 'MULTI')
      this.#transaction = null
      return { commands, end: source.offset }
    }
    if (this.#transaction === null) return { commands: [command], end: source.offset }
    this.#transaction.push(command)
    if (source.offset - this.#validUpTo > this.#unitMax)
      throw source.wrong('a longer transaction', `one of at most ${this.#unitMax} bytes`)
    return null
  }
}

const hash = 35
const numberMax = 16

function readCommand(source: ByteSource): readonly ByteString[] {
  const count = readCount(source, '*', argumentsMax)
  if (count < 1) throw source.wrong('a command without name', 'at least one argument')
  const args: ByteString[] = []
  for (let place = 0; place < count; place++) {
    args.push(source.text(readCount(source, '$', bulkMax)))
    const end = source.place
    if (source.byte() !== 13 || source.byte() !== 10)
      throw source.wrong('more bytes', 'the end of an argument', end)
  }
  return args
}

function readCount(source: ByteSource, kind: '*' | '$', max: number): number {
  const start = source.place
  const line = source.line(numberMax)
  const count = Number(/^[*$](\d+)\r\n$/.exec(line)?.[1] ?? NaN)
  if (line[0] !== kind || !(count <= max))
    throw source.wrong(JSON.stringify(line), `${kind} and a number up to ${max}`, start)
  return count
}
