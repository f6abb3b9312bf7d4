// The world of a node that runs alone: its machine, and devices that answer from the recording.

import { CallGate } from '../call-gate.ts'
import { recordedDisk } from '../disk/index.ts'
import type { Disk, Env, Messages, Net } from '../env.ts'
import { Buggify } from '../faults/index.ts'
import { RecordedNetwork } from '../net/index.ts'
import {
  type EnvDevices,
  Machine,
  type MachineWorld,
  type Process,
  type RecordedPort,
  SimEnv,
} from '../node/index.ts'
import type { NodeSpec, PreparedScenario } from '../scenario.ts'
import type { Variation } from '../variation.ts'
import type { LoneSimulation } from './lone-simulation.ts'

/** What a lone world is made of. */
export interface LoneWorldSpec {
  readonly node: NodeSpec
  readonly prepared: PreparedScenario
  readonly hasBuggify: boolean
  readonly variation: Variation
  readonly recorded: RecordedPort
}

/** One machine and its devices. */
export class LoneWorld implements MachineWorld, EnvDevices {
  readonly simulation: LoneSimulation
  readonly machine: Machine
  readonly network: RecordedNetwork
  readonly #recorded: RecordedPort
  readonly #buggify: Buggify | null
  readonly #gate: CallGate

  constructor(simulation: LoneSimulation, spec: LoneWorldSpec) {
    const { node, prepared, hasBuggify, variation, recorded } = spec
    this.simulation = simulation
    this.machine = new Machine({ ...node, parameters: node.parameters ?? {} }, this)
    const nodes = new Set(prepared.nodes.map(({ name }) => name))
    this.network = new RecordedNetwork({ recorded, nodes, profile: prepared.network })
    this.#recorded = recorded
    this.#buggify = hasBuggify
      ? new Buggify((name) => simulation.streams.stream(name), variation.buggify)
      : null
    this.#gate = new CallGate(variation)
  }

  createEnv(process: Process): Env {
    return new SimEnv(process, this)
  }

  messages(process: Process): Messages {
    return this.network.messages(process)
  }

  net(process: Process): Net {
    return this.network.net(process)
  }

  disk(process: Process): Disk {
    return recordedDisk(process.machine, process, this.#recorded)
  }

  buggify(process: Process, site: string): boolean {
    return this.#buggify !== null && this.#buggify.takes(process.machine.node, site)
  }

  admits(process: Process, f: string): boolean {
    return this.#gate.admits(process.machine.node, f)
  }

  /** No buggify site fires any more. */
  stopBuggify(): void {
    this.#buggify?.stop()
  }

  /** Operations are numbered across the simulation: the recording knows the number. */
  nextOperation(): number {
    const { due } = this.#recorded
    return due?.kind === 'operation' ? due.id : 0
  }

  /** There is nothing on the disk: what a crash has left of it shows in the recorded results. */
  crashDisk(): void {}

  /** Nothing ever waits: what was dropped is not among the recorded inputs. */
  dropInput(): void {}
}
