// An arbitrary of lists that shrinks by our own moves instead of fast-check's.

import { Arbitrary, type Random, type Stream, stream, Value } from 'fast-check'

import { type ListSearch, searchStart, smallerLists } from './list-search.ts'

/** What a list arbitrary is made of. */
export interface ListParts<T> {
  /** Draws a list; with a bias, one of `bias` lists is to be a short one. */
  readonly draw: (random: Random, bias: number | undefined) => readonly T[]
  /** The list that a value is, whoever wrote it; null when it is none. */
  readonly read: (value: unknown) => readonly T[] | null
  /** The items that are one step simpler (default: none). */
  readonly simpler?: (item: T) => readonly T[]
  /** Whether a list may be tried in place of another (default: any). */
  readonly isAllowed?: (list: readonly T[], inPlaceOf: readonly T[]) => boolean
}

/** Lists whose shrinking continues where it was: the context of a value is the state of the search. */
export class ListArbitrary<T> extends Arbitrary<readonly T[]> {
  readonly #parts: ListParts<T>

  constructor(parts: ListParts<T>) {
    super()
    this.#parts = parts
  }

  override generate(random: Random, bias: number | undefined): Value<readonly T[]> {
    return new Value(this.#parts.draw(random, bias), searchStart)
  }

  override canShrinkWithoutContext(value: unknown): value is readonly T[] {
    return this.#parts.read(value) !== null
  }

  override shrink(value: readonly T[], context: unknown): Stream<Value<readonly T[]>> {
    if (context !== undefined) return stream(this.#smaller(value, context as ListSearch))
    const list = this.#parts.read(value)
    return stream(this.#smaller(list ?? [], searchStart))
  }

  *#smaller(list: readonly T[], search: ListSearch): Generator<Value<readonly T[]>, undefined> {
    const { simpler = () => [], isAllowed = () => true } = this.#parts
    for (const { items, next } of smallerLists(list, search, simpler))
      if (isAllowed(items, list)) yield new Value(items, next)
    return undefined
  }
}

/** One number in `bias` draws is true. */
export function isBiased(random: Random, bias: number | undefined): boolean {
  return bias !== undefined && random.nextInt(1, bias) === 1
}

/** Some of the items, in their order: at most `countMax`. */
export function someOf<T>(random: Random, items: readonly T[], countMax: number): readonly T[] {
  const left = items.map((_, place) => place)
  const kept = new Set<number>()
  while (kept.size < countMax && left.length > 0)
    kept.add(...(left.splice(random.nextInt(0, left.length - 1), 1) as [number]))
  return items.filter((_, place) => kept.has(place))
}
