// What the reads of a set that only grows say: each is a part of the next, and an element is added between the last
// read without it and the first with it.

import type { Check } from '../deadline.ts'
import type { Facts } from '../search/index.ts'
import type { SetAction } from './set.ts'

/** What must hold in every order of the actions on a set; nothing is known of one from which anything is removed. */
export function setFacts(actions: readonly (SetAction | undefined)[], check: Check): Facts {
  const isGrowing = !actions.some((action) => action?.kind === 'element' && action.isThere === false)
  const reads = isGrowing ? readsBySize(actions, check) : []
  const additions = isGrowing ? additionsOf(actions) : new Map<number, number[]>()
  if (!isChain(reads, check)) return { clusters: [], isImpossible: true }
  const groups = reads.map(({ indexes }) => indexes)
  const firstWith = firstReadWith(reads, check)
  return {
    clusters: [],
    isImpossible: [...firstWith.keys()].some((element) => isGrowing && !additions.has(element)),
    narrow: (bounds) => {
      let isNarrower = bounds.orderGroups(groups)
      for (const [element, indexes] of additions) {
        check()
        const first = firstWith.get(element) ?? groups.length
        const without = groups[first - 1] ?? []
        const having = groups[first] ?? []
        for (const addition of indexes) {
          for (const read of without) isNarrower = bounds.order(read, addition) || isNarrower
          if (indexes.length > 1) continue
          for (const read of having) isNarrower = bounds.order(addition, read) || isNarrower
        }
      }
      return isNarrower
    },
  }
}

/** Reads that saw the same. */
interface Reads {
  readonly elements: ReadonlySet<number>
  readonly indexes: number[]
}

function readsBySize(actions: readonly (SetAction | undefined)[], check: Check): readonly Reads[] {
  const reads: Reads[] = []
  for (const [index, action] of actions.entries()) {
    check()
    if (action?.kind === 'read') reads.push({ elements: new Set(action.elements), indexes: [index] })
  }
  reads.sort((a, b) => a.elements.size - b.elements.size || (a.indexes[0] ?? 0) - (b.indexes[0] ?? 0))
  const distinct: Reads[] = []
  for (const read of reads) {
    check()
    const last = distinct.at(-1)
    if (last !== undefined && isPart(read.elements, last.elements)) last.indexes.push(...read.indexes)
    else distinct.push(read)
  }
  return distinct
}

function isPart(part: ReadonlySet<number>, whole: ReadonlySet<number>): boolean {
  if (part.size > whole.size) return false
  for (const element of part) if (!whole.has(element)) return false
  return true
}

function isChain(reads: readonly Reads[], check: Check): boolean {
  return reads.every((read, index) => {
    check()
    const next = reads[index + 1]
    return next === undefined || isPart(read.elements, next.elements)
  })
}

/** Additions that may have made an element appear; those that found it there already did not. */
function additionsOf(actions: readonly (SetAction | undefined)[]): Map<number, number[]> {
  const additions = new Map<number, number[]>()
  for (const [index, action] of actions.entries()) {
    if (action?.kind !== 'element' || action.isThere !== true) continue
    const group = additions.get(action.element)
    if (group === undefined) additions.set(action.element, [index])
    else group.push(index)
  }
  return additions
}

function firstReadWith(reads: readonly Reads[], check: Check): Map<number, number> {
  const first = new Map<number, number>()
  for (const [index, { elements }] of reads.entries()) {
    check()
    for (const element of elements) if (!first.has(element)) first.set(element, index)
  }
  return first
}
