// Inflates what a peer compressed (permessage-deflate, RFC 7692), one message after the other, each in slices of bounded work.

import type { DeflateDirection } from './deflate.ts'
import { Inflation } from './inflation.ts'
import { InflationWindow } from './inflation-window.ts'

/** Inflates the messages of one direction, in their order. */
export class MessageInflater {
  readonly #window: InflationWindow
  #begun: Inflation | null = null

  constructor({ isContextless, windowBits }: DeflateDirection) {
    this.#window = new InflationWindow(isContextless ? 0 : 1 << windowBits)
  }

  /** Begins a message of a compressed payload, which may inflate to `max` bytes. The one before has to be over. */
  begin(payload: Uint8Array, max: number): void {
    this.#begun = new Inflation(payload, this.#window, max)
  }

  /**
   * Works on the message that was begun, for some two milliseconds: the message once it is whole, else null. Throws a WebSocketError
   * when the payload is damaged, is larger than it may be, or has blocks that serve nothing but to cost work; after that nothing is
   * to be inflated any more.
   */
  next(): Uint8Array | null {
    const message = this.#begun?.next() ?? null
    if (message !== null) this.#begun = null
    return message
  }
}
