// Events read without parsing what only their kind has: for those who hand that on as it is written, out of a trace whose
// checksum has said that its bytes are those that were written.

import { Buffer } from 'node:buffer'

import type { Event } from '../event.ts'
import { eventProblem } from './event-shape.ts'
import { isFooter, lineLengthMax } from './trace-decoder.ts'
import { TraceError, quote } from './trace-error.ts'

/** What all events have of one event, and its own fields as JSON: an object, in UTF-8. */
export interface EventLine extends Pick<Event, 'seq' | 'at' | 'node' | 'kind' | 'cause'> {
  readonly own: Uint8Array
}

const [lineFeed, braceOpen, braceClose] = [10, 123, 125] as const
const empty = Buffer.alloc(0)
const noFields = Buffer.from('{}')
// Names that need escapes or are not ASCII, and numbers near 2^53, take the way over JSON.parse.
const name = '([ !#-\\[\\]-~]*)'
const number = '(0|[1-9]\\d{0,14})'
const startPattern = new RegExp(
  `^{"seq":${number},"at":${number},"node":"${name}","kind":"${name}","cause":${number}(?=,)`,
)
const startMax = 256
/** Every line ends with `,"digest":"01234567"}`. */
const digestStart = Buffer.from(',"digest":"')
const endLength = digestStart.length + 10

/** Decodes the events of one trace. */
export class EventLineDecoder {
  readonly #file: string
  #rest: Buffer = empty
  #line = 0
  #seq = 0
  #at = 0

  /** `file` is what errors name. */
  constructor(file: string) {
    this.#file = file
  }

  /** The seq of the last event. */
  get last(): number {
    return this.#seq
  }

  /** Takes the next bytes and returns the events that are complete. Throws a TraceError at what is no event. */
  push(chunk: Uint8Array): readonly EventLine[] {
    // A copy, as what is handed out are parts of it.
    const bytes = Buffer.concat([this.#rest, chunk])
    const lines: EventLine[] = []
    let start = 0
    for (let end = bytes.indexOf(lineFeed); end >= 0; end = bytes.indexOf(lineFeed, start)) {
      this.#line++
      if (this.#line > 1 && !isFooter(bytes, start, end)) lines.push(this.#take(bytes, start, end))
      start = end + 1
    }
    this.#rest = bytes.subarray(start)
    if (this.#rest.length > lineLengthMax)
      throw new TraceError(this.#file, this.#line + 1, 'a line too long', `at most ${lineLengthMax} bytes`)
    return lines
  }

  #take(bytes: Buffer, start: number, end: number): EventLine {
    const line = this.#cut(bytes, start, end) ?? this.#parsed(bytes.toString('utf8', start, end))
    this.#seq = line.seq
    this.#at = line.at
    return line
  }

  /** The event of a line that looks as they nearly all do. */
  #cut(bytes: Buffer, start: number, end: number): EventLine | null {
    const match = startPattern.exec(bytes.toString('latin1', start, Math.min(start + startMax, end)))
    const ownEnd = end - endLength
    if (match === null || !endsWithDigest(bytes, ownEnd)) return null
    const [seq, at, cause] = [Number(match[1]), Number(match[2]) as Event['at'], Number(match[5])]
    if (seq !== this.#seq + 1 || at < this.#at || cause >= seq) return null
    const own = ownFields(bytes, start + match[0].length, ownEnd)
    return { seq, at, node: match[3] ?? '', kind: match[4] as Event['kind'], cause, own }
  }

  #parsed(text: string): EventLine {
    const fields = parse(text)
    const problem =
      fields === null
        ? { got: quote(text), wanted: 'an event as one line of JSON' }
        : eventProblem(fields, this.#seq + 1, this.#at)
    if (problem !== null) throw new TraceError(this.#file, this.#line, problem.got, problem.wanted)
    const { seq, at, node, kind, cause, ...own } = fields as Partial<Event> as Event & { digest?: unknown }
    delete own.digest
    return { seq, at, node, kind, cause, own: Buffer.from(JSON.stringify(own)) }
  }
}

function endsWithDigest(bytes: Buffer, start: number): boolean {
  for (let place = 0; place < digestStart.length; place++)
    if (bytes[start + place] !== digestStart[place]) return false
  return true
}

/** The own fields of a line as an object, in the bytes of the line: the comma before them becomes its brace. */
function ownFields(bytes: Buffer, start: number, end: number): Uint8Array {
  if (start === end) return noFields
  bytes[start] = braceOpen
  bytes[end] = braceClose
  return bytes.subarray(start, end + 1)
}

function parse(text: string): { readonly [field: string]: unknown } | null {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' ? (value as { readonly [field: string]: unknown } | null) : null
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    return null
  }
}
