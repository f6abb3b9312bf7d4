// Feeds recorded inputs to a machine that runs alone, each as what it was: a turn of its life, an answer to what it asked
// for, something that others sent, or a fault.

import type { Event } from '../event.ts'
import { RecordedFaults } from '../faults/index.ts'
import { worldLabel } from '../log/index.ts'
import { type Machine, MachineControls } from '../node/index.ts'
import type { LoneWorld } from './lone-world.ts'

/** What gives a machine its recorded inputs. */
export class Feeder {
  readonly #world: LoneWorld
  readonly #machine: Machine
  readonly #faults: RecordedFaults

  constructor(world: LoneWorld) {
    const { machine } = world
    this.#world = world
    this.#machine = machine
    this.#faults = new RecordedFaults(machine.node, new MachineControls(new Map([[machine.node, machine]])))
  }

  /** Feeds an input; `cause` is the seq that what led to it has now. False when the machine does not take it. */
  feed(event: Event, cause: number): boolean {
    const machine = this.#machine
    // Whatever an input had to wait for, it has: it was recorded when the program took it.
    machine.isHindered = false
    machine.simulation.log.cause = cause
    switch (event.kind) {
      case 'start':
        return machine.spec.programs.has(event.version) && machine.start(event.version)
      case 'stop-asked':
        return machine.stop(event.grace)
      case 'crash':
        return machine.crash(event.connections, 'lost')
      case 'pause':
        return machine.pause()
      case 'resume':
        return machine.resume()
      case 'timer-fire':
      case 'cpu-done':
      case 'disk-result':
      case 'resolve-result':
      case 'connect-result':
        return this.#world.simulation.release(cause, 'program')
      default:
        return this.#feedFromOutside(event, cause)
    }
  }

  #feedFromOutside(event: Event, cause: number): boolean {
    const { log } = this.#machine.simulation
    switch (event.kind) {
      case 'fault-begin': {
        const { index, fault } = event
        log.cause = log.emit('fault-begin', worldLabel, cause, { index, fault })
        this.#faults.begin(event, log.cause)
        return true
      }
      case 'fault-end': {
        const { index, faultKind } = event
        log.cause = log.emit('fault-end', worldLabel, cause, { index, faultKind })
        this.#faults.end(event, log.cause)
        return true
      }
      case 'phase':
        log.emit('phase', worldLabel, cause, { phase: event.phase })
        this.#world.stopBuggify()
        return true
      case 'core':
        log.emit('core', worldLabel, cause, { nodes: event.nodes })
        this.#world.stopBuggify()
        return true
      default: {
        const { process } = this.#machine
        return process !== null && this.#world.network.give(process, event, cause)
      }
    }
  }
}
