// Where the network leaves things for a program that takes them one by one: what comes early waits, and so does who
// comes early.

/** Who waits for a thing: told with null at the end, or with the error. */
export interface Taker<T> {
  readonly take: (item: T | null) => void
  readonly fail: (error: Error) => void
}

/** A queue of things and of promises that wait for them. */
export class HandOver<T> implements AsyncIterable<T> {
  readonly #onTaken: (item: T) => void
  #items: T[] = []
  #head = 0
  readonly #takers: Taker<T>[] = []
  #isClosed = false
  #error: Error | null = null

  /** `onTaken` is called with each thing when it passes into the program's hands. */
  constructor(onTaken: (item: T) => void = () => {}) {
    this.#onTaken = onTaken
  }

  /** How many things wait. */
  get length(): number {
    return this.#items.length - this.#head
  }

  /** Hands a thing over. */
  put(item: T): void {
    const taker = this.#takers.shift()
    if (taker === undefined) this.#items.push(item)
    else {
      this.#onTaken(item)
      taker.take(item)
    }
  }

  /** Nothing more will come: what waits can still be taken, then null, or the error. */
  close(error: Error | null = null): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#error = error
    for (const taker of this.#takers.splice(0)) settleEnd(taker, error)
  }

  /** Empties the queue; returns what was in it. */
  clear(): readonly T[] {
    const rest = this.#items.slice(this.#head)
    this.#items = []
    this.#head = 0
    return rest
  }

  /** The next thing; null at the end. Rejects with the error with which the queue was closed. */
  take(): Promise<T | null> {
    const item = this.#items[this.#head]
    if (item !== undefined) {
      this.#head++
      // What was taken is let go also where something always waits; by halves, so that it costs next to nothing.
      if (this.#head * 2 >= this.#items.length) this.#forgetTaken()
      this.#onTaken(item)
      return Promise.resolve(item)
    }
    return new Promise((take, fail) => {
      const taker = { take, fail }
      if (this.#isClosed) settleEnd(taker, this.#error)
      else this.#takers.push(taker)
    })
  }

  /** Tells the taker of the next thing: when it is put, or, where it waits already or there is none, after this step of code. */
  takeTo(taker: Taker<T>): void {
    if (this.length === 0 && !this.#isClosed) this.#takers.push(taker)
    else void this.take().then(taker.take, taker.fail)
  }

  #forgetTaken(): void {
    this.#items = this.#items.slice(this.#head)
    this.#head = 0
  }

  [Symbol.asyncIterator](): AsyncIterator<T> {
    return iterate(() => this.take())
  }
}

/** Takes until there is nothing more. */
export function iterate<T>(take: () => Promise<T | null>): AsyncIterator<T> {
  return {
    next: async () => {
      const item = await take()
      return item === null ? { done: true, value: undefined } : { done: false, value: item }
    },
  }
}

function settleEnd<T>(taker: Taker<T>, error: Error | null): void {
  if (error === null) taker.take(null)
  else taker.fail(error)
}
