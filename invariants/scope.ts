// An invariant on a part of a run: some nodes, some time. Its fold sees only what lies in the scope, so that one which
// builds up state sees it begin there. Events of the phases of a run always pass: they say when faults ended.

import {
  type Duration,
  type Event,
  type EventKind,
  type Invariant,
  type InvariantWorld,
  at,
  unitOf,
} from '../sim/index.ts'
import { nodesNamed } from './nodes-named.ts'

/** The invariant on the events of some nodes: a node or a group by name, or several. Events of the world pass. */
export function ofNodes(names: string | readonly string[], invariant: Invariant): Invariant {
  return scoped(invariant, (world) => {
    const nodes = new Set(nodesNamed(world, names))
    return (event) => event.node === '' || nodes.has(event.node)
  })
}

/** The invariant on what happens from one instant to another, given as durations since the start; the end is excluded. */
export function during(from: Duration, to: Duration, invariant: Invariant): Invariant {
  return scoped(invariant, () => (event) => event.at >= at(from) && event.at < at(to))
}

/** The invariant on what happens after all faults ended. */
export function afterHeal(invariant: Invariant): Invariant {
  return scoped(invariant, () => {
    let isHealed = false
    return (event) => (isHealed ||= event.kind === 'phase' && event.phase === 'healed')
  })
}

function scoped(
  invariant: Invariant,
  passes: (world: InvariantWorld) => (event: Event) => boolean,
): Invariant {
  const kinds: ReadonlySet<EventKind> = new Set(invariant.kinds)
  return {
    ...invariant,
    kinds: [...new Set<EventKind>([...invariant.kinds, 'phase'])],
    unit: unitOf(invariant),
    begin: (world) => {
      const fold = invariant.begin(world)
      const isInside = passes(world)
      return {
        on: (event) => {
          const isPassed = isInside(event) || event.kind === 'phase'
          return isPassed && kinds.has(event.kind) ? fold.on(event) : null
        },
        end: (end) => fold.end?.(end) ?? null,
        isSettled: () => fold.isSettled?.() ?? true,
        looked: () => fold.looked(),
      }
    },
  }
}
