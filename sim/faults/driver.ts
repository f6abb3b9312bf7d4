// Applies a fault plan to a running world: begins and ends faults, logs both, counts their effects, heals in the end.

import { Agenda } from './agenda.ts'
import { ArmedTriggers } from './armed-triggers.ts'
import type { FaultHost, WorldControls } from './controls.ts'
import type { Fault, FaultBody, FaultKind, FaultPlan } from './fault.ts'
import type { End } from './kinds/entry.ts'
import { NodeFaults, type ClocksAtHeal } from './node-faults.ts'
import { eventResolver } from './placeholder.ts'
import { faultAt, faultBody } from './read-fault.ts'
import { entryOf } from './registry.ts'
import { expandFault } from './resolve-fault.ts'
import { type Topology, versionsOf } from './topology.ts'
import { Turns } from './turns.ts'
import type { Event, EventKind, NodeId } from '../event.ts'
import { after } from '../time.ts'

/** What a driver is made of. The plan names only nodes that exist, and event placeholders in triggered faults. */
export interface FaultDriverParts {
  readonly plan: FaultPlan
  readonly topology: Topology
  readonly host: FaultHost
  readonly controls: WorldControls
}

/** What became of one fault of a plan. */
export interface FaultTally {
  /** Its place in the plan. */
  readonly index: number
  readonly kind: FaultKind
  /** How often it began: a triggered fault may begin several times, and a timed one never if the run ended before. */
  readonly begun: number
  /** How often it changed what happened. 0 after it began: it hit a node that was down, a link nobody used. */
  readonly effects: number
  /**
   * How often its trigger matched an event whose node a `$node` or `$others` could not stand for, or stood for a node that
   * lacks the version to which it would be upgraded.
   */
  readonly unresolved: number
}

interface Active {
  readonly index: number
  readonly body: FaultBody
  readonly begin: number
  readonly end: End
}

/**
 * Applies a plan. Several faults at once on one target combine as `NodeFaults` and `WorldControls` say. At one instant,
 * ends come before begins, begins in the order of the plan.
 */
export class FaultDriver {
  readonly #parts: FaultDriverParts
  readonly #agenda: Agenda
  readonly #triggers: ArmedTriggers
  readonly #nodes: NodeFaults
  readonly #active = new Set<Active>()
  readonly #tallies: Counts[]
  readonly #turns: Turns
  /** The nodes whose synced data a fault may have damaged. */
  readonly #damaged = new Set<NodeId>()
  /** Whether no fault begins any more. */
  #isOver = false
  #isHealed = false

  constructor(parts: FaultDriverParts) {
    this.#parts = parts
    this.#agenda = new Agenda(parts.host)
    this.#turns = new Turns(parts.host)
    this.#triggers = new ArmedTriggers(parts.plan)
    this.#nodes = new NodeFaults(parts.controls.nodes)
    this.#tallies = parts.plan.map(() => ({ begun: 0, effects: 0, unresolved: 0 }))
  }

  /** The kinds of events that `observe` wants to see; none when the plan has no triggers. */
  get kinds(): readonly EventKind[] {
    return this.#triggers.kinds
  }

  /** How many faults have begun and not ended. */
  get activeCount(): number {
    return this.#active.size
  }

  /** The nodes whose synced data may be damaged by what has begun so far. */
  get damaged(): ReadonlySet<NodeId> {
    return this.#damaged
  }

