// Lists in pages: the cursor says after which entry the next page begins, so that what is added or removed meanwhile neither
// repeats nor hides others.

import { Problem } from './problem.ts'

/** One page of a list. */
export interface Page<T> {
  readonly items: readonly T[]
  /** To be sent for the next page; null on the last one. */
  readonly next: string | null
}

/** What is asked of a list. */
export interface PageRequest {
  /** How many entries, at least 1. */
  readonly limit: number
  /** As the page before gave it. */
  readonly cursor?: string | undefined
}

/** The page of `items`, which are in ascending order of their number. Throws the Problem 400 for a cursor that is none. */
export function pageOf<T>(
  items: readonly T[],
  numberOf: (item: T) => number,
  { limit, cursor }: PageRequest,
): Page<T> {
  const after = cursor === undefined ? -Infinity : readCursor(cursor)
  const start = firstAfter(items, numberOf, after)
  const page = items.slice(start, start + limit)
  const last = page.at(-1)
  const isLast = last === undefined || start + limit >= items.length
  return { items: page, next: isLast ? null : cursorOf(numberOf(last)) }
}

/** Opaque, so that clients do not come to count on what is in it. */
function cursorOf(number: number): string {
  return Buffer.from(`after:${number}`).toString('base64url')
}

function readCursor(cursor: string): number {
  const [, number] = /^after:(\d{1,15})$/.exec(Buffer.from(cursor, 'base64url').toString('latin1')) ?? []
  if (number === undefined || cursorOf(Number(number)) !== cursor)
    throw new Problem(400, 'the cursor is not one that a page gave', {
      errors: [{ parameter: 'cursor', detail: 'wanted the `next` of a page' }],
    })
  return Number(number)
}

function firstAfter<T>(items: readonly T[], numberOf: (item: T) => number, after: number): number {
  let [low, high] = [0, items.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    const item = items[middle]
    if (item !== undefined && numberOf(item) > after) high = middle
    else low = middle + 1
  }
  return low
}
