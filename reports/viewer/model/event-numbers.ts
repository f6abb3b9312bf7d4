// Where the events of a trace stand on a page that holds a part of it.

import type { RunInfo } from './document.ts'

/** What of a trace a page holds. */
export type PagePart = Pick<RunInfo, 'before' | 'earlier' | 'count'>

/** The number that the trace has for the event at a place of the page, from 1 on. */
export function numberOf({ before, earlier }: PagePart, place: number): number {
  return earlier[place - 1] ?? place - earlier.length + before
}

/** The place of the event with a number; 0 when it is not on the page. */
export function placeOf({ before, earlier, count }: PagePart, number: number): number {
  if (number <= before) return placeAmong(earlier, number)
  const place = number - before + earlier.length
  return place <= count ? place : 0
}

function placeAmong(numbers: readonly number[], number: number): number {
  let [low, high] = [0, numbers.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((numbers[middle] as number) < number) low = middle + 1
    else high = middle
  }
  return numbers[low] === number ? low + 1 : 0
}
