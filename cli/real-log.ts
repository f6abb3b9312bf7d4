// Logs of real nodes: what they hold cannot be run again.

import { invariantNamesFor } from './log-invariants.ts'
import { UsageError } from './usage-error.ts'
import { isRealLog, type TraceHeader } from '../sim/index.ts'

/** Throws a UsageError for the log of a real node, which no command can run again. */
export function demandSimulation(command: string, path: string, header: TraceHeader): void {
  if (!isRealLog({ header })) return
  throw new UsageError(
    [
      `${command} ${path}: got the log of a real node (${header.scenario}), wanted a trace of a simulation: what the world did cannot be run again. Possible is`,
      `  faultline check ${path} --invariants ${invariantNamesFor(header.scenario)}    to judge it`,
      `  faultline show ${path}    to read it`,
      'and what passed over its connections is run again by "faultline replay FILE" where "serve --record FILE" has kept it',
    ].join('\n'),
  )
}
