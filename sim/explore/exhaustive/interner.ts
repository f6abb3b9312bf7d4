// Numbers for texts: a state is told by the numbers of its parts, exactly, and no two states are ever taken for one as
// with hashes.

/** Gives equal texts equal numbers, from 0 on. */
export class Interner {
  readonly #numbers = new Map<string, number>()

  /** The number of a text. */
  of(text: string): number {
    const known = this.#numbers.get(text)
    if (known !== undefined) return known
    const number = this.#numbers.size
    this.#numbers.set(text, number)
    return number
  }
}
