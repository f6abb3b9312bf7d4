// The body of a request on its way to back-ends: as long as it is short, it can be sent again.

/** How much of a body that no back-end wants any more is read over before the client is cut off. */
const unwantedMax = 1024 * 1024

/** The body of one request, read once from the client and as often as is needed from here. */
export class RequestBody {
  readonly #iterator: AsyncIterator<Uint8Array>
  readonly #keptMax: number
  readonly #kept: Uint8Array[] = []
  #keptBytes = 0
  #isKept = true
  #count = 0
  #isDone = false
  #error: Error | null = null
  #isBegun = false
  #coming: Promise<Uint8Array | null> | null = null

  constructor(body: AsyncIterable<Uint8Array>, keptMax: number) {
    this.#iterator = body[Symbol.asyncIterator]()
    this.#keptMax = keptMax
  }

  /** Whether it can be sent from its beginning: all that was read of it is here. */
  get isRepeatable(): boolean {
    return this.#isKept
  }

  /** Whether something is asked of the client that has not come, or more may have to be. */
  get isUnfinished(): boolean {
    return this.#isBegun && !this.#isDone
  }

  /** What went wrong with the client while it was read; null when nothing did. */
  get error(): Error | null {
    return this.#error
  }

  /** The piece at a place; null after the last one. Those before it may be asked for only while it is repeatable. */
  async piece(place: number): Promise<Uint8Array | null> {
    if (place < this.#count) {
      const kept = this.#kept[place]
      if (kept === undefined) throw new Error('a part of a body that was not kept')
      return kept
    }
    if (this.#isDone) return null
    // One who asked before may have been given up meanwhile: what it waits for comes to who is here now.
    this.#coming ??= this.#read()
    return this.#coming
  }

  /** Reads over what is left, which nobody wants. Rejects when that is too much, or the client broke. */
  async drain(): Promise<void> {
    this.#keepNothing()
    for (let left = unwantedMax; !this.#isDone;) {
      left -= (await this.piece(this.#count))?.length ?? 0
      if (left < 0) throw new Error(`more than ${unwantedMax} bytes of a body that nobody wants`)
    }
  }

  async #read(): Promise<Uint8Array | null> {
    this.#isBegun = true
    try {
      const { value, done } = await this.#iterator.next()
      this.#coming = null
      if (done === true) {
        this.#isDone = true
        return null
      }
      this.#keep(value)
      return value
    } catch (error) {
      this.#isDone = true
      this.#error = error instanceof Error ? error : new Error(String(error))
      throw error
    }
  }

  #keep(bytes: Uint8Array): void {
    this.#count++
    if (!this.#isKept) return
    this.#keptBytes += bytes.length
    if (this.#keptBytes > this.#keptMax) this.#keepNothing()
    else this.#kept.push(bytes)
  }

  #keepNothing(): void {
    this.#isKept = false
    this.#kept.length = 0
  }
}
