// How a run ended. Only one outcome is a pass; everything that was not judged, or could not go on, has a name of its own.

import type { NodeId } from './event.ts'
import type { Violation } from './invariant.ts'
import type { Leak, LoopEnd } from './kernel/index.ts'
import { between, type Duration, formatInstant, type Instant } from './time.ts'
import type { DeadGroup } from './vitality.ts'

/** How a run ended. */
export type Outcome =
  | { readonly kind: 'passed' }
  /** An invariant was violated, or a program ended by an error. */
  | { readonly kind: 'violated' }
  /** The scenario expects an invariant to be violated, and it was not. */
  | { readonly kind: 'not-violated'; readonly invariant: string }
  /** Nothing was left to happen while somebody still waited. */
  | { readonly kind: 'deadlock'; readonly waiting: readonly NodeId[] }
  /** At the end of the run a node that must end by itself had not. */
  | { readonly kind: 'unfinished'; readonly nodes: readonly NodeId[] }
  /**
   * Nobody of a group was up (or nobody at all): such a run shows nothing. Either at the end, or, with `since`, from that
   * instant until everything was healed, for more than half of what the run could have lasted. Shorter is legitimate: that
   * everybody goes down shortly before the heal, or at any time when the healed system then shows for as long what it does.
   */
  | { readonly kind: 'dead'; readonly group: string; readonly since?: Instant }
  /** A real asynchronous resource was created inside the simulation. */
  | { readonly kind: 'leak'; readonly leak: Leak }
  /** Virtual time stood still: more steps at one instant than the bound. */
  | { readonly kind: 'livelock'; readonly at: Instant; readonly stepsMax: number }
  /** The same within one step: more microtasks than the bound. Found in checked mode only. */
  | { readonly kind: 'livelock'; readonly at: Instant; readonly microtasksMax: number }
  /** More events than the bound, in the whole run or in one step. */
  | { readonly kind: 'events-bound'; readonly eventsMax: number; readonly isOneStep?: true }
  /** An invariant could not be judged within its bounds. */
  | { readonly kind: 'undecided' }
  /** Stopped from outside before its end. */
  | { readonly kind: 'interrupted' }

/** What decides the outcome of a run. */
export interface RunFacts {
  readonly end: LoopEnd
  readonly violations: readonly Pick<Violation, 'invariant'>[]
  /** How many invariants could not be judged. */
  readonly undecided: number
  /** The invariant that must be violated; null when none must. */
  readonly expected: string | null
  /** Who waits for something that only another event could bring. */
  readonly waiting: readonly NodeId[]
  /** Who must end by itself and has not. */
  readonly unfinished: readonly NodeId[]
  /** A group of which nobody is up at the end; null when there is none. */
  readonly deadGroup: string | null
  /** A group of which nobody was up when everything was healed; null when there was none. */
  readonly deadUntilHeal: DeadGroup | null
  readonly healedAt: Instant | null
  /** How long the run goes on at most. */
  readonly length: Duration
}

/** The outcome of a run: what the world shows counts before what the invariants say of it. */
export function outcomeOf(facts: RunFacts): Outcome {
  const { end, violations, expected } = facts
  // A run that may have raced the real world shows nothing else.
  if (end.kind === 'leak') return end
  if (violations.some(({ invariant }) => invariant !== expected)) return { kind: 'violated' }
  switch (end.kind) {
    case 'instant-bound':
      return { kind: 'livelock', at: end.at, stepsMax: end.stepsMax }
    case 'microtasks-bound':
      return { kind: 'livelock', at: end.at, microtasksMax: end.microtasksMax }
    case 'events-bound':
      return end
    case 'stopped':
      return violations.length > 0 ? { kind: 'passed' } : { kind: 'interrupted' }
    case 'drained':
    case 'until':
      return violations.length > 0 ? { kind: 'passed' } : outcomeAtEnd(facts)
  }
}

function outcomeAtEnd(facts: RunFacts): Outcome {
  const { end, waiting, unfinished, undecided, expected } = facts
  if (end.kind === 'drained' && waiting.length > 0) return { kind: 'deadlock', waiting }
  const dead = deathOf(facts)
  if (dead !== null) return dead
  if (unfinished.length > 0) return { kind: 'unfinished', nodes: unfinished }
  return judgedOutcome({ violations: [], undecided, expected })
}

function deathOf({ deadGroup, deadUntilHeal, healedAt, length }: RunFacts): Outcome | null {
  if (deadGroup !== null) return { kind: 'dead', group: deadGroup }
  if (deadUntilHeal === null || healedAt === null) return null
  const isMostOfTheRun = 2 * between(deadUntilHeal.since, healedAt) > length
  return isMostOfTheRun ? { kind: 'dead', ...deadUntilHeal } : null
}

/** The outcome as far as invariants decide it: for a trace, of whose world nothing else is known. */
export function judgedOutcome({
  violations,
  undecided,
  expected,
}: Pick<RunFacts, 'violations' | 'undecided' | 'expected'>): Outcome {
  if (violations.some(({ invariant }) => invariant !== expected)) return { kind: 'violated' }
  if (violations.length > 0) return { kind: 'passed' }
  if (undecided > 0) return { kind: 'undecided' }
  return expected === null ? { kind: 'passed' } : { kind: 'not-violated', invariant: expected }
}

/** The exit code of the command line: 0 passed, 1 violation, 3 undecided. */
export function exitCode(outcome: Outcome): 0 | 1 | 3 {
  switch (outcome.kind) {
    case 'passed':
      return 0
    case 'violated':
    case 'not-violated':
    case 'deadlock':
    case 'dead':
    case 'leak':
      return 1
    case 'livelock':
    case 'events-bound':
    case 'unfinished':
    case 'undecided':
    case 'interrupted':
      return 3
  }
}

/** An outcome in one line. */
export function describeOutcome(outcome: Outcome): string {
  switch (outcome.kind) {
    case 'passed':
    case 'violated':
    case 'undecided':
    case 'interrupted':
      return outcome.kind
    case 'not-violated':
      return `not violated: the scenario expects "${outcome.invariant}" to be violated, and it held`
    case 'deadlock':
      return `deadlock: nothing is left to happen, but ${outcome.waiting.join(', ')} still ${outcome.waiting.length === 1 ? 'waits' : 'wait'}`
    case 'unfinished':
      return `unfinished: at the end of the run ${outcome.nodes.join(', ')} had not ended`
    case 'dead':
      return outcome.since === undefined
        ? `dead: at the end no node of ${outcome.group} was up`
        : `dead: from ${formatInstant(outcome.since)} until everything was healed no node of ${outcome.group} was up`
    case 'leak':
      return `leak: a program created a real ${outcome.leak.resource}, which would race the simulation`
    case 'livelock':
      return `livelock: more than ${boundOf(outcome)} at ${formatInstant(outcome.at)}`
    case 'events-bound':
      return `bound reached: more than ${outcome.eventsMax} events${outcome.isOneStep === true ? ' in one step' : ''}`
  }
}

function boundOf(livelock: Outcome & { readonly kind: 'livelock' }): string {
  return 'stepsMax' in livelock
    ? `${livelock.stepsMax} steps`
    : `${livelock.microtasksMax} microtasks of one step`
}
