/** Most requests of one incarnation; with them an id stays an exact integer for two million incarnations. */
const perIncarnation = 0x100000000

/**
 * The numbers under which a client asks, unlike those of all its incarnations: an answer to what it asked before a crash
 * is no answer to what it asks now, and such answers are still on their way when it is up again.
 */
export class RequestIds {
  #last: number

  constructor(incarnation: number) {
    this.#last = (incarnation - 1) * perIncarnation
  }

  /** A number that was never used. */
  next(): number {
    return ++this.#last
  }
}
