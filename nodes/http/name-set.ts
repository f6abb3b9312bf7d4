// Sets of the names of fields, which are asked about each field of each message.

/** Names in lower case. */
export class NameSet {
  readonly #names: ReadonlySet<string>
  /** Most names have a length that none here has: no text is made for them. */
  readonly #lengths: ReadonlySet<number>

  constructor(names: Iterable<string>) {
    this.#names = new Set(names)
    this.#lengths = new Set([...this.#names].map(({ length }) => length))
  }

  /** Whether a name is one of them, however it is written. */
  has(name: string): boolean {
    return this.#lengths.has(name.length) && this.#names.has(name.toLowerCase())
  }

  [Symbol.iterator](): Iterator<string> {
    return this.#names[Symbol.iterator]()
  }
}
