// One execution of one path: a world of its own with the queue from which somebody chooses, and what is noticed of each
// step. There are no snapshots: to be in a state again is to run the path again.

import { ChoiceQueue } from './choice-queue.ts'
import { OperationHistory } from './operation-history.ts'
import { Published, stateProbe } from './published.ts'
import type { Effect, Step } from './step.ts'
import { WatchedWorld } from './watched-world.ts'
import type { Event, EventKind, NodeId } from '../../event.ts'
import type { ResolvedExhaustSettings } from '../../exhaust-settings.ts'
import type { Topology } from '../../faults/index.ts'
import type { Invariant } from '../../invariant.ts'
import { Judge } from '../../judge.ts'
import { type LoopEnd, Simulation } from '../../kernel/index.ts'
import { worldLabel } from '../../log/index.ts'
import type { Machine } from '../../node/index.ts'
import type { Seed } from '../../random.ts'
import type { PreparedScenario } from '../../scenario.ts'
import { instantZero } from '../../time.ts'

/** What all executions of a search are made from. */
export interface SmallWorldSpec {
  readonly prepared: PreparedScenario
  readonly topology: Topology
  readonly settings: ResolvedExhaustSettings
  readonly seed: Seed
  /** Looks for real timers, sockets and files that a program creates. */
  readonly isChecked: boolean
  /** Receives every event. */
  readonly onEvent?: (event: Event) => void
}

/** Kinds of events that tell nothing beyond who is up and the history of operations, which are part of a state. */
const followsFromState: ReadonlySet<EventKind> = new Set(['phase', 'operation', 'start', 'crash', 'exit'])

/** A world on its path. */
export class SmallWorld {
  readonly settings: ResolvedExhaustSettings
  readonly world: WatchedWorld
  readonly queue: ChoiceQueue
  readonly judge: Judge
  readonly published: Published
  readonly history: OperationHistory = new OperationHistory()
  /** How often each budget was used. */
  readonly used: { crash: number; loss: number; duplicate: number } = { crash: 0, loss: 0, duplicate: 0 }
  /** Invariants that saw what a state does not hold, and do not say what they remember of it. */
  readonly forgetful: Set<string> = new Set()
  /** The nodes of the scenario that may crash. */
  readonly #mortal: ReadonlySet<NodeId>
  readonly #simulation: Simulation
  #isVisible = false
  #seqBefore = 0

