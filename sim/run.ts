// Runs one scenario on one seed: builds the world, applies the fault plan, feeds the invariants, and says how it ended.
// First the fault phase (`duration`), then a healed core has to reach its goal (`liveness`, where a scenario has it), then
// everything is healed and the system runs on for `settle`.

import type { Event, NodeId, RawFields } from './event.ts'
import { FaultDriver, type FaultHost, type Topology } from './faults/index.ts'
import type { InvariantWorld, Violation } from './invariant.ts'
import { Judge } from './judge.ts'
import { type LoopEnd, Simulation } from './kernel/index.ts'
import { coreProgressName, type Liveness, pickCore } from './liveness/index.ts'
import { type EventLog, worldLabel } from './log/index.ts'
import { MachineControls } from './node/index.ts'
import { type Outcome, outcomeOf } from './outcome.ts'
import { type RandomStream, RandomStreams } from './random.ts'
import { lengthOfSetup, type RunChoices, type RunSetup, setUp } from './run-setup.ts'
import type { RunResult } from './run-result.ts'
import { type RunTally, tallyOf } from './run-tally.ts'
import { withScenario } from './scenario-error.ts'
import type { NodeSpec, Scenario } from './scenario.ts'
import { installRules } from './scenario-rules.ts'
import { orderOf, pacingOf } from './strategy.ts'
import { after, type Instant, instantZero, seconds } from './time.ts'
import { type DeadGroup, Vitality } from './vitality.ts'
import { World } from './world.ts'

export type { RunResult } from './run-result.ts'

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
  readonly #tally: RunTally
  readonly #orderStreams: RandomStreams
  readonly #vitality: Vitality
  #healedAt: Instant | null = null
  #deadUntilHeal: DeadGroup | null = null
  #releaseRules: () => void = () => undefined
  #hasCore = false
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
    this.#tally = tallyOf(this.#simulation.log)
  }

  async run(): Promise<RunResult> {
    const { duration, settle } = this.#setup
    const frozenAt = (instantZero + duration) as Instant
    const endAt = (instantZero + lengthOfSetup(this.#setup)) as Instant
    this.#simulation.schedule(instantZero, begin, this, undefined, 0, 0)
    let end = await this.#runUntil(frozenAt, endAt)
    if (this.#isComplete(end)) end = await this.#runCore(frozenAt, endAt)
    if (this.#isComplete(end)) {
      this.#schedulePhase(heal)
      end = await this.#settle((this.#simulation.now + settle) as Instant)
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

  /** The step in which a core is healed, and all else stays as it is. */
  freeze(core: ReadonlySet<NodeId>): void {
    const { log } = this.#simulation
    const nodes = [...core]
    log.cause = log.emit('core', worldLabel, log.cause, { nodes })
    this.#deadUntilHeal = this.#vitality.dead()
    this.#world.stopBuggify()
    this.#judge.subscribe((kind, on) => {
      log.subscribe(kind, on)
    }, 'core')
    this.#driver.freeze(core, log.cause)
  }

  /** The step in which every fault ends. */
  heal(): void {
    const { log } = this.#simulation
    log.cause = log.emit('phase', worldLabel, log.cause, { phase: 'healed' })
    this.#healedAt = log.now
    if (!this.#hasCore) this.#deadUntilHeal = this.#vitality.dead()
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
    }, 'whole-run')
    for (const kind of this.#vitality.kinds)
      log.subscribe(kind, (event) => {
        this.#vitality.note(event)
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

  // A core may be all that there is of the system until it has shown what it can do.
  async #runCore(frozenAt: Instant, endAt: Instant): Promise<LoopEnd> {
    const simulation = this.#simulation
    simulation.log.now = frozenAt
    const { liveness } = this.#setup.prepared
    const core = liveness === null ? null : this.#pickCore(liveness)
    if (liveness === null || core === null) return { kind: 'until' }
    this.#hasCore = true
    this.#schedulePhase((run) => {
      run.freeze(core)
    })
    const until = after(frozenAt, liveness.within)
    const end = await this.#runUntil(until, endAt, () => this.#judge.isSettledBy(coreProgressName(liveness)))
    if (this.#isComplete(end)) simulation.log.now = until
    return this.#isOverBy(end) ? { kind: 'until' } : end
  }

  #pickCore({ members = {} }: Liveness): ReadonlySet<NodeId> | null {
    const { topology } = this.#setup
    const isAble = (node: NodeId): boolean =>
      !this.#driver.damaged.has(node) && this.#world.machines.get(node)?.state !== 'finished'
    const random = (group: string): RandomStream => this.#simulation.streams.stream(`liveness/${group}`)
    return pickCore({ topology, members, random, isAble })
  }

  #schedulePhase(begin: (run: this) => void): void {
    const { log } = this.#simulation
    this.#simulation.schedule(log.now, begin, this, undefined, 0, log.seq)
  }

  // The healed system is watched for a while, and then until no invariant waits for anything.
  async #settle(endAt: Instant): Promise<LoopEnd> {
    const simulation = this.#simulation
    const watchedUntil = simulation.now + settleMin
    const isSettled = (): boolean => simulation.now >= watchedUntil && this.#judge.isSettled()
    const end = await this.#runUntil(endAt, endAt, isSettled)
    return this.#isOverBy(end) ? { kind: 'until' } : end
  }

  // Whether a phase ended because nobody waits for anything more of it.
  #isOverBy(end: LoopEnd): boolean {
    return end.kind === 'stopped' && !this.#isInterrupted && !this.#mustStop()
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
      steps: this.#simulation.steps,
      at: log.now,
      eventCounts: log.counts(),
      ...this.#tally,
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
      length: lengthOfSetup(this.#setup),
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
