// Runs one scenario on one seed: builds the world, applies the fault plan, feeds the invariants, and says how it ended.
// First the fault phase (`duration`), then everything is healed and the system runs on for `settle`.

import type { DataRecord } from './data.ts'
import type { Event, EventKind, NodeId, RawFields } from './event.ts'
import {
  type BuggifyTally,
  type DroppedFault,
  FaultDriver,
  type FaultHost,
  type FaultPlan,
  type FaultTally,
  type Topology,
} from './faults/index.ts'
import type { InvariantWorld, Undecided, Violation } from './invariant.ts'
import { type InvariantReport, Judge } from './judge.ts'
import { type LoopEnd, Simulation } from './kernel/index.ts'
import { type EventLog, worldLabel } from './log/index.ts'
import { MachineControls } from './node/index.ts'
import { type Outcome, outcomeOf } from './outcome.ts'
import { RandomStreams, type Seed } from './random.ts'
import { type RunChoices, type RunSetup, setUp } from './run-setup.ts'
import { withScenario } from './scenario-error.ts'
import type { NodeSpec, Scenario } from './scenario.ts'
import { installRules } from './scenario-rules.ts'
import { orderOf, pacingOf } from './strategy.ts'
import { type Duration, type Instant, instantZero, seconds } from './time.ts'
import type { Variation } from './variation.ts'
import { type DeadGroup, Vitality } from './vitality.ts'
import { World } from './world.ts'

/** How to run a scenario. */
export interface RunOptions extends RunChoices {
  /** Receives every event (full mode); absent: digest mode, in which events are only built where somebody needs them. */
  readonly onEvent?: (event: Event) => void
  /** Receives the event log, and what the run is made from, before the first event: for recorders. */
  readonly onLog?: (log: EventLog, setup: RunSetup) => void
  /** Finds leaks of real asynchronous resources (default true). The digest is the same either way. */
  readonly isChecked?: boolean
  /** Goes on after the first violation (default false). */
  readonly goesOnAfterViolation?: boolean
  /** Told the name of every delivery that is late (see `Variation.late`). */
  readonly onLate?: (delivery: string) => void
  readonly eventsMax?: number
  readonly instantStepsMax?: number
  /** Called now and then with how far the run is; returning false interrupts it. */
  readonly onProgress?: (progress: RunProgress) => boolean
}

/** How far a run is. */
export interface RunProgress {
  readonly at: Instant
  readonly end: Instant
  readonly events: number
}

/** What came of a run. */
export interface RunResult {
  readonly title: string
  readonly seed: Seed
  readonly parameters: DataRecord
  readonly plan: FaultPlan
  /** What was drawn and left out because the system could not have recovered from it. */
  readonly faultsDropped: readonly DroppedFault[]
  /** How the run departed from what the scenario says. */
  readonly variation: Variation
  readonly outcome: Outcome
  readonly violations: readonly Violation[]
  readonly undecided: readonly Undecided[]
  /** Equal digests, equal runs. */
  readonly digest: string
  readonly events: number
  /** The virtual instant at which the run ended. */
  readonly at: Instant
  /** How many events there were of each kind, most first. */
  readonly eventCounts: ReadonlyMap<EventKind, number>
  readonly drops: ReadonlyMap<string, number>
  readonly operations: { readonly ok: number; readonly fail: number; readonly info: number }
  /** What became of the writes that were not synced when their node crashed. */
  readonly unsynced: { readonly kept: number; readonly lost: number; readonly torn: number }
  /** For each invariant how often it looked at something. */
  readonly invariants: readonly InvariantReport[]
  /** For each fault of the plan whether it fired and had an effect. */
  readonly faults: readonly FaultTally[]
  readonly buggify: readonly BuggifyTally[]
  /** For each client how often it asked whether to make a call. */
  readonly callsAsked: ReadonlyMap<NodeId, number>
}

/**
 * Runs a scenario. Rejects with a ScenarioError, ParameterError, PlanError or InvariantError when the scenario or what
 * was set is wrong, and with what a subscriber threw; everything simulated is in the result.
 */
export async function run(scenario: Scenario, options: RunOptions): Promise<RunResult> {
  return withScenario(scenario.title, () => new ScenarioRun(scenario, options)).run()
}

/** How long a healed system is watched at least, if the scenario lets it settle for so long. */
const settleMin = seconds(2)

class ScenarioRun {
  readonly #scenario: Scenario
  readonly #options: RunOptions
  readonly #setup: RunSetup
  readonly #simulation: Simulation
  readonly #world: World
  readonly #judge: Judge
  readonly #driver: FaultDriver
  readonly #drops = new Map<string, number>()
  readonly #operations = { ok: 0, fail: 0, info: 0 }
  readonly #unsynced = { kept: 0, lost: 0, torn: 0 }
  readonly #orderStreams: RandomStreams
  readonly #vitality: Vitality
  #healedAt: Instant | null = null
  #deadUntilHeal: DeadGroup | null = null
  #releaseRules: () => void = () => undefined
  #isForked = false
  #isInterrupted = false

