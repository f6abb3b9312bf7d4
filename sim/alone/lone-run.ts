// Runs one node alone: takes its recording turn by turn, and compares each output as it comes.
//
// Almost everything that a program does happens in a step that a recorded input begins. Two kinds of steps have no input
// of their own: that in which a program starts, and that in which it hears that it shall stop. They come when the first
// output comes that they led to, and at once where they led to none.

import type { Event } from '../event.ts'
import type { LoopEnd } from '../kernel/index.ts'
import { NodeRecorder, type NodeRecording, OutputComparer, type RecordedOutput } from '../log/index.ts'
import type { Process } from '../node/index.ts'
import { outcomeOf } from '../outcome.ts'
import { type Instant, ns } from '../time.ts'
import type { AloneDivergence, AloneEnd, AloneResult } from './alone-result.ts'
import { Feeder } from './feeder.ts'
import { LoneSimulation } from './lone-simulation.ts'
import { LoneWorld, type LoneWorldSpec } from './lone-world.ts'
import { Script } from './script.ts'
import type { Seed } from '../random.ts'

/** What a run alone is made from. */
export interface LoneRunSpec extends Omit<LoneWorldSpec, 'recorded'> {
  readonly recording: NodeRecording
  readonly seed: Seed
  readonly isChecked: boolean
}

/** A step of the node that no input begins. */
interface OwnStep {
  readonly process: Process
  /** The place of the input that led to it, and its seq. */
  readonly input: number
  readonly cause: number
  /** Whether the node could take it at once. */
  readonly isFree: boolean
}

/** What happens next. */
type Turn =
  | { readonly kind: 'feed'; readonly at: Instant }
  | { readonly kind: 'own-step'; readonly at: Instant; readonly step: OwnStep }
  | { readonly kind: 'forced-stop'; readonly at: Instant; readonly cause: number }
  | { readonly kind: 'missing-output' | 'end'; readonly at: Instant }

const beforeCount = 5
/** Where one node runs alone, nobody judges and nobody waits. */
const nobody = {
  violations: [],
  undecided: 0,
  expected: null,
  waiting: [],
  unfinished: [],
  deadGroup: null,
  deadUntilHeal: null,
  healedAt: null,
  length: ns(0),
}

/** One run of one node alone. */
export class LoneRun {
  readonly #recording: NodeRecording
  readonly #script: Script
  readonly #simulation: LoneSimulation
  readonly #world: LoneWorld
  readonly #feeder: Feeder
  readonly #recorder: NodeRecorder
  readonly #now: NodeRecording
  readonly #comparer: OutputComparer
  #ownSteps: OwnStep[] = []
  #divergence: AloneDivergence | null = null

