// The faults of nodes that hold right now, and how several on one node combine: slow CPUs multiply, the drift that
// began last counts, a node goes on when its last pause is over, and whoever brought a node down last starts it again.

import type { CrashManner, FaultOrigin, NodeControls } from './controls.ts'
import type { End } from './kinds/entry.ts'
import type { NodeId } from '../event.ts'
import type { Duration } from '../time.ts'

/** What happens to the clocks when a run heals: drifts end in any case; steps and slews stay, or are set right. */
export type ClocksAtHeal = 'left' | 'corrected'

/** The node faults of one run. */
export class NodeFaults {
  readonly #controls: NodeControls
  readonly #downBy = new Map<NodeId, FaultOrigin>()
  readonly #pausedBy = new Map<NodeId, Set<FaultOrigin>>()
  readonly #cpuFactors = new Map<NodeId, Map<FaultOrigin, number>>()
  readonly #drifts = new Map<NodeId, Map<FaultOrigin, number>>()
  readonly #nextVersions = new Map<NodeId, string>()

  constructor(controls: NodeControls) {
    this.#controls = controls
  }

  /** Crashes a node until the end. Nothing happens, then and at the end, when it is down. */
  crash(node: NodeId, how: CrashManner, origin: FaultOrigin): End {
    if (!this.#controls.crash(node, how, origin.cause)) return nothing
    this.#pausedBy.delete(node)
    return this.#holdDown(node, origin)
  }

  /** Stops a node until the end. Nothing happens, then and at the end, when it is not running. */
  stop(node: NodeId, grace: Duration, origin: FaultOrigin): End {
    if (!this.#controls.stop(node, grace, origin.cause)) return nothing
    return this.#holdDown(node, origin)
  }

  /** Stops a node until the end and starts it in another version; one that is down gets the version when it starts. */
  upgrade(
    node: NodeId,
    how: { readonly version: string; readonly grace: Duration },
    origin: FaultOrigin,
  ): End {
    if (this.#controls.state(node) === 'finished') return nothing
    this.#nextVersions.set(node, how.version)
    origin.affected()
    if (!this.#controls.stop(node, how.grace, origin.cause)) return nothing
    return this.#holdDown(node, origin)
  }

  /** Lets a node stand still until the end of its last pause; a crash of the node ends all of them. */
  pause(node: NodeId, origin: FaultOrigin): End {
    const earlier = this.#pausedBy.get(node)
    if (earlier !== undefined && this.#controls.state(node) === 'paused') earlier.add(origin)
    else if (this.#controls.pause(node, origin.cause)) this.#pausedBy.set(node, new Set([origin]))
    else return nothing
    origin.affected()
    return (cause) => {
      const pauses = this.#pausedBy.get(node)
      if (pauses?.delete(origin) !== true || pauses.size > 0) return
      this.#pausedBy.delete(node)
      this.#controls.resume(node, cause)
    }
  }

  /** Slows a node's CPU down until the end; several factors multiply. */
  slowCpu(node: NodeId, factor: number, origin: FaultOrigin): End {
    const factors = valuesOf(this.#cpuFactors, node)
    const apply = (cause: number): void => {
      let product = 1
      for (const each of factors.values()) product *= each
      this.#controls.setCpuFactor(node, product, cause)
    }
    return this.#whileHeld(factors, { node, value: factor, origin, apply })
  }

  /**
   * Lets a node's clocks drift until the end. Of several drifts the one that began last counts, so that a clock never
   * drifts by more than any single fault says: programs are told a bound.
   */
  drift(node: NodeId, ppm: number, origin: FaultOrigin): End {
    const drifts = valuesOf(this.#drifts, node)
    const apply = (cause: number): void => {
      this.#controls.setDrift(node, [...drifts.values()].at(-1) ?? 0, cause)
    }
    return this.#whileHeld(drifts, { node, value: ppm, origin, apply })
  }

  /** Starts a node that has ended its program because of what a fault did to it: it is down, and no fault holds it so. */
  startIfEnded(node: NodeId, cause: number): void {
    if (this.#controls.state(node) === 'down' && !this.#downBy.has(node)) this.#start(node, cause)
  }

  /** Brings nodes back, once all that befell them has ended: also those whose program ended with an error. */
  heal(nodes: readonly NodeId[], clocks: ClocksAtHeal, cause: number): void {
    for (const node of nodes) {
      this.#downBy.delete(node)
      this.#pausedBy.delete(node)
      const state = this.#controls.state(node)
      if (state === 'paused') this.#controls.resume(node, cause)
      if (state === 'down' || state === 'stopping') this.#start(node, cause)
      if (clocks === 'corrected') this.#controls.correctClock(node, cause)
    }
  }

  #holdDown(node: NodeId, origin: FaultOrigin): End {
    origin.affected()
    this.#downBy.set(node, origin)
    return (cause) => {
      if (this.#downBy.get(node) !== origin) return
      this.#downBy.delete(node)
      this.#start(node, cause)
    }
  }

  #start(node: NodeId, cause: number): void {
    const version = this.#nextVersions.get(node)
    if (this.#controls.start(node, cause, version)) this.#nextVersions.delete(node)
  }

  #whileHeld(values: Map<FaultOrigin, number>, { node, value, origin, apply }: Held): End {
    values.set(origin, value)
    apply(origin.cause)
    if (this.#controls.state(node) !== 'finished') origin.affected()
    return (cause) => {
      values.delete(origin)
      apply(cause)
    }
  }
}

interface Held {
  readonly node: NodeId
  readonly value: number
  readonly origin: FaultOrigin
  readonly apply: (cause: number) => void
}

const nothing: End = () => undefined

function valuesOf<V>(byNode: Map<NodeId, Map<FaultOrigin, V>>, node: NodeId): Map<FaultOrigin, V> {
  let values = byNode.get(node)
  if (values === undefined) {
    values = new Map()
    byNode.set(node, values)
  }
  return values
}
