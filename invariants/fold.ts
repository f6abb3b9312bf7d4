// An invariant from a state and a function over it: what everything that needs memory is made of.

import type {
  Data,
  Event,
  EventKind,
  EventOf,
  Finding,
  Invariant,
  InvariantFold,
  InvariantWorld,
  RunEnd,
} from '../sim/index.ts'

/** What is wrong: a text alone means that the invariant is violated; null that nothing is. */
export type FoldVerdict = Finding | string | null

/** An invariant as a fold over events. */
export interface FoldSpec<S, K extends EventKind> {
  readonly name: string
  readonly kinds: readonly K[]
  /** What it looks at, in the plural, as in `probes token`; by default its kinds of events. */
  readonly unit?: string
  /** The state at the beginning of a run, which `on` may change in place. */
  readonly initial: (world: InvariantWorld) => S
  /** Takes the next event of the declared kinds into the state. */
  readonly on: (state: S, event: EventOf<K>) => FoldVerdict
  /** The run is over. */
  readonly end?: (state: S, end: RunEnd) => FoldVerdict
  /** What the state holds beyond what follows from the states that programs publish: see `InvariantFold.memory`. */
  readonly memory?: (state: S) => Data
  /** How often the property was put to the test; by default how many events there were. */
  readonly looked?: (state: S) => number
}

/**
 * An invariant as a fold:
 *
 *     fold({
 *       name: 'tokens never go back',
 *       kinds: ['probe'],
 *       unit: 'probes token',
 *       initial: () => ({ highest: 0 }),
 *       on: (state, { name, value }) => {
 *         if (name !== 'token') return null
 *         if (Number(value) < state.highest) return `token ${Number(value)} after ${state.highest}`
 *         state.highest = Number(value)
 *         return null
 *       },
 *     })
 */
export function fold<S, K extends EventKind>(spec: FoldSpec<S, K>): Invariant {
  const kinds: ReadonlySet<EventKind> = new Set(spec.kinds)
  const isDeclared = (event: Event): event is EventOf<K> => kinds.has(event.kind)
  return {
    name: spec.name,
    kinds: spec.kinds,
    ...(spec.unit === undefined ? {} : { unit: spec.unit }),
    begin: (world) => {
      const state = spec.initial(world)
      let count = 0
      const { looked, end, memory } = spec
      return {
        on: (event) => {
          if (!isDeclared(event)) return null
          count++
          return findingOf(spec.on(state, event))
        },
        ...(end === undefined ? {} : { end: (runEnd: RunEnd) => findingOf(end(state, runEnd)) }),
        ...(memory === undefined ? {} : { memory: () => memory(state) }),
        looked: () => (looked === undefined ? count : looked(state)),
      } satisfies InvariantFold
    },
  }
}

/** A verdict in the form that the simulator keeps. */
export function findingOf(verdict: FoldVerdict): Finding | null {
  return typeof verdict === 'string' ? { kind: 'violated', message: verdict } : verdict
}
