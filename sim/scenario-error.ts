// A scenario that cannot be run as it is written, or not with the parameters that were set: its author's mistake, told
// apart from a failure of what is simulated.

import { PlanError } from './faults/index.ts'
import { ParameterError } from './parameters.ts'

/** What a scenario threw while it was prepared, or what was wrong with what it says. The original error is the `cause`. */
export class ScenarioError extends Error {
  constructor(title: string, cause: unknown) {
    super(
      `scenario "${title}": ${cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause)}`,
      {
        cause,
      },
    )
    this.name = 'ScenarioError'
  }
}

/** Does something with a scenario; an error that does not say itself what is wrong becomes a ScenarioError. */
export function withScenario<T>(title: string, body: () => T): T {
  try {
    return body()
  } catch (error) {
    const isTold = [ScenarioError, ParameterError, PlanError].some((type) => error instanceof type)
    throw isTold ? error : new ScenarioError(title, error)
  }
}
