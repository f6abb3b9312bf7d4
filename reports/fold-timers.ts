// A periodic timer in a list of events: it fires and is set again, time after time, and says nothing more by that.

import type { Event, EventOf } from '../sim/index.ts'

/** Timer events one after the other, each of which led to the next. */
export interface TimerRun {
  readonly kind: 'timer-run'
  readonly first: Event
  readonly last: Event
  readonly fires: readonly EventOf<'timer-fire'>[]
}

const firesMin = 2

/** The events in their order, with neighbours that belong to one periodic timer taken together. */
export function foldTimers(events: readonly Event[]): readonly (Event | TimerRun)[] {
  const folded: (Event | TimerRun)[] = []
  for (const group of groupsOf(events)) {
    const fires = group.filter((event) => event.kind === 'timer-fire')
    const [first, last] = [group[0], group.at(-1)]
    if (fires.length < firesMin || first === undefined || last === undefined) folded.push(...group)
    else folded.push({ kind: 'timer-run', first, last, fires })
  }
  return folded
}

function groupsOf(events: readonly Event[]): readonly (readonly Event[])[] {
  const groups: Event[][] = []
  for (const event of events) {
    const group = groups.at(-1)
    const before = group?.at(-1)
    if (group !== undefined && before !== undefined && goesOn(before, event)) group.push(event)
    else groups.push([event])
  }
  return groups
}

function goesOn(before: Event, event: Event): boolean {
  if (before.node !== event.node || event.cause !== before.seq) return false
  return before.kind === 'timer-set' ? event.kind === 'timer-fire' : isFireThenSet(before, event)
}

function isFireThenSet(before: Event, event: Event): boolean {
  return before.kind === 'timer-fire' && event.kind === 'timer-set'
}