  constructor({ recording, seed, isChecked, ...world }: LoneRunSpec) {
    this.#recording = recording
    this.#script = new Script(recording)
    this.#simulation = new LoneSimulation({ seed, isChecked })
    this.#world = new LoneWorld(this.#simulation, { ...world, recorded: this.#script })
    this.#feeder = new Feeder(this.#world)
    this.#recorder = new NodeRecorder(recording.node)
    this.#now = this.#recorder.recording()
    this.#comparer = new OutputComparer(recording)
    this.#simulation.log.subscribeAll((event) => {
      this.#observe(event)
    })
  }

  /** Runs it to the end, or to the first thing that is not as recorded. */
  async run(): Promise<AloneResult> {
    this.#takeTurnAt(this.#simulation.now)
    const end = await this.#simulation.run({ stopWhen: () => this.#divergence !== null })
    const { fed, produced } = this.#script
    return { ...this.#ending(end), node: this.#recording.node, inputs: fed, outputs: produced }
  }

  #ending(end: LoopEnd): AloneEnd {
    if (this.#divergence !== null) return { kind: 'diverged', divergence: this.#divergence }
    return end.kind === 'drained'
      ? { kind: 'same' }
      : { kind: 'undecided', outcome: outcomeOf({ ...nobody, end }) }
  }

  // ---- turns

  #takeTurnAt(at: Instant): void {
    this.#simulation.scheduleTurn(at, () => {
      this.#takeTurn()
    })
  }

  // A turn that comes later is decided upon again when it is time for it, which gives the same.
  #takeTurn(): void {
    const { now } = this.#simulation
    const turn = this.#nextTurn()
    if (turn.at > now) this.#takeTurnAt(turn.at)
    else if (turn.kind !== 'end') {
      this.#take(turn)
      this.#takeTurnAt(now)
    }
  }

  #take(turn: Turn): void {
    if (turn.kind === 'feed') this.#feed()
    else if (turn.kind === 'own-step') {
      this.#ownSteps = this.#ownSteps.filter((step) => step !== turn.step)
      this.#release(turn.step.cause, 'program')
    } else if (turn.kind === 'forced-stop') this.#release(turn.cause, 'machine')
    else this.#missOutput()
  }

  #release(cause: number, actor: 'program' | 'machine'): void {
    this.#world.machine.isHindered = false
    if (!this.#simulation.release(cause, actor)) this.#missOutput()
  }

  #nextTurn(): Turn {
    const { now } = this.#simulation
    const { dueOutput, nextInput } = this.#script
    this.#ownSteps = this.#ownSteps.filter(({ process }) => process.isAlive)
    if (dueOutput !== null) return this.#turnTo(dueOutput)
    const step = this.#quietStep()
    if (step !== null) return { kind: 'own-step', at: now, step }
    return nextInput === null ? { kind: 'end', at: now } : { kind: 'feed', at: nextInput.event.at }
  }

  // No input comes before it, so a step of the node's own must lead to it.
  #turnTo({ event, input }: RecordedOutput): Turn {
    const { at } = event
    if (event.kind === 'stop' && event.isForced)
      return { kind: 'forced-stop', at, cause: this.#script.seqOf(event.cause) }
    const step = this.#ownSteps.find((own) => own.input === input) ?? this.#quietStep()
    return step === null ? { kind: 'missing-output', at } : { kind: 'own-step', at, step }
  }

  // A step without outputs is not in the recording: it comes at once, unless the node was paused or busy. Then it may
  // never have come, and only what would follow it shows that it has. What else the world did in the instant in which it
  // led to the step comes first, as it does when a run heals.
  #quietStep(): OwnStep | null {
    const next = this.#script.nextInput?.event ?? null
    const step = this.#ownSteps[0]
    if (step === undefined || !step.isFree || this.#script.isFruitful(step.input)) return null
    return next !== null && next.at === this.#simulation.now && worldKinds.has(next.kind) ? null : step
  }

  #feed(): boolean {
    const { nextInput, fed } = this.#script
    if (nextInput === null) return false
    const { event } = nextInput
    const isTaken = this.#feeder.feed(event, this.#script.seqOf(event.cause)) && this.#script.fed > fed
    if (!isTaken) this.#diverge({ kind: 'input', recorded: event, before: this.#before(fed) })
    if (event.kind === 'start' || event.kind === 'stop-asked') this.#expectOwnStep(event, fed)
    return isTaken
  }

  #expectOwnStep({ seq, at }: Event, input: number): void {
    const { process, state, departure } = this.#world.machine
    const isFree = state !== 'paused' && departure <= at
    if (process !== null) this.#ownSteps.push({ process, input, cause: this.#script.seqOf(seq), isFree })
  }

  // ---- what comes of them

  #observe(event: Event): void {
    const { inputs, outputs } = this.#now
    const [inputCount, outputCount] = [inputs.length, outputs.length]
    this.#recorder.add(event)
    if (this.#divergence !== null) return
    if (inputs.length > inputCount) this.#passInput(event)
    const output = outputs[outputCount]
    if (output !== undefined) this.#compare(output)
  }

  #passInput(event: Event): void {
    const recorded = this.#script.nextInput?.event
    if (recorded?.kind !== event.kind) return
    this.#script.passInput(recorded, event.seq)
    if (event.node !== '') this.#interruptAfter(recorded)
  }

  #compare(output: RecordedOutput): void {
    const due = this.#script.dueOutput
    if (due === null) {
      this.#divergeAt(null, output)
      return
    }
    this.#comparer.add(output)
    if (this.#comparer.parting !== null) this.#divergeAt(due, output)
    else {
      this.#script.passOutput(due.event, output.event.seq)
      this.#interruptAfter(due.event)
    }
  }

  // Faults that an event of this node triggered came in the middle of its step: a crash lets nothing of the rest happen.
  #interruptAfter(recorded: Event): void {
    const { log } = this.#simulation
    log.afterEmission(() => {
      const { cause } = log
      const { onUncaught } = this.#simulation
      const chain = new Set([recorded.seq])
      while (this.#isNextOf(chain) && this.#feed());
      log.cause = cause
      this.#simulation.onUncaught = onUncaught
    })
  }

  #isNextOf(chain: Set<number>): boolean {
    const { dueOutput, nextInput } = this.#script
    if (this.#divergence !== null || dueOutput !== null || nextInput === null) return false
    const { kind, at, cause, seq } = nextInput.event
    if (!interruptingKinds.has(kind) || at !== this.#simulation.now || !chain.has(cause)) return false
    chain.add(seq)
    return true
  }

  // ---- divergence

  #missOutput(): void {
    this.#divergeAt(this.#script.dueOutput, null)
  }

  #divergeAt(recorded: RecordedOutput | null, produced: RecordedOutput | null): void {
    const difference = this.#comparer.parting?.difference ?? null
    this.#diverge({
      kind: 'output',
      recorded: recorded?.event ?? null,
      produced: produced === null ? null : this.#asInTrace(produced, recorded),
      difference,
      before: this.#before(this.#script.fed),
    })
  }

  #diverge(divergence: AloneDivergence): void {
    this.#divergence ??= divergence
  }

  #asInTrace({ event, input }: RecordedOutput, recorded: RecordedOutput | null): Event {
    const { inputs, outputs } = this.#recording
    const { fed, produced } = this.#script
    const last = Math.max(inputs[fed - 1]?.event.seq ?? 0, outputs[produced - 1]?.event.seq ?? 0)
    return { ...event, seq: recorded?.event.seq ?? last + 1, cause: inputs[input]?.event.seq ?? 0 }
  }

  #before(fed: number): readonly Event[] {
    return this.#recording.inputs.slice(Math.max(0, fed - beforeCount), fed).map(({ event }) => event)
  }
}

/** What faults do to a node in the middle of its step. */
const interruptingKinds: ReadonlySet<string> = new Set([
  'fault-begin',
  'fault-end',
  'crash',
  'pause',
  'resume',
  'stop-asked',
])

/** What the world does to a node besides giving its program something. */
const worldKinds: ReadonlySet<string> = new Set([...interruptingKinds, 'start', 'phase', 'core'])