  /** `choose` is called whenever a step is over, and takes the next one; false ends the path. */
  constructor(spec: SmallWorldSpec, choose: () => boolean) {
    const { prepared, topology, settings, seed, isChecked, onEvent } = spec
    let queue: ChoiceQueue | null = null
    this.settings = settings
    this.#simulation = new Simulation({
      seed,
      isChecked,
      queue: (state) => (queue = new ChoiceQueue(state, settings.network === 'set', choose)),
    })
    this.queue = queue ?? unreachable()
    this.world = new WatchedWorld(this.#simulation, prepared)
    const groups = new Map(topology.groups.map(({ name, nodes }) => [name, nodes]))
    this.judge = new Judge(prepared.invariants, { nodes: topology.nodes, groups })
    this.#mortal = mortalNodes(topology, settings)
    const { log } = this.#simulation
    if (onEvent !== undefined) log.subscribeAll(onEvent)
    this.published = new Published(log)
    this.#notice(prepared.invariants)
    this.judge.subscribe((kind, on) => {
      log.subscribe(kind, on)
    })
  }

  /** Starts every program, then goes on until `choose` says that the path is at its end. */
  run(): Promise<LoopEnd> {
    const simulation = this.#simulation
    simulation.schedule(instantZero, begin, this, undefined, 0, 0)
    return simulation.run()
  }

  /** The first step, which is no choice: everything starts. */
  begin(): void {
    const { log } = this.#simulation
    log.cause = log.emit('phase', worldLabel, 0, { phase: 'faults' })
    this.world.start()
  }

  get machines(): ReadonlyMap<NodeId, Machine> {
    return this.world.machines
  }

  mayCrash(node: NodeId): boolean {
    return this.#mortal.has(node)
  }

  /** Takes a step that was possible when the world was in this state before. */
  take(step: Step): void {
    this.#isVisible = false
    this.#seqBefore = this.#simulation.log.seq
    const { queue } = this
    switch (step.kind) {
      case 'delivery':
        queue.deliver(found(queue.messages.get(step.record), step), false)
        return
      case 'duplicate':
        this.used.duplicate++
        queue.deliver(found(queue.messages.get(step.record), step), true)
        return
      case 'loss':
        this.used.loss++
        queue.lose(found(queue.messages.get(step.record), step))
        return
      case 'timer':
        queue.fire(found(queue.timers.get(step.record), step))
        return
      case 'device':
        queue.come(found(queue.devices.get(step.record), step))
        return
      case 'crash':
        this.used.crash++
        queue.enter(step.node, 1)
        this.#machine(step.node).crash('silent', step.disk)
        return
      case 'start':
        queue.enter(step.node, 1)
        this.#machine(step.node).start()
    }
  }

  /** The step that was taken last was ignored, and counts as not taken. */
  takeBack(step: Step): void {
    if (step.kind === 'duplicate') this.used.duplicate--
    this.queue.putBack()
  }

  /** What the step that was taken last has touched. */
  effectOf(step: Step): Effect {
    const { network, crashes, losses, duplicates } = this.settings
    const effect = { node: step.node, other: null, budget: null, isVisible: this.#isVisible, isIdle: false }
    switch (step.kind) {
      case 'delivery':
        return { ...effect, isIdle: network !== 'ordered' && this.#wasIgnored() }
      case 'duplicate':
        return { ...effect, budget: duplicates === Infinity ? null : 'duplicate', isIdle: this.#wasIgnored() }
      case 'loss':
        // In a set, whether a message is lost before or after it is sent once more makes a difference.
        return {
          ...effect,
          budget: losses === Infinity ? null : 'loss',
          other: network === 'set' ? step.source : null,
        }
      case 'crash':
        return { ...effect, budget: crashes === Infinity ? null : 'crash' }
      case 'timer':
      case 'device':
      case 'start':
        return effect
    }
  }

  /** Who must end by itself and has not, when no step is possible any more. */
  unfinished(): readonly NodeId[] {
    return this.world.specs
      .filter(({ name, mustFinish }) => {
        const { process, state } = this.#machine(name)
        return mustFinish === true && state !== 'finished' && process?.isFinished !== true
      })
      .map(({ name }) => name)
  }

  /** Whether some operation has not ended. */
  hasOpenOperations(): boolean {
    return [...this.machines.values()].some(({ process }) => process !== null && process.openOperations > 0)
  }

  /** The path is at its end: what is judged at the end of a run is judged here. */
  end(): void {
    const { now, seq } = this.#simulation.log
    this.judge.end({ at: now, healedAt: null }, seq)
  }

  #machine(node: NodeId): Machine {
    return found(this.machines.get(node), node)
  }

  // The program did nothing, and published nothing, that anybody could see.
  #wasIgnored(): boolean {
    return this.#simulation.log.seq === this.#seqBefore + 1
  }

  #notice(invariants: readonly Invariant[]): void {
    const { log } = this.#simulation
    log.subscribe('operation', (event) => {
      this.#isVisible = true
      this.history.add(event)
    })
    invariants.forEach((invariant, index) => {
      if (invariant.isMemoryless === true) return
      for (const kind of new Set(invariant.kinds)) {
        if (followsFromState.has(kind)) continue
        log.subscribe(kind, (event) => {
          if (event.kind === 'probe' && event.name === stateProbe) return
          this.#isVisible = true
          if (!this.judge.hasMemory(index)) this.forgetful.add(invariant.name)
        })
      }
    })
  }
}

function begin(world: SmallWorld): void {
  world.begin()
}

function mortalNodes(topology: Topology, { crashes, crashesOf }: ResolvedExhaustSettings): Set<NodeId> {
  if (crashes === 0) return new Set()
  if (crashesOf.length === 0) return new Set(topology.nodes)
  return new Set(crashesOf.flatMap((name) => nodesNamed(topology, name)))
}

function nodesNamed({ nodes, groups }: Topology, name: string): readonly NodeId[] {
  const group = groups.find((each) => each.name === name)
  if (group !== undefined) return group.nodes
  if (nodes.includes(name)) return [name]
  const known = [...groups.map((each) => each.name), ...nodes]
  throw new TypeError(`exhaust: got crashesOf ${JSON.stringify(name)}, wanted one of ${known.join(', ')}`)
}

/** What must be there when a path is run again. */
function found<T>(thing: T | undefined, what: Step | NodeId): T {
  if (thing !== undefined) return thing
  throw new Error(
    `a path led elsewhere when it was run again: got no ${JSON.stringify(what)}, wanted what was there before (does a program depend on something outside of the simulation?)`,
  )
}

function unreachable(): never {
  throw new Error('unreachable: the simulation makes its queue')
}
