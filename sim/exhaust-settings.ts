// What an exhaustive search may let happen besides what programs do themselves: what a scenario says of it, and what a
// caller says instead. Like a topology, it belongs to what is simulated, not to how it is searched.

import { type FieldsOf, unknownFields } from './known-fields.ts'

/**
 * How messages in flight behave, by the names that they have in proofs:
 *
 * - `multiset`: in any order, each once (a message that its target ignores stays in flight: late or never is the same);
 * - `set`: in any order and any number of times; what was sent once can always be received again;
 * - `ordered`: from one node to another in the order in which they were sent, each once.
 */
export type MessageOrder = 'multiset' | 'set' | 'ordered'

/** What may happen in an exhaustive search. */
export interface ExhaustSettings {
  /** Default: `multiset`. */
  readonly network?: MessageOrder
  /**
   * In which order the timers of one node fire: as they are due by its clock (default), or in any order, as in models
   * without time. Timers of different nodes fire in any order either way.
   */
  readonly timers?: 'due' | 'any'
  /** How many crashes there are on a path at most (default 0). */
  readonly crashes?: number
  /** Which nodes may crash, by name or by group (default: all). */
  readonly crashesOf?: readonly string[]
  /** Whether a node that crashed may start again, at any time (default true). */
  readonly restarts?: boolean
  /** How many messages are lost on a path at most (default 0); Infinity for any number. */
  readonly losses?: number
  /** How many messages arrive twice on a path at most (default 0); Infinity for any number. */
  readonly duplicates?: number
}

const settingsFields: FieldsOf<ExhaustSettings> = {
  network: true,
  timers: true,
  crashes: true,
  crashesOf: true,
  restarts: true,
  losses: true,
  duplicates: true,
}

/** Settings of which each has its value. */
export type ResolvedExhaustSettings = Required<ExhaustSettings>

/** Fills in what is not said. Throws a TypeError that says what is wrong. */
export function resolveExhaustSettings(given: ExhaustSettings): ResolvedExhaustSettings {
  const problem = unknownFields<ExhaustSettings>(given, settingsFields)
  if (problem !== null) throw new TypeError(`exhaust: ${problem}`)
  const settings: ResolvedExhaustSettings = {
    network: 'multiset',
    timers: 'due',
    crashes: 0,
    crashesOf: [],
    restarts: true,
    losses: 0,
    duplicates: 0,
    ...given,
  }
  demandOneOf('network', settings.network, ['multiset', 'set', 'ordered'])
  demandOneOf('timers', settings.timers, ['due', 'any'])
  for (const name of ['crashes', 'losses', 'duplicates'] as const) demandCount(name, settings[name])
  return settings
}

function demandOneOf(name: string, got: string, wanted: readonly string[]): void {
  if (!wanted.includes(got))
    throw new TypeError(`exhaust: got ${name} ${JSON.stringify(got)}, wanted one of ${wanted.join(', ')}`)
}

function demandCount(name: string, got: number): void {
  if (!((Number.isSafeInteger(got) && got >= 0) || got === Infinity))
    throw new TypeError(`exhaust: got ${name} ${String(got)}, wanted a whole number of at least 0`)
}
