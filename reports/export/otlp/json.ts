// The pieces of OTLP/JSON (opentelemetry.io/docs/specs/otlp, "JSON Protobuf Encoding"): ids in hexadecimal, enumerations as
// numbers, 64-bit numbers as text. Written by hand, because most of a line's time would go into building objects.

import { createHash } from 'node:crypto'

import type { TraceHeader } from '../../../sim/index.ts'
import { utf8Json } from '../safe-text.ts'

/** One attribute. */
export function attribute(key: string, value: string | number): string {
  const typed = typeof value === 'string' ? `"stringValue":${utf8Json(value)}` : `"intValue":"${value}"`
  return `{"key":"${key}","value":{${typed}}}`
}

/** The ids of a run (W3C Trace Context, 3.2.2): a trace's is a hash of the run and the seq of its first event. */
export class Ids {
  readonly #run: string

  constructor(header: TraceHeader) {
    const hash = createHash('sha256').update(JSON.stringify(header)).digest('hex').slice(0, 16)
    this.#run = /^0+$/.test(hash) ? hash.replace(/0$/, '1') : hash
  }

  trace(root: number): string {
    return this.#run + span(root)
  }
}

/** Numbers of three hexadecimal digits. */
const digits = Array.from({ length: 4096 }, (_, number) => number.toString(16).padStart(3, '0'))

/** The id of the span that began with an event: its seq, which has 32 bits at the most, in 16 digits. */
export function span(seq: number): string {
  return `0000000${digits[seq >>> 24]}${digits[(seq >>> 12) & 4095]}${digits[seq & 4095]}`
}

/** Instants as nanoseconds since 1970, of which virtual time 0 is `epoch` seconds. */
export class WallTime {
  readonly #epoch: number
  /** The last that was asked for: what happens at one instant stands together. */
  #last = { at: Number.NaN, text: '' }

  constructor(epoch: number) {
    this.#epoch = epoch
  }

  /** As text: a double does not hold such numbers. */
  text(at: number): string {
    if (at !== this.#last.at) this.#last = { at, text: this.#write(at) }
    return this.#last.text
  }

  #write(at: number): string {
    const nanoseconds = at % 1e9
    const seconds = this.#epoch + (at - nanoseconds) / 1e9
    return seconds === 0 ? String(nanoseconds) : `${seconds}${String(nanoseconds).padStart(9, '0')}`
  }
}
