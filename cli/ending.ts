// How the command ends with an error: what is said, and with which exit code. A mistake of the person who typed, or wrote
// the scenario, is told in its own words; what is none is a bug of ours, and must not look like a violation.

import { ownFrames, withOwnFrames } from './own-frames.ts'
import { UsageError } from './usage-error.ts'
import { HistoryError } from '../invariants/index.ts'
import { QueryError } from '../reports/index.ts'
import {
  CorpusError,
  ExchangeFileError,
  InvariantError,
  JournalError,
  NotFailingError,
  ParameterError,
  PlanError,
  ScenarioError,
  SeedError,
  TraceError,
  VariationError,
} from '../sim/index.ts'

/** What a command that threw leaves behind. */
export interface Ending {
  readonly code: 2 | 3 | 70
  readonly text: string
}

const mistakes = [
  UsageError,
  TraceError,
  PlanError,
  ParameterError,
  ScenarioError,
  InvariantError,
  HistoryError,
  VariationError,
  NotFailingError,
  CorpusError,
  JournalError,
  ExchangeFileError,
  QueryError,
]
/** What errors are called that have crossed threads as data. */
const mistakeNames: ReadonlySet<string> = new Set([...mistakes.map(({ name }) => name), 'ScenarioLoadError'])

/** The ending of a command with an error. */
export function endingOf(error: unknown): Ending {
  if (error instanceof SeedError) return endingOfSeed(error)
  if (!isMistake(error)) return internalError(error)
  return { code: 2, text: [`faultline: ${error.message}`, ...ownFrames(stackOf(error.cause))].join('\n') }
}

/**
 * What is said of an error that nobody awaits, when it comes from code of the scenario's: a timer that it took from Node has
 * fired outside of the simulation. Null when it does not: then it is a bug of ours.
 */
export function strayText(error: unknown): string | null {
  const stack = stackOf(error)
  const isOfScenario =
    ownFrames(stack).length > 0 || (error instanceof Error && error.name === 'IncarnationOver')
  return isOfScenario
    ? `faultline: something that the scenario left behind threw outside of the simulation\n${withOwnFrames(stack)}`
    : null
}

function endingOfSeed(error: SeedError): Ending {
  const { failure } = error
  if (failure.kind === 'died') return { code: 3, text: `faultline: ${error.message}` }
  const stray = strayText(error)
  if (stray !== null && !mistakeNames.has(failure.name)) return { code: 3, text: stray }
  if (!mistakeNames.has(failure.name)) return internalError(error)
  return { code: 2, text: [`faultline: ${error.message}`, ...ownFrames(failure.stack ?? '')].join('\n') }
}

function internalError(error: unknown): Ending {
  const told = error instanceof Error ? stackOf(error) : String(error)
  return { code: 70, text: `faultline: internal error, please report it\n${told}` }
}

function isMistake(error: unknown): error is Error {
  return mistakes.some((type) => error instanceof type)
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : ''
}
