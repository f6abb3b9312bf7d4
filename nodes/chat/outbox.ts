// What waits for one client to read: a queue with a bound. Who reads too slowly loses the connection, not the server its memory,
// and nobody else any time; what they missed is in the history.

import { NetError } from '../../sim/index.ts'

/** Where texts go; resolves when there is room for more. */
export type WriteText = (text: string) => Promise<void>

/** Texts in their order. */
export class Outbox {
  readonly #write: WriteText
  readonly #sizeMax: number
  readonly #onFull: () => void
  readonly #waiting: string[] = []
  #size = 0
  #isBusy = false
  #isClosed = false
  readonly #onRoom: (() => void)[] = []

  constructor(write: WriteText, sizeMax: number, onFull: () => void) {
    this.#write = write
    this.#sizeMax = sizeMax
    this.#onFull = onFull
  }

  /** Sends a text when those before it are. Beyond the bound, `onFull` is called, and nothing more is taken. */
  put(text: string): void {
    if (this.#isClosed) return
    this.#waiting.push(text)
    this.#size += text.length
    // One alone may be larger: whoever asks for much at once waits for it before they ask for more.
    if (this.#size > this.#sizeMax && this.#size > text.length) {
      this.close()
      this.#onFull()
    } else if (!this.#isBusy) void this.#sendAll()
  }

  /** Resolves when no more than half of what may wait does, or nothing ever will again. */
  room(): Promise<void> {
    if (this.#isClosed || this.#size <= this.#sizeMax / 2) return Promise.resolve()
    return new Promise((resolve) => {
      this.#onRoom.push(resolve)
    })
  }

  /** Forgets what waits, and takes nothing more. */
  close(): void {
    this.#isClosed = true
    this.#waiting.length = 0
    this.#size = 0
    this.#tellRoom()
  }

  async #sendAll(): Promise<void> {
    this.#isBusy = true
    try {
      for (let text = this.#waiting.shift(); text !== undefined; text = this.#waiting.shift()) {
        await this.#write(text)
        this.#size = Math.max(0, this.#size - text.length)
        if (this.#size <= this.#sizeMax / 2) this.#tellRoom()
      }
    } catch (error) {
      // Whoever reads from the connection learns it too.
      if (!(error instanceof NetError)) throw error
      this.close()
    } finally {
      this.#isBusy = false
      this.#tellRoom()
    }
  }

  #tellRoom(): void {
    for (const resolve of this.#onRoom.splice(0)) resolve()
  }
}
