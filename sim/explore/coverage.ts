// What a run has reached, as short strings: the points of its programs, the states that they publish and how one follows the
// other, which faults hit nodes in which state, why messages were lost, which buggify sites were taken, how it ended. A
// sweep that sees nothing new any more has seen what its scenario has to show.

import type { Data } from '../data.ts'
import type { NodeId } from '../event.ts'
import { concernedNodes, type Fault } from '../faults/index.ts'
import type { EventLog } from '../log/index.ts'
import { publishedState } from '../published-state.ts'
import type { RunResult } from '../run.ts'

/** A state is a word or a few: what has digits or goes on is data, of which there is no end. */
const statePattern = /^[A-Za-z][A-Za-z _-]{0,31}$/

const noState = ' at - no state'

/**
 * Whether a feature counts as something new that a run has reached. That a fault hit nodes which publish no state is told, but
 * says nothing that its kind alone does not.
 */
export function countsAsNew(feature: string): boolean {
  return !feature.endsWith(noState)
}

/** Collects the features of one run. */
export class Coverage {
  readonly #features = new Set<string>()
  readonly #faultStates = new Set<string>()
  /** The states that were published. */
  readonly #published = new Set<string>()
  /** The kinds of faults that hit nodes which had published no state. */
  readonly #stateless = new Set<string>()
  /** The names of all probes. */
  readonly #probes = new Set<string>()
  /** For each node, by the name of the probe, the state that it published last. */
  readonly #states = new Map<NodeId, Map<string, string>>()

  /** Watches a run from its beginning. */
  subscribe(log: EventLog): void {
    log.subscribe('probe', ({ node, name, value }) => {
      this.#takeProbe(node, name, value)
    })
    log.subscribe('start', ({ node }) => {
      this.#states.delete(node)
    })
    log.subscribe('fault-begin', ({ fault }) => {
      this.#takeFault(fault)
    })
  }

  /** The features of the run that was watched, sorted. */
  features(result: RunResult): readonly string[] {
    const { invariants, drops, buggify, outcome, violations } = result
    const reached = invariants.filter(({ isPoint, looked }) => isPoint === true && looked > 0)
    const how = violations[0]?.invariant
    const all = new Set([
      ...this.#features,
      ...this.faultStates(),
      ...[...this.#probes].map((name) => `probe ${name}`),
      ...reached.map(({ invariant }) => `point ${invariant}`),
      ...[...drops.keys()].map((why) => `drop ${why}`),
      ...buggify.filter(({ taken }) => taken > 0).map(({ site }) => `buggify ${site}`),
      `outcome ${outcome.kind}${how === undefined ? '' : ` ${how}`}`,
    ])
    return [...all].sort()
  }

  /**
   * Of these, which faults hit nodes in which state, sorted (`fault KIND at PROBE STATE`), and which hit some that had
   * published none (`fault KIND at - no state`), and the states themselves (`probe NAME STATE`): there is little of it, and it
   * costs next to nothing.
   */
  faultStates(): readonly string[] {
    const stateless = [...this.#stateless].map((kind) => `fault ${kind}${noState}`)
    return [...this.#faultStates, ...stateless, ...this.#published].sort()
  }

  #takeProbe(node: NodeId, name: string, value: Data): void {
    this.#probes.add(name)
    const state = stateOf(name, value)
    if (state === null) this.#forget(node, name)
    if (state === null || state === undefined) return
    const states = this.#states.get(node) ?? new Map<string, string>()
    const before = states.get(name)
    if (before === state) return
    this.#published.add(`probe ${name} ${state}`)
    if (before !== undefined) this.#features.add(`probe ${name} ${before} to ${state}`)
    states.set(name, state)
    this.#states.set(node, states)
  }

  #forget(node: NodeId, name: string): void {
    const states = this.#states.get(node)
    if (states?.delete(name) === true && states.size === 0) this.#states.delete(node)
  }

  #takeFault(fault: Fault): void {
    this.#features.add(`fault ${fault.kind}`)
    const concerned = concernedNodes(fault)
    const nodes = concerned === 'any' ? [...this.#states.keys()] : concerned
    if (nodes.length === 0 || nodes.some((node) => !this.#states.has(node))) this.#stateless.add(fault.kind)
    for (const node of nodes)
      for (const [name, state] of this.#states.get(node) ?? [])
        this.#faultStates.add(`fault ${fault.kind} at ${name} ${state}`)
  }
}

/**
 * The state that a probe tells; null when it says that there is none any more, undefined when it tells no state. Words tell one
 * whatever the probe is called: what lanes have no colour for is worth reaching as well.
 */
function stateOf(name: string, value: Data): string | null | undefined {
  const told = publishedState(name, value)
  if (told === null) return null
  const state = told?.state ?? value
  return typeof state === 'string' && statePattern.test(state) ? state : undefined
}
