// `faultline check`: the invariants of a scenario over the events of a trace, without running anything.

import type { Command } from 'commander'

import { optionsOf } from './replay.ts'
import { findScenario } from '../find-scenario.ts'
import { createOutput } from '../output.ts'
import { untilVerdict } from '../verdict.ts'
import { checkEvents } from '../../invariants/index.ts'
import { checkReport } from '../../reports/index.ts'
import { exitCode, judgedOutcome, setUp, TraceFile } from '../../sim/index.ts'

interface CheckFlags {
  readonly scenario?: string
  readonly json?: true
}

/** Adds the command. */
export function addCheck(program: Command): void {
  program
    .command('check')
    .description("judge a trace by its scenario's invariants without running anything")
    .argument('<trace>', 'a trace file (.ndjson or .ndjson.gz)')
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
  faultline check production.ndjson --scenario ./my-scenario.ts`,
    )
    .action(async (path: string, flags: CheckFlags) => {
      await untilVerdict(() => checkCommand(path, flags))
    })
}

async function checkCommand(path: string, flags: CheckFlags): Promise<number> {
  const output = createOutput(flags.json === true)
  const trace = await TraceFile.open(path)
  const found = await findScenario(flags.scenario ?? trace.header.scenario)
  const { prepared, topology } = setUp(found.scenario, optionsOf(trace.header, found))
  const groups = new Map(topology.groups.map(({ name, nodes }) => [name, nodes]))
  const checked = await checkEvents(prepared.invariants, trace, { nodes: topology.nodes, groups })
  const outcome = judgedOutcome({
    violations: checked.violations,
    undecided: checked.undecided.length,
    expected: found.scenario.expectViolation,
  })
  const recordedOutcome = trace.footer?.outcome ?? ''
  const { title } = found.scenario
  output.text(checkReport({ title, outcome, recordedOutcome, ...checked }, output.palette))
  output.json({ ...checked, outcome, recordedOutcome })
  return exitCode(outcome)
}
