// The world of one run: its machines with their disks, and the network between them.

import { CallGate } from './call-gate.ts'
import { type Data, plainCopy } from './data.ts'
import { type DiskProfile, SimulatedDisk } from './disk/index.ts'
import type { Disk, Env, Messages, Net } from './env.ts'
import type { NodeId } from './event.ts'
import { Buggify, type BuggifyTally } from './faults/index.ts'
import type { Simulation } from './kernel/index.ts'
import { dropWaiting, Network, type Pacing } from './net/index.ts'
import {
  type CrashDisk,
  type EnvDevices,
  Machine,
  type MachineWorld,
  type Process,
  SimEnv,
  type Waiting,
} from './node/index.ts'
import type { NodeSpec, PreparedScenario } from './scenario.ts'
import { asWritten, type Variation } from './variation.ts'

/** What a world is made of, besides its simulation. */
export interface WorldOptions {
  readonly prepared: Pick<PreparedScenario, 'nodes' | 'network' | 'disk' | 'names'>
  readonly buggify: boolean
  readonly variation?: Variation
  readonly pacing?: Pacing | undefined
}

/** Machines, disks and network of one run. */
export class World implements MachineWorld, EnvDevices {
  readonly simulation: Simulation
  readonly machines: ReadonlyMap<NodeId, Machine>
  readonly network: Network
  readonly specs: readonly NodeSpec[]
  readonly #disks = new Map<NodeId, SimulatedDisk>()
  readonly #diskProfiles = new Map<NodeId, DiskProfile | undefined>()
  readonly #buggify: Buggify | null
  readonly #gate: CallGate
  #operations = 0

  constructor(simulation: Simulation, options: WorldOptions) {
    const { nodes, network, disk, names } = options.prepared
    const { variation = asWritten, pacing } = options
    this.simulation = simulation
    this.specs = nodes
    this.#buggify = options.buggify
      ? new Buggify((name) => simulation.streams.stream(name), variation.buggify)
      : null
    this.#gate = new CallGate(variation)
    const machines = new Map<NodeId, Machine>()
    // A group's nodes share a list of its names: copied for each, it would take memory with the square of its size.
    const copies = new Map<object, Data>()
    for (const spec of nodes) {
      machines.set(
        spec.name,
        new Machine(
          { ...spec, parameters: plainCopy(spec.parameters ?? {}, `parameters of ${spec.name}`, copies) },
          this,
        ),
      )
      this.#diskProfiles.set(spec.name, spec.disk ?? disk ?? undefined)
    }
    this.machines = machines
    this.network = new Network(machines, {
      names,
      ...(network === null ? {} : { profile: network }),
      ...(pacing === undefined ? {} : { pacing }),
    })
  }

  /** Starts every program, in the order of the scenario. */
  start(): void {
    const { log } = this.simulation
    const { cause } = log
    for (const machine of this.machines.values()) {
      log.cause = cause
      machine.start()
    }
  }

  /** The disk of a node, made on first use. */
  disk(process: Process): Disk {
    return this.diskOf(process.machine).attach(process)
  }

  /** The disk of a machine, which outlives its incarnations. */
  diskOf(machine: Machine): SimulatedDisk {
    let disk = this.#disks.get(machine.node)
    if (disk === undefined) {
      disk = new SimulatedDisk(machine, this.#diskProfiles.get(machine.node))
      this.#disks.set(machine.node, disk)
    }
    return disk
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

  crashDisk(machine: Machine, outcome: CrashDisk): void {
    this.#disks.get(machine.node)?.crash(outcome)
  }

  dropInput(machine: Machine, input: Waiting, why: 'node-down' | 'inbox-full'): void {
    dropWaiting(machine, input, why)
  }

  buggify(process: Process, site: string): boolean {
    return this.#buggify !== null && this.#buggify.takes(process.machine.node, site)
  }

  /** No buggify site fires any more. */
  stopBuggify(): void {
    this.#buggify?.stop()
  }

  /** What became of the buggify sites that were reached. */
  buggifyTallies(): readonly BuggifyTally[] {
    return this.#buggify?.tallies() ?? []
  }

  admits(process: Process, f: string): boolean {
    return this.#gate.admits(process.machine.node, f)
  }

  /** How many calls each client has asked for. */
  callsAsked(): ReadonlyMap<NodeId, number> {
    return this.#gate.asked
  }

  nextOperation(): number {
    return ++this.#operations
  }
}