  /** Schedules the plan; `cause` is the seq of the event that begins the phase of faults. To be called once. */
  start(cause: number): void {
    for (const [index, fault] of this.#parts.plan.entries()) {
      if (fault.when !== undefined) continue
      this.#agenda.add(fault.at, 'begin', () => {
        this.#turns.take(() => {
          this.#begin(index, fault, cause)
        })
      })
    }
  }

  /**
   * Begins what an event triggers: at once, in the event's own step, unless the trigger has a delay. What is triggered by
   * the begin or end of another fault comes after that, in the same step.
   */
  observe(event: Event): void {
    for (const { index, when } of this.#triggers.firedBy(event)) {
      const fire = (): void => {
        this.#turns.take(() => {
          this.#fire(index, event)
        })
      }
      if (when.delay === undefined || when.delay === 0) fire()
      else this.#agenda.add(after(this.#parts.host.now(), when.delay), 'begin', fire)
    }
  }

  /**
   * Heals a core for good, and freezes the rest: no fault begins or ends any more, what concerns a node of the core ends,
   * the links among its nodes are freed, and those that are down start again. `cause` is the seq of the event that says so.
   */
  freeze(core: ReadonlySet<NodeId>, cause: number): void {
    this.#isOver = true
    this.#agenda.clear()
    this.#triggers.disarm()
    for (const active of this.#active) if (concerns(active.body, core)) this.#end(active)
    this.#parts.controls.network.shelter(core)
    const inOrder = this.#parts.topology.nodes.filter((node) => core.has(node))
    this.#nodes.heal(inOrder, 'left', cause)
  }

  /**
   * Ends everything for good: no fault begins any more, all that hold end, every node that is paused goes on and every
   * node that is down starts again, unless it ended itself on purpose. `cause` is the seq of the event that says so.
   * Harmless a second time.
   */
  heal(cause: number, clocks: ClocksAtHeal = 'left'): void {
    if (this.#isHealed) return
    this.#isHealed = true
    this.#isOver = true
    this.#agenda.clear()
    this.#triggers.disarm()
    for (const active of this.#active) this.#end(active)
    this.#nodes.heal(this.#parts.topology.nodes, clocks, cause)
  }

  /** What became of each fault so far, in the order of the plan. */
  tallies(): readonly FaultTally[] {
    return this.#parts.plan.map(({ kind }, index) => ({
      index,
      kind,
      ...noneIfMissing(this.#tallies[index]),
    }))
  }

  #fire(index: number, event: Event): void {
    const fault = this.#parts.plan[index]
    if (fault === undefined || this.#isOver) return
    const { topology, host } = this.#parts
    const bodies = expandFault(faultBody(fault), eventResolver(topology, event.node))
    if ('unresolved' in bodies) this.#countUnresolved(index)
    else
      for (const body of bodies)
        if (isPossible(body, topology)) this.#begin(index, faultAt(host.now(), body), event.seq)
        else this.#countUnresolved(index)
  }

  #countUnresolved(index: number): void {
    const counts = this.#tallies[index]
    if (counts !== undefined) counts.unresolved++
  }

  #begin(index: number, fault: Fault, cause: number): void {
    const counts = this.#tallies[index]
    if (counts === undefined) return
    counts.begun++
    const { host, topology, controls } = this.#parts
    const begin = host.emit('fault-begin', { index, fault }, cause)
    const origin = {
      index,
      cause: begin,
      affected: () => {
        counts.effects++
      },
    }
    const body = faultBody(fault)
    if (entryOf(body).isDataDamaging && 'node' in body) this.#damaged.add(body.node)
    const end = entryOf(body).begin(body, { topology, controls, nodes: this.#nodes, origin })
    this.#endLater({ index, body, begin, end })
  }

  #endLater(active: Active): void {
    const { body } = active
    this.#active.add(active)
    const isMoment = body.for === undefined && entryOf(body).lasts !== 'while'
    if (isMoment || this.#isOver) this.#end(active)
    else if (body.for !== undefined)
      this.#agenda.add(after(this.#parts.host.now(), body.for), 'end', () => {
        this.#turns.take(() => {
          this.#end(active)
        })
      })
  }

  #end(active: Active): void {
    if (!this.#active.delete(active)) return
    const { index, body, begin } = active
    active.end(this.#parts.host.emit('fault-end', { index, faultKind: body.kind }, begin))
  }
}

/** Whether a fault does something to one of these nodes itself. A name that stands for another node concerns everybody. */
function concerns(body: FaultBody, nodes: ReadonlySet<NodeId>): boolean {
  if (body.kind === 'names-change') return true
  return 'node' in body && nodes.has(body.node)
}

/** Which version a node has shows only when an event has said which node it is. */
function isPossible(body: FaultBody, topology: Topology): boolean {
  if (body.kind !== 'upgrade') return true
  return versionsOf(topology, body.node)?.includes(body.version) ?? true
}

interface Counts {
  begun: number
  effects: number
  unresolved: number
}

function noneIfMissing(counts: Counts | undefined): Counts {
  return counts ?? { begun: 0, effects: 0, unresolved: 0 }
}
