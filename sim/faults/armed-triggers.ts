// The triggers of a plan: which events are waited for, and how often each has matched.

import type { FaultPlan, Trigger } from './fault.ts'
import { compilePattern } from './pattern.ts'
import type { Event, EventKind } from '../event.ts'

interface Armed {
  readonly index: number
  readonly when: Trigger
  readonly matches: (event: Event) => boolean
  matched: number
}

/** The triggers of one run. */
export class ArmedTriggers {
  readonly #byKind = new Map<EventKind, Armed[]>()

  constructor(plan: FaultPlan) {
    for (const [index, { when }] of plan.entries()) {
      if (when === undefined) continue
      const armed = { index, when, matches: compilePattern(when), matched: 0 }
      const others = this.#byKind.get(when.kind)
      if (others === undefined) this.#byKind.set(when.kind, [armed])
      else others.push(armed)
    }
  }

  /** The kinds of events that any trigger waits for. */
  get kinds(): readonly EventKind[] {
    return [...this.#byKind.keys()]
  }

  /** The places in the plan of the faults that an event begins. */
  firedBy(event: Event): readonly { readonly index: number; readonly when: Trigger }[] {
    const waiting = this.#byKind.get(event.kind)
    if (waiting === undefined) return []
    return waiting.filter((armed) => {
      if (!armed.matches(event)) return false
      armed.matched++
      const { count = 1, timesMax = 1 } = armed.when
      return armed.matched >= count && armed.matched < count + timesMax
    })
  }

  /** Waits for nothing any more. */
  disarm(): void {
    this.#byKind.clear()
  }
}
