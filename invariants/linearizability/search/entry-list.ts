/**
 * The entries that are still to come, as a doubly linked list in order of time (Lowe 2017, section 4.1). Removing is O(1),
 * and so is putting back, as long as it is done in the reverse order.
 */
export class EntryList {
  /** Stands before the first entry and after the last. */
  readonly head: number
  /** For each entry the next one in the list. */
  readonly next: Int32Array
  readonly #previous: Int32Array

  constructor(count: number) {
    this.head = count
    this.next = new Int32Array(count + 1)
    this.#previous = new Int32Array(count + 1)
    for (let entry = 0; entry < count; entry++) {
      this.next[entry] = entry + 1
      this.#previous[entry + 1] = entry
    }
    this.#previous[0] = count
  }

  /** The first entry, or `head` when there is none. */
  get first(): number {
    return this.next[this.head] as number
  }

  /** Takes an entry out. */
  remove(entry: number): void {
    const next = this.next[entry] as number
    const previous = this.#previous[entry] as number
    this.next[previous] = next
    this.#previous[next] = previous
  }

  /** Puts back the entry that was taken out last. */
  restore(entry: number): void {
    this.next[this.#previous[entry] as number] = entry
    this.#previous[this.next[entry] as number] = entry
  }
}
