// What the values read from a counter say about its additions: those before a read must add up to it.

import type { Bounds, Facts } from '../search/index.ts'
import type { CounterAction } from './counter.ts'

/** What must hold in every order of the actions on a counter. */
export function counterFacts(actions: readonly (CounterAction | undefined)[]): Facts {
  const reads: Read[] = []
  const additions: Addition[] = []
  for (const [index, action] of actions.entries())
    if (action?.kind === 'read') reads.push({ index, value: action.value })
    else if (action?.kind === 'add') additions.push({ index, amount: action.amount })
  const groups = additions.every(({ amount }) => amount >= 0) ? byValue(reads) : []
  return {
    clusters: [],
    isImpossible: false,
    narrow: (bounds) => {
      const isOrdered = bounds.orderGroups(groups)
      return narrowBySums(bounds, reads, additions) || isOrdered
    },
  }
}

interface Read {
  readonly index: number
  readonly value: number
}
interface Addition {
  readonly index: number
  readonly amount: number
}

/** Reads of a counter that only grows are in order of their values. */
function byValue(reads: readonly Read[]): readonly (readonly number[])[] {
  const groups = new Map<number, number[]>()
  for (const { index, value } of reads.toSorted((a, b) => a.value - b.value || a.index - b.index)) {
    const group = groups.get(value)
    if (group === undefined) groups.set(value, [index])
    else group.push(index)
  }
  return [...groups.values()]
}

/** For each read the additions that surely came before it, and those that may have: some are forced in or out. */
function narrowBySums(bounds: Bounds, reads: readonly Read[], additions: readonly Addition[]): boolean {
  const byCall = additions.toSorted((a, b) => callOf(bounds, a) - callOf(bounds, b) || a.index - b.index)
  const inOrder = reads.toSorted((a, b) => callOf(bounds, a) - callOf(bounds, b) || a.index - b.index)
  let isNarrower = false
  let open: Addition[] = []
  let called = 0
  let before = 0
  for (const read of inOrder) {
    const call = callOf(bounds, read)
    for (; called < byCall.length && callOf(bounds, byCall[called] as Addition) <= call; called++)
      open.push(byCall[called] as Addition)
    const stillOpen: Addition[] = []
    for (const addition of open)
      if ((bounds.end[addition.index] as number) < call) before += addition.amount
      else stillOpen.push(addition)
    open = stillOpen
    const during = [...open]
    for (let next = called; next < byCall.length; next++) {
      if (callOf(bounds, byCall[next] as Addition) >= (bounds.end[read.index] as number)) break
      during.push(byCall[next] as Addition)
    }
    isNarrower = forceSums(bounds, read, before, during) || isNarrower
  }
  return isNarrower
}

function forceSums(bounds: Bounds, read: Read, before: number, during: readonly Addition[]): boolean {
  let least = before
  let most = before
  for (const { amount } of during)
    if (amount < 0) least += amount
    else most += amount
  let isNarrower = false
  for (const { index, amount } of during) {
    const [leastWith, mostWith] = amount < 0 ? [least, most + amount] : [least + amount, most]
    const [leastWithout, mostWithout] = amount < 0 ? [least - amount, most] : [least, most - amount]
    if (read.value < leastWith || read.value > mostWith)
      isNarrower = bounds.order(read.index, index) || isNarrower
    else if (read.value < leastWithout || read.value > mostWithout)
      isNarrower = bounds.order(index, read.index) || isNarrower
  }
  return isNarrower
}

function callOf(bounds: Bounds, { index }: { readonly index: number }): number {
  return bounds.call[index] as number
}