  constructor(scenario: Scenario, options: RunOptions) {
    this.#scenario = scenario
    this.#options = options
    this.#setup = setUp(scenario, options)
    const { prepared, topology, variation } = this.#setup
    this.#orderStreams = new RandomStreams(options.seed)
    const order = orderOf(variation.strategy ?? { kind: 'first-in' }, this.#orderStreams)
    this.#simulation = new Simulation({ ...options, ...(order === null ? {} : { tie: order.tie }) })
    this.#world = new World(this.#simulation, {
      prepared,
      variation,
      buggify: scenario.buggify,
      pacing: pacingOf(order, variation, options.onLate),
    })
    this.#judge = new Judge(prepared.invariants, invariantWorld(topology))
    this.#driver = this.#createDriver()
    this.#vitality = new Vitality(topology, (node) => this.#world.machines.get(node)?.state)
    this.#subscribe()
  }

  async run(): Promise<RunResult> {
    const { duration, settle } = this.#setup
    const { log } = this.#simulation
    const healAt = (instantZero + duration) as Instant
    const endAt = (healAt + settle) as Instant
    this.#simulation.schedule(instantZero, begin, this, undefined, 0, 0)
    let end = await this.#runUntil(healAt, endAt)
    if (this.#isComplete(end)) {
      log.now = healAt
      this.#simulation.schedule(healAt, heal, this, undefined, 0, log.seq)
      end = await this.#settle(endAt)
    }
    return this.#result(end)
  }

  /** The first step: everything starts. */
  begin(): void {
    const { log } = this.#simulation
    const phase = log.emit('phase', worldLabel, 0, { phase: 'faults' })
    log.cause = phase
    this.#releaseRules = this.#installRules()
    // Programs first, so that a fault at the very first instant hits one that runs.
    this.#world.start()
    this.#driver.start(phase)
  }

  /** The step in which every fault ends. */
  heal(): void {
    const { log } = this.#simulation
    log.cause = log.emit('phase', worldLabel, log.cause, { phase: 'healed' })
    this.#healedAt = log.now
    this.#deadUntilHeal = this.#vitality.dead()
    this.#world.stopBuggify()
    this.#releaseRules()
    this.#driver.heal(log.cause)
  }

  #installRules(): () => void {
    const { title } = this.#scenario
    const { network } = this.#world
    return installRules(this.#setup.prepared.rules, { title, network, simulation: this.#simulation })
  }

  #createDriver(): FaultDriver {
    const { topology, plan } = this.#setup
    const { machines, network } = this.#world
    const controls = {
      nodes: new MachineControls(machines),
      network,
      disk: (node: NodeId) => this.#diskOf(node),
    }
    return new FaultDriver({ plan, topology, controls, host: this.#faultHost() })
  }

  #faultHost(): FaultHost {
    const simulation = this.#simulation
    const { log } = simulation
    return {
      now: () => simulation.now,
      schedule: (at, action) => {
        const pending = simulation.schedule(at, runAction, action, undefined, 0, log.cause)
        return {
          cancel: () => {
            simulation.cancel(pending)
          },
        }
      },
      emit: (kind, fields, cause) => {
        log.cause = log.emit(kind, worldLabel, cause, fields as RawFields<typeof kind>)
        return log.cause
      },
      countStep: () => simulation.countStep(),
    }
  }

  #diskOf(node: NodeId): ReturnType<World['diskOf']> {
    const machine = this.#world.machines.get(node)
    if (machine === undefined) throw new RangeError(`no node "${node}"`)
    return this.#world.diskOf(machine)
  }

  #subscribe(): void {
    const { log } = this.#simulation
    const { onEvent } = this.#options
    this.#options.onLog?.(log, this.#setup)
    if (onEvent !== undefined) log.subscribeAll(onEvent)
    for (const kind of this.#driver.kinds) {
      log.subscribe(kind, (event) => {
        log.afterEmission(() => {
          this.#observe(event)
        })
      })
    }
    this.#judge.subscribe((kind, on) => {
      log.subscribe(kind, on)
    })
    for (const kind of this.#vitality.kinds)
      log.subscribe(kind, (event) => {
        this.#vitality.note(event)
      })
    log.subscribe('drop', ({ why }) => {
      this.#drops.set(why, (this.#drops.get(why) ?? 0) + 1)
    })
    log.subscribe('operation', ({ phase }) => {
      if (phase !== 'invoke') this.#operations[phase]++
    })
    log.subscribe('disk-crash', ({ kept, lost, torn }) => {
      this.#unsynced.kept += kept
      this.#unsynced.lost += lost
      this.#unsynced.torn += torn
    })
  }

  // Within the step of the event's node, which goes on afterwards as what it was.
  #observe(event: Event): void {
    const simulation = this.#simulation
    const { onUncaught } = simulation
    const { cause } = simulation.log
    this.#driver.observe(event)
    simulation.onUncaught = onUncaught
    simulation.log.cause = cause
  }

  // The healed system is watched for a while, and then until no invariant waits for anything.
  async #settle(endAt: Instant): Promise<LoopEnd> {
    const simulation = this.#simulation
    const watchedUntil = simulation.now + settleMin
    const isSettled = (): boolean => simulation.now >= watchedUntil && this.#judge.isSettled()
    const end = await this.#runUntil(endAt, endAt, isSettled)
    const isOver = end.kind === 'stopped' && !this.#isInterrupted && !this.#mustStop()
    return isOver ? { kind: 'until' } : end
  }

  #runUntil(until: Instant, end: Instant, isSettled: () => boolean = () => false): Promise<LoopEnd> {
    const { onProgress } = this.#options
    const simulation = this.#simulation
    return simulation.run({
      until,
      stopWhen: () => {
        if (!this.#isForked) this.#forkIfDue()
        return this.#mustStop() || isSettled()
      },
      onSlice: () => {
        const goesOn = onProgress?.({ at: simulation.now, end, events: simulation.log.seq }) ?? true
        this.#isInterrupted = !goesOn
        return goesOn
      },
    })
  }

  // Between two steps: whatever happened up to the fork has happened as it did before.
  #forkIfDue(): void {
    const { fork } = this.#setup.variation
    if (fork !== undefined && this.#simulation.log.seq < fork.at) return
    this.#isForked = true
    if (fork === undefined) return
    this.#simulation.streams.fork(fork.number)
    this.#orderStreams.fork(fork.number)
  }

  #mustStop(): boolean {
    return this.#options.goesOnAfterViolation !== true && this.#hasViolation()
  }

  #hasViolation(): boolean {
    return this.#judge.violations.length > 0
  }

  #isComplete(end: LoopEnd): boolean {
    return end.kind === 'until' || end.kind === 'drained'
  }

  #result(end: LoopEnd): RunResult {
    const { log } = this.#simulation
    log.cause = log.seq
    log.emit('phase', worldLabel, log.seq, { phase: 'end' })
    if (this.#isComplete(end)) this.#judge.end({ at: log.now, healedAt: this.#healedAt }, log.seq)
    const { plan, dropped, prepared, variation } = this.#setup
    if (log.failure !== null) throw log.failure.error
    const violations = this.#judge.violations.toSorted((a, b) => a.seq - b.seq)
    return {
      title: this.#scenario.title,
      seed: this.#options.seed,
      parameters: prepared.values,
      plan,
      faultsDropped: dropped,
      variation,
      outcome: this.#outcome(end, violations),
      violations,
      undecided: this.#judge.undecided,
      digest: log.digest.value,
      events: log.seq,
      at: log.now,
      eventCounts: log.counts(),
      drops: this.#drops,
      operations: this.#operations,
      unsynced: this.#unsynced,
      invariants: this.#judge.report(),
      faults: this.#driver.tallies(),
      buggify: this.#world.buggifyTallies(),
      callsAsked: this.#world.callsAsked(),
    }
  }

  #outcome(end: LoopEnd, violations: readonly Violation[]): Outcome {
    return outcomeOf({
      end,
      violations,
      expected: this.#scenario.expectViolation,
      undecided: this.#judge.undecided.length,
      waiting: this.#waiting(),
      unfinished: this.#unfinished().map(({ name }) => name),
      deadGroup: this.#vitality.dead()?.group ?? null,
      deadUntilHeal: this.#deadUntilHeal,
      healedAt: this.#healedAt,
      length: (this.#setup.duration + this.#setup.settle) as Duration,
    })
  }

  // Who can never go on when nothing is left to happen.
  #waiting(): NodeId[] {
    const unfinished = this.#unfinished()
    return this.#world.specs
      .filter((spec) => {
        const process = this.#world.machines.get(spec.name)?.process ?? null
        return unfinished.includes(spec) || (process !== null && process.openOperations > 0)
      })
      .map(({ name }) => name)
  }

  #unfinished(): NodeSpec[] {
    return this.#world.specs.filter(({ name, mustFinish }) => {
      const machine = this.#world.machines.get(name)
      return mustFinish === true && machine?.state !== 'finished' && machine?.process?.isFinished !== true
    })
  }
}

function begin(run: ScenarioRun): void {
  run.begin()
}

function heal(run: ScenarioRun): void {
  run.heal()
}

function runAction(action: () => void): void {
  action()
}

function invariantWorld(topology: Topology): InvariantWorld {
  return { nodes: topology.nodes, groups: new Map(topology.groups.map(({ name, nodes }) => [name, nodes])) }
}
