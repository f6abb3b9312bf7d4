// `faultline check`: the invariants of a scenario over the events of a trace, without running anything.

import type { Command } from 'commander'

import { optionsOf } from './replay.ts'
import { findScenario } from '../find-scenario.ts'
import { createOutput } from '../output.ts'
import { UsageError } from '../usage-error.ts'
import { untilVerdict } from '../verdict.ts'
import { checkEvents } from '../../invariants/index.ts'
import { checkReport } from '../../reports/index.ts'
import {
  exitCode,
  isRealLog,
  judgedOutcome,
  mergedLogs,
  setUp,
  type TraceError,
  TraceFile,
} from '../../sim/index.ts'

interface CheckFlags {
  readonly scenario?: string
  readonly json?: true
}

/** Adds the command. */
export function addCheck(program: Command): void {
  program
    .command('check')
    .description("judge a trace by its scenario's invariants without running anything")
    .argument('<trace...>', 'a trace file (.ndjson or .ndjson.gz), or the logs of real nodes')
    .option(
      '--scenario <path>',
      'take the invariants from this scenario instead of the one that the trace names',
    )
    .option('--json', 'print one JSON object instead of text')
    .addHelpText(
      'after',
      `
Examples: the invariants of the scenario that the trace names, and those of a file of your own
  faultline check .faultline/chaos-seed-7.ndjson.gz
  faultline check production.ndjson --scenario ./my-scenario.ts
and the logs that nodes of "faultline serve --log" have left, together:
  faultline check node-1.ndjson node-2.ndjson client.ndjson --scenario ./my-scenario.ts`,
    )
    .action(async (paths: readonly string[], flags: CheckFlags) => {
      await untilVerdict(() => checkCommand(paths, flags))
    })
}

async function checkCommand(paths: readonly string[], flags: CheckFlags): Promise<number> {
  const output = createOutput(flags.json === true)
  const traces: TraceFile[] = []
  for (const path of paths) traces.push(await TraceFile.open(path))
  const [first] = traces
  if (first === undefined) throw new UsageError('check: got no trace, wanted at least one')
  const areLogs = traces.length > 1 || isRealLog(first)
  if (areLogs && flags.scenario === undefined)
    throw new UsageError('check: got logs of real nodes, wanted --scenario PATH beside them: they name none')
  const found = await findScenario(flags.scenario ?? first.header.scenario)
  const options = areLogs ? { seed: 0 } : optionsOf(first.header, found)
  const { prepared, topology } = setUp(found.scenario, options)
  const groups = new Map(topology.groups.map(({ name, nodes }) => [name, nodes]))
  const events = areLogs ? mergedLogs(traces, tellEnd) : first
  const checked = await checkEvents(prepared.invariants, events, { nodes: topology.nodes, groups })
  const outcome = judgedOutcome({
    violations: checked.violations,
    undecided: checked.undecided.length,
    expected: found.scenario.expectViolation,
  })
  const recordedOutcome = areLogs ? '' : (first.footer?.outcome ?? '')
  const { title } = found.scenario
  output.text(checkReport({ title, outcome, recordedOutcome, ...checked }, output.palette))
  output.json({ ...checked, outcome, recordedOutcome })
  return exitCode(outcome)
}

function tellEnd(error: TraceError): void {
  console.error(`faultline: this log ends in the middle, and is judged up to there: ${error.message}`)
}
