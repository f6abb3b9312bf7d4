// The messages that came and were not received yet, by one who takes them, with a bound beyond which no more are read.

/** A message of an application. */
export type WebSocketMessage =
  { readonly kind: 'text'; readonly text: string } | { readonly kind: 'binary'; readonly bytes: Uint8Array }

/** Each costs memory, however short. */
const messageOverhead = 64

/** Messages in their order. */
export class MessageInbox {
  readonly #sizeMax: number
  readonly #waiting: WebSocketMessage[] = []
  #size = 0
  #isEnded = false
  #isAbandoned = false
  #taker: ((message: WebSocketMessage | null) => void) | null = null
  #roomMaker: (() => void) | null = null

  constructor(sizeMax: number) {
    this.#sizeMax = sizeMax
  }

  put(message: WebSocketMessage): void {
    if (this.#isEnded || this.#isAbandoned) return
    if (this.#taker !== null) {
      this.#taker(message)
      this.#taker = null
      return
    }
    this.#waiting.push(message)
    this.#size += sizeOf(message)
  }

  take(): Promise<WebSocketMessage | null> {
    const message = this.#waiting.shift()
    if (message !== undefined) {
      this.#size -= sizeOf(message)
      this.#makeRoom()
      return Promise.resolve(message)
    }
    if (this.#isEnded || this.#isAbandoned) return Promise.resolve(null)
    return new Promise((resolve) => {
      this.#taker = resolve
    })
  }

  /** Resolves when there is room for another message. */
  room(): Promise<void> {
    if (this.#isEnded || this.#size < this.#sizeMax) return Promise.resolve()
    return new Promise((resolve) => {
      this.#roomMaker = resolve
    })
  }

  /** No more will come. */
  end(): void {
    this.#isEnded = true
    this.#taker?.(null)
    this.#taker = null
    this.#makeRoom()
  }

  /** Nobody wants what there is, or comes. */
  abandon(): void {
    this.#isAbandoned = true
    this.#waiting.length = 0
    this.#size = 0
    this.#taker?.(null)
    this.#taker = null
    this.#makeRoom()
  }

  #makeRoom(): void {
    if (!this.#isEnded && this.#size >= this.#sizeMax) return
    this.#roomMaker?.()
    this.#roomMaker = null
  }
}

function sizeOf(message: WebSocketMessage): number {
  return messageOverhead + (message.kind === 'text' ? message.text.length : message.bytes.length)
}
