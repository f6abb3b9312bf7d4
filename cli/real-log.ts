// Logs of real nodes, in which two things are otherwise than in traces of simulations: they grow while the node runs, so that the
// end may be missing, and what they hold cannot be run again.

import { invariantNamesFor } from './log-invariants.ts'
import { UsageError } from './usage-error.ts'
import { type EventSource, isCutOff, isRealLog, type TraceHeader } from '../sim/index.ts'

/**
 * A log that may lack its end, as far as it goes: `onCut` is called once whoever reads it comes there. What is altered is refused as in
 * any trace, and so is a trace of a simulation that is not whole.
 */
export function asFarAsItGoes(trace: EventSource, onCut: () => void): EventSource {
  if (!isRealLog(trace)) return trace
  return {
    name: trace.name,
    header: trace.header,
    batches: (after) => upToItsEnd(trace.batches(after), onCut),
    eventGroups: () => upToItsEnd(trace.eventGroups(), onCut),
    checkpoints: () => trace.checkpoints(),
  }
}

async function* upToItsEnd<T>(parts: AsyncIterable<T>, onCut: () => void): AsyncGenerator<T> {
  try {
    yield* parts
  } catch (error) {
    if (!isCutOff(error)) throw error
    onCut()
  }
}

/** What is said of a log without an end. */
export const partialText =
  'partial: this log has no end yet, because its node still runs or was killed; this is what it had up to here'

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
