// The faults of a recorded run as they reach one node that runs alone: its clock and its CPU. What they do to its life is
// recorded by events of their own, and there is no network and no disk.

import type { NetworkControls, NodeControls, WorldControls } from './controls.ts'
import type { End } from './kinds/entry.ts'
import { NodeFaults } from './node-faults.ts'
import { readPlan } from './plan.ts'
import { faultBody } from './read-fault.ts'
import { entryOf } from './registry.ts'
import type { EventOf, NodeId } from '../event.ts'

/** What a node that runs alone has of the levers of nodes. */
export type ClockControls = Pick<
  NodeControls,
  'setCpuFactor' | 'stepClock' | 'setDrift' | 'slewClock' | 'correctClock'
>

/** The recorded faults that concern one node. */
export class RecordedFaults {
  readonly #node: NodeId
  readonly #controls: WorldControls
  readonly #nodes: NodeFaults
  readonly #ends = new Map<number, End>()

  constructor(node: NodeId, clock: ClockControls) {
    this.#node = node
    const nodes = nodeControls(clock)
    this.#controls = { nodes, network: noNetwork, disk: () => ({ begin: () => nothing }) }
    this.#nodes = new NodeFaults(nodes)
  }

  /** Begins a recorded fault; what it does has `cause` as its cause. Throws a PlanError for what is no fault. */
  begin({ seq, fault, index }: EventOf<'fault-begin'>, cause: number): void {
    const [read] = readPlan([fault], `fault ${index} of the trace`)
    if (read === undefined || !('node' in read) || read.node !== this.#node) return
    const origin = { index, cause, affected: nothing }
    const topology = { nodes: [this.#node], groups: [] }
    const world = { topology, controls: this.#controls, nodes: this.#nodes, origin }
    this.#ends.set(seq, entryOf(read).begin(faultBody(read), world))
  }

  /** Ends a recorded fault. */
  end(event: EventOf<'fault-end'>, cause: number): void {
    const end = this.#ends.get(event.cause)
    this.#ends.delete(event.cause)
    end?.(cause)
  }
}

// A node that runs alone is never what a fault makes of it: each start, stop, crash and pause is an event.
function nodeControls(clock: ClockControls): NodeControls {
  const refuse = (): boolean => false
  return {
    state: () => 'running',
    crash: refuse,
    stop: refuse,
    start: refuse,
    pause: refuse,
    resume: refuse,
    setCpuFactor: clock.setCpuFactor.bind(clock),
    stepClock: clock.stepClock.bind(clock),
    setDrift: clock.setDrift.bind(clock),
    slewClock: clock.slewClock.bind(clock),
    correctClock: clock.correctClock.bind(clock),
  }
}

const noNetwork: NetworkControls = {
  block: () => nothing,
  disturb: () => nothing,
  addRule: () => nothing,
  freezeNames: () => nothing,
  failNames: () => nothing,
  moveName: () => nothing,
  shelter: nothing,
}

function nothing(): void {}
