// The levers that faults pull on machines. Each sets the cause of what follows to that of the fault.

import type { CrashDisk, Machine, NodeState } from './machine.ts'
import type { NodeId } from '../event.ts'
import type { Duration } from '../time.ts'

/** Machines by name, as faults act on them. */
export class MachineControls {
  readonly #machines: ReadonlyMap<NodeId, Machine>

  constructor(machines: ReadonlyMap<NodeId, Machine>) {
    this.#machines = machines
  }

  state(node: NodeId): NodeState {
    return this.#machine(node).state
  }

  crash(
    node: NodeId,
    how: { readonly connections: 'reset' | 'silent'; readonly disk: CrashDisk },
    cause: number,
  ): boolean {
    return this.#causedBy(node, cause).crash(how.connections, how.disk)
  }

  stop(node: NodeId, grace: Duration, cause: number): boolean {
    return this.#causedBy(node, cause).stop(grace)
  }

  start(node: NodeId, cause: number, version?: string): boolean {
    return this.#causedBy(node, cause).start(version)
  }

  pause(node: NodeId, cause: number): boolean {
    return this.#causedBy(node, cause).pause()
  }

  resume(node: NodeId, cause: number): boolean {
    return this.#causedBy(node, cause).resume()
  }

  setCpuFactor(node: NodeId, factor: number): void {
    this.#machine(node).cpuFactor = factor
  }

  stepClock(node: NodeId, by: Duration): void {
    this.#machine(node).clock.step(by)
  }

  setDrift(node: NodeId, ppm: number, cause: number): void {
    this.#causedBy(node, cause).drift(ppm)
  }

  slewClock(node: NodeId, by: Duration, ppm: number): void {
    const machine = this.#machine(node)
    machine.clock.slew(by, ppm, machine.now())
  }

  correctClock(node: NodeId): void {
    this.#machine(node).clock.correct()
  }

  #causedBy(node: NodeId, cause: number): Machine {
    const machine = this.#machine(node)
    machine.simulation.log.cause = cause
    return machine
  }

  #machine(node: NodeId): Machine {
    const machine = this.#machines.get(node)
    if (machine === undefined)
      throw new RangeError(`no node "${node}"; there are ${[...this.#machines.keys()].join(', ')}`)
    return machine
  }
}
