// `faultline replay --only`: one node's program alone against its recorded inputs.

import type { FoundScenario } from './find-scenario.ts'
import type { Output } from './output.ts'
import { headerFor } from './recorded-run.ts'
import { UsageError } from './usage-error.ts'
import { aloneReport } from '../reports/index.ts'
import {
  exitCode,
  headerChanges,
  type NodeId,
  replayAlone,
  type RunOptions,
  setUp,
  type TraceFile,
} from '../sim/index.ts'

/** Which node of which trace is replayed, and with what. */
export interface NodeReplay {
  readonly trace: TraceFile
  readonly found: FoundScenario
  readonly options: RunOptions
  readonly node: NodeId
}

/** Replays one node alone; resolves to the exit code. */
export async function replayNode(
  { trace, found, options, node }: NodeReplay,
  output: Output,
): Promise<number> {
  // The node alone would have to draw anew at a place that only the whole run knows.
  if (options.variation?.fork !== undefined)
    throw new UsageError('--only: got the trace of a fork, wanted one that was not forked')
  const setup = setUp(found.scenario, options)
  const names = setup.prepared.nodes.map(({ name }) => name)
  if (!names.includes(node))
    throw new UsageError(`--only: got "${node}", wanted a node of ${found.name}: ${names.join(', ')}`)
  const { scenario } = found
  const result = await replayAlone(trace, { scenario, setup, seed: options.seed, node })
  const changes = headerChanges(trace.header, headerFor(found, options))
  output.text(aloneReport(result, changes, output.palette))
  output.json({ ...result, changes })
  if (result.kind === 'undecided') return exitCode(result.outcome)
  return result.kind === 'same' ? 0 : 1
}
