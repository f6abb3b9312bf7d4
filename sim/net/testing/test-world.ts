// A small world for the tests of the network: machines without disks, a network, and the log as text.

import type { DataRecord } from '../../data.ts'
import type { Env, Program } from '../../env.ts'
import type { Event, EventKind, NodeId } from '../../event.ts'
import type { FaultOrigin } from '../../faults/index.ts'
import { Simulation } from '../../kernel/index.ts'
import { causalProblem } from '../../log/index.ts'
import { Machine, type MachineWorld, SimEnv } from '../../node/index.ts'
import type { Seed } from '../../random.ts'
import { type Duration, formatInstant, type Instant, ns, seconds } from '../../time.ts'
import { dropWaiting, Network, type NetworkOptions, type NetworkProfile, perfect } from '../index.ts'

/** How a test world differs from the usual one: seed 42 and a perfect network of 1 ms. */
export interface TestWorldOptions {
  readonly seed?: Seed
  readonly profile?: NetworkProfile
  readonly names?: NetworkOptions['names']
  readonly inboxMax?: number
}

/** Machines and a network between them. */
export class TestWorld {
  readonly simulation: Simulation
  readonly machines: ReadonlyMap<NodeId, Machine>
  readonly network: Network
  readonly events: Event[] = []
  /** How often each fault, by the index of its origin, had an effect. */
  readonly effects: Map<number, number> = new Map()

  constructor(programs: { readonly [node: NodeId]: Program }, options: TestWorldOptions = {}) {
    this.simulation = new Simulation({ seed: options.seed ?? 42 })
    const machines = new Map<NodeId, Machine>()
    this.machines = machines
    const { profile = perfect(), names = new Map() } = options
    this.network = new Network(machines, { profile, names })
    const world = this.#world()
    for (const [name, program] of Object.entries(programs)) {
      const spec = { name, programs: new Map([['1', program]]), parameters: {} }
      const { inboxMax } = options
      machines.set(name, new Machine(inboxMax === undefined ? spec : { ...spec, inboxMax }, world))
    }
    this.simulation.log.subscribeAll((event) => this.events.push(event))
    for (const machine of machines.values())
      this.at(ns(0), () => {
        machine.start()
      })
  }

  /** A machine by its name. */
  machine(name: NodeId): Machine {
    const machine = this.machines.get(name)
    if (machine === undefined) throw new RangeError(`no machine "${name}"`)
    return machine
  }

  /** Runs up to a duration since the start (default 60 s). Throws what a program left uncaught. */
  async run(until: Duration = seconds(60)): Promise<void> {
    await this.simulation.run({ until: until as number as Instant })
    for (const { node, error, stack } of this.of('exit'))
      if (error !== undefined) throw new Error(`${node}: ${stack ?? error}`)
  }

  /** Does something at a duration since the start, outside of every program. */
  at(when: Duration, action: () => void): void {
    this.simulation.schedule(when as number as Instant, action, this, undefined, 0, 0)
  }

  /** What a fault gives as its origin; its effects are counted in `effects`. */
  origin(index = 0): FaultOrigin {
    const affected = (): void => {
      this.effects.set(index, (this.effects.get(index) ?? 0) + 1)
    }
    return { index, cause: 0, affected }
  }

  /** The events of some kinds. */
  of<K extends EventKind>(...kinds: K[]): Extract<Event, { readonly kind: K }>[] {
    return this.events.filter((event): event is Extract<Event, { readonly kind: K }> =>
      kinds.some((kind) => kind === event.kind),
    )
  }

  /** Why things were lost, in order. */
  get losses(): readonly string[] {
    return this.of('drop').map(({ why }) => why)
  }

  /** What is wrong with the causes of events; nothing should be. */
  get causalProblems(): readonly string[] {
    const problems = this.events.map((event) => causalProblem(event, this.events[event.cause - 1] ?? null))
    return problems.filter((problem) => problem !== null)
  }

  /** The log as text, one event a line. */
  get story(): string {
    return this.events.map(lineOf).join('\n')
  }

  #world(): MachineWorld {
    const { simulation, network } = this
    return {
      simulation,
      createEnv: (process) =>
        new SimEnv(process, {
          messages: () => network.messages(process),
          net: () => network.net(process),
          disk: () => {
            throw new Error('this world has no disks')
          },
          admits: () => true,
          buggify: () => false,
          nextOperation: () => 1,
        }),
      crashDisk: () => {},
      dropInput: dropWaiting,
    }
  }
}

/** A program that does nothing. */
export const idle: Program = () => {}

/** A program that collects the texts of the notes that it receives. */
export function collectNotes(into: string[]): Program {
  return (env: Env) => {
    env.messages.on('note', (message) => {
      into.push(textIn(message))
    })
  }
}

/** The text of a note. */
export function textIn(message: DataRecord): string {
  const { text } = message
  return typeof text === 'string' ? text : ''
}

/** A program that sends a note to a node every `period`, numbered from 1. */
export function sendNotes(target: NodeId, count: number, period: Duration): Program {
  return (env: Env) => {
    let sent = 0
    const timer = env.timers.every(period, () => {
      env.messages.send(target, { kind: 'note', text: String(++sent) })
      if (sent === count) timer.cancel()
    })
  }
}

function lineOf(event: Event): string {
  const { seq, at, node, kind, cause, ...fields } = event
  const texts = Object.entries(fields).map(([name, value]) => `${name}=${textOf(name, value)}`)
  return `${formatInstant(at)} #${seq} <-${cause} ${node} ${kind} ${texts.join(' ')}`.trimEnd()
}

function textOf(name: string, value: unknown): string {
  if (name === 'bytes') return JSON.stringify(Buffer.from(String(value), 'base64').toString())
  return typeof value === 'string' ? value : JSON.stringify(value)
}
