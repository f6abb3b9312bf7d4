// `faultline check`: the invariants of a scenario over the events of a trace, without running anything.

import type { Command } from 'commander'

import { optionsOf } from './replay.ts'
import { findScenario } from '../find-scenario.ts'
import { howToJudge, invariantsNamed, namedInvariants } from '../log-invariants.ts'
import { createOutput } from '../output.ts'
import { UsageError } from '../usage-error.ts'
import { untilVerdict } from '../verdict.ts'
import { checkEvents, unknownWorld } from '../../invariants/index.ts'
import { checkReport } from '../../reports/index.ts'
import {
  exitCode,
  type Invariant,
  type InvariantWorld,
  isRealLog,
  judgedOutcome,
  mergedLogs,
  type Scenario,
  setUp,
  type TraceError,
  TraceFile,
  type TraceHeader,
} from '../../sim/index.ts'

interface CheckFlags {
  readonly scenario?: string
  readonly invariants?: readonly string[]
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
    .option(
      '--invariants <name...>',
      `invariants by name, with or without a scenario: ${[...namedInvariants.keys()].join(', ')}`,
    )
    .option('--json', 'print one JSON object instead of text')
    .addHelpText(
      'after',
      `
Examples: the invariants of the scenario that the trace names, and those of a file of your own
  faultline check .faultline/chaos-seed-7.ndjson.gz
  faultline check production.ndjson --scenario ./my-scenario.ts
invariants by name, of a log that "faultline serve http --log http.ndjson" has left:
  faultline check http.ndjson --invariants http no-exit
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
  if (areLogs && flags.scenario === undefined && flags.invariants === undefined)
    throw new UsageError(howToJudge(paths, first.header.scenario))
  const { title, expected, invariants, world } = await yardstickOf(first.header, areLogs, flags)
  const events = areLogs ? mergedLogs(traces, tellEnd) : first
  const checked = await checkEvents(invariants, events, world)
  const outcome = judgedOutcome({
    violations: checked.violations,
    undecided: checked.undecided.length,
    expected,
  })
  const recordedOutcome = areLogs ? '' : (first.footer?.outcome ?? '')
  output.text(checkReport({ title, outcome, recordedOutcome, ...checked }, output.palette))
  output.json({ ...checked, outcome, recordedOutcome })
  return exitCode(outcome)
}

interface Yardstick {
  readonly title: string
  readonly expected: Scenario['expectViolation']
  readonly invariants: readonly Invariant[]
  readonly world: InvariantWorld
}

/** What is judged by: invariants by name, a scenario's, or both. */
async function yardstickOf(header: TraceHeader, isLog: boolean, flags: CheckFlags): Promise<Yardstick> {
  const named = invariantsNamed(flags.invariants ?? [])
  if (flags.invariants !== undefined && flags.scenario === undefined)
    return { title: header.title, expected: null, invariants: named, world: unknownWorld }
  const { scenario, ...found } = await findScenario(flags.scenario ?? header.scenario)
  const options = isLog ? { seed: 0 } : optionsOf(header, { scenario, ...found })
  const { prepared, topology } = setUp(scenario, options)
  const groups = new Map(topology.groups.map(({ name, nodes }) => [name, nodes]))
  return {
    title: scenario.title,
    expected: scenario.expectViolation,
    invariants: [...new Set([...prepared.invariants, ...named])],
    world: { nodes: topology.nodes, groups },
  }
}

function tellEnd(error: TraceError): void {
  console.error(`faultline: this log ends in the middle, and is judged up to there: ${error.message}`)
}
