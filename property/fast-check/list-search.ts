// Where a list may be made smaller, as states that a search goes through: first nothing at all, then without pieces of
// halving size (delta debugging), at last single items made simpler. A state is plain data, so that it can be the context
// that fast-check keeps with a value: the search goes on where it was, and tries nothing twice that it need not.

/** Where a search stands. */
export type ListSearch =
  | { readonly kind: 'whole' }
  /** Pieces of `size` are left out, from the one that begins at `place` on. */
  | { readonly kind: 'pieces'; readonly size: number; readonly place: number; readonly isChanged: boolean }
  /** Items are made simpler, from the one at `place` on. */
  | { readonly kind: 'items'; readonly place: number; readonly isChanged: boolean }

/** A smaller list, and where the search goes on if that one fails too. */
export interface ListStep<T> {
  readonly items: readonly T[]
  readonly next: ListSearch
}

/** Where every search begins. */
export const searchStart: ListSearch = Object.freeze({ kind: 'whole' })

/** The lists to try from a state on, in this order; the search is over when none of them fails. */
export function* smallerLists<T>(
  items: readonly T[],
  state: ListSearch,
  simpler: (item: T) => readonly T[],
): Generator<ListStep<T>> {
  let search: ListSearch | null = state
  while (search !== null) {
    yield* stepsOf(items, search, simpler)
    search = after(search, items.length)
  }
}

function* stepsOf<T>(
  items: readonly T[],
  search: ListSearch,
  simpler: (item: T) => readonly T[],
): Generator<ListStep<T>> {
  switch (search.kind) {
    case 'whole':
      if (items.length > 0) yield { items: [], next: { kind: 'items', place: 0, isChanged: false } }
      return
    case 'pieces':
      return yield* withoutPieces(items, search)
    case 'items':
      return yield* withSimpler(items, search.place, simpler)
  }
}

// Of a single item it is known that it cannot be spared: the empty list was tried first.
function* withoutPieces<T>(
  items: readonly T[],
  { size, place }: { readonly size: number; readonly place: number },
): Generator<ListStep<T>> {
  if (items.length < 2) return
  for (let start = place; start < items.length; start += size) {
    const left = [...items.slice(0, start), ...items.slice(start + size)]
    yield { items: left, next: { kind: 'pieces', size, place: start, isChanged: true } }
  }
}

function* withSimpler<T>(
  items: readonly T[],
  first: number,
  simpler: (item: T) => readonly T[],
): Generator<ListStep<T>> {
  for (const [offset, item] of items.slice(first).entries()) {
    const place = first + offset
    for (const each of simpler(item))
      yield { items: items.with(place, each), next: { kind: 'items', place, isChanged: true } }
  }
}

/** What follows when a state has nothing more to try; null when that was all. */
function after(search: ListSearch, length: number): ListSearch | null {
  switch (search.kind) {
    case 'whole':
      return { kind: 'pieces', size: Math.max(1, Math.ceil(length / 2)), place: 0, isChanged: false }
    case 'pieces':
      return afterPieces(search, length)
    case 'items':
      return search.isChanged ? { kind: 'pieces', size: 1, place: 0, isChanged: false } : null
  }
}

// Single items are gone through until none of them can be spared.
function afterPieces(
  { size, isChanged }: { readonly size: number; readonly isChanged: boolean },
  length: number,
): ListSearch {
  if (size > 1) {
    const half = Math.min(Math.ceil(size / 2), Math.max(1, Math.ceil(length / 2)))
    return { kind: 'pieces', size: half, place: 0, isChanged: false }
  }
  return isChanged
    ? { kind: 'pieces', size: 1, place: 0, isChanged: false }
    : { kind: 'items', place: 0, isChanged: false }
}
