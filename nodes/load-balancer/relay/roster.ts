// Things that come and go with every request, in the order in which they came.
//
// A Set would do, but for the collector of garbage: V8 links each table that a Set has outgrown to the one that follows. Once one
// of them is old, all that ever was in the Set after it lives until the next full collection: whole requests, here.

/** A thing in a roster. */
export interface Entry<T> {
  readonly value: T
  isIn: boolean
  before: Entry<T> | null
  after: Entry<T> | null
}

/** Things in their order. */
export class Roster<T> {
  #first: Entry<T> | null = null
  #last: Entry<T> | null = null

  /** Adds a thing at the end. */
  add(value: T): Entry<T> {
    const entry: Entry<T> = { value, isIn: true, before: this.#last, after: null }
    if (this.#last === null) this.#first = entry
    else this.#last.after = entry
    this.#last = entry
    return entry
  }

  /** Takes one out. Harmless when it is out already. */
  remove(entry: Entry<T>): void {
    if (!entry.isIn) return
    const { before, after } = entry
    if (before === null) this.#first = after
    else before.after = after
    if (after === null) this.#last = before
    else after.before = before
    entry.isIn = false
    entry.before = entry.after = null
  }

  /** Those that are in now. Whoever does something with each looks whether the next one still is. */
  entries(): readonly Entry<T>[] {
    const all: Entry<T>[] = []
    for (let each = this.#first; each !== null; each = each.after) all.push(each)
    return all
  }
}
