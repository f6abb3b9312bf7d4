// What stands around a start line: the empty lines that may come before it (RFC 9112, section 2.2), and its end.

import type { Buffer } from 'node:buffer'

import { carriageReturn, lineEndAt, lineFeed, takeLineFeed } from './characters.ts'
import type { Leniency } from './codec-options.ts'

/** Goes through the bytes around a line, and hands those within it on. */
export class LineFrame {
  readonly #leniency: Leniency
  #place: 'before' | 'before-feed' | 'within' | 'feed' | 'behind' = 'before'

  constructor(leniency: Leniency) {
    this.#leniency = leniency
  }

  get isDone(): boolean {
    return this.#place === 'behind'
  }

  /** Whether anything but empty lines has come. */
  get isBegun(): boolean {
    return this.#place !== 'before'
  }

  /** Takes bytes from a place on, and returns where it stopped. `within` does so for those of the line, until it calls `end`. */
  read(bytes: Buffer, start: number, within: (bytes: Buffer, at: number) => number): number {
    let at = start
    while (at < bytes.length && this.#place !== 'behind') {
      if (this.#place === 'within') at = within(bytes, at)
      else if (this.#place === 'before') at = this.#begin(bytes[at] as number, at)
      else {
        this.#place = this.#place === 'feed' ? 'behind' : 'before'
        at = takeLineFeed(bytes, at, this.#leniency.bareCarriageReturn)
      }
    }
    return at
  }

  /** Ends the line at a byte, and returns where it goes on; null where no line ends there. */
  end(byte: number, at: number): number | null {
    const end = lineEndAt(byte, this.#leniency.bareLineFeed)
    if (end === null) return null
    this.#place = end === 'cr' ? 'feed' : 'behind'
    return at + 1
  }

  #begin(byte: number, at: number): number {
    if (byte !== carriageReturn && byte !== lineFeed) {
      this.#place = 'within'
      return at
    }
    if (lineEndAt(byte, this.#leniency.bareLineFeed) === 'cr') this.#place = 'before-feed'
    return at + 1
  }
}
