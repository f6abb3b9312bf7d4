// Operations with equal actions are interchangeable, so that only one of those that are open is ever tried.

import type { EntryList } from './entry-list.ts'
import type { Problem } from './problem.ts'

/**
 * Whether an open item with an equal action that returns earlier could go instead of this one. One that is covered cannot
 * if this one is not: it is done for nothing, which this one would not be.
 */
export function hasBetterTwin(
  problem: Problem,
  list: EntryList,
  item: number,
  coveredBefore: number,
): boolean {
  const { entryItem, isReturn, action, callEntry, returnEntry } = problem
  const isCovered = (callEntry[item] as number) < coveredBefore
  for (let entry = list.first; isReturn[entry] === 0; entry = list.next[entry] as number) {
    const other = entryItem[entry] as number
    if (action[other] !== action[item]) continue
    if ((returnEntry[other] as number) >= (returnEntry[item] as number)) continue
    if (isCovered || entry >= coveredBefore) return true
  }
  return false
}

/** Whether any open item has an equal action: it goes before those without an end. */
export function hasTwin({ entryItem, isReturn, action }: Problem, list: EntryList, wanted: number): boolean {
  for (let entry = list.first; isReturn[entry] === 0; entry = list.next[entry] as number)
    if (action[entryItem[entry] as number] === wanted) return true
  return false
}
