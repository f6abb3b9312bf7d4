// `faultline replay`: runs a trace again and compares it event by event.

import { type Command, Option } from 'commander'

import { setArgument } from '../arguments.ts'
import { findScenario, type FoundScenario } from '../find-scenario.ts'
import { createOutput, type Output } from '../output.ts'
import { headerFor } from '../recorded-run.ts'
import { demandSimulation } from '../real-log.ts'
import { isRecording, replayRecording } from '../replay-exchanges.ts'
import { replayNode } from '../replay-node.ts'
import { UsageError } from '../usage-error.ts'
import { untilVerdict } from '../verdict.ts'
import { replayReport } from '../../reports/index.ts'
import {
  type Data,
  readPlan,
  readVariation,
  replay,
  run,
  type RunOptions,
  TraceFile,
  type TraceHeader,
} from '../../sim/index.ts'

interface ReplayFlags {
  readonly scenario?: string
  readonly only?: string
  readonly set: ReadonlyMap<string, Data>
  readonly json?: true
}

/** Adds the command. */
export function addReplay(program: Command): void {
  program
    .command('replay')
    .description(
      'run what a trace recorded again and compare every event; on divergence show the first that differs',
    )
    .argument('<trace>', 'a trace file (.ndjson or .ndjson.gz), or what `serve --record` has kept')
    .option('--scenario <path>', 'take the scenario from here instead of where the trace says')
    .option(
      '--only <node>',
      'run the program of one node alone against what it received in the trace, and compare what it does',
    )
    .addOption(
      new Option('--set <key=value>', 'set a parameter otherwise than recorded; may be given several times')
        .argParser(setArgument)
        .default(new Map<string, Data>(), 'as recorded'),
    )
    .option('--json', 'print one JSON object instead of text')
    .addHelpText(
      'after',
      `
Exit codes: 0 the same, 1 it went another way, 2 the trace cannot be read.

Examples:
  faultline replay .faultline/chaos-seed-7.ndjson.gz
  faultline replay chaos-7.ndjson --scenario ./changed-scenario.ts
  faultline replay chaos-7.ndjson --only store-2
what passed over real connections, in a simulation:
  faultline serve http --port 8080 --record http.exchanges
  faultline replay http.exchanges`,
    )
    .action(async (path: string, flags: ReplayFlags) => {
      await untilVerdict(() => replayCommand(path, flags))
    })
}

async function replayCommand(path: string, flags: ReplayFlags): Promise<number> {
  const output = createOutput(flags.json === true)
  if (isRecording(path)) return replayRecording(path, output)
  const trace = await TraceFile.open(path)
  demandSimulation('replay', path, trace.header)
  const found = await findScenario(flags.scenario ?? trace.header.scenario)
  const options = optionsOf(trace.header, found, flags.set)
  if (flags.only !== undefined) return replayNode({ trace, found, options, node: flags.only }, output)
  let outcome = ''
  let violated = ''
  const result = await replay(trace, async (_header, onEvent, isOver) => {
    const rerun = await run(found.scenario, { ...options, onEvent, onProgress: () => !isOver() })
    outcome = rerun.outcome.kind
    violated = rerun.violations.map(({ invariant }) => `: ${invariant}`).join('')
    return headerFor(found, options)
  })
  const recorded = trace.footer?.outcome ?? ''
  const isSameVerdict = outcome === recorded
  output.text(replayReport(result, output.palette))
  if (result.kind === 'same')
    output.text(
      isSameVerdict ? `outcome  ${outcome}${violated}` : otherVerdict({ recorded, outcome, output }),
    )
  output.json({ ...result, outcome, recordedOutcome: recorded })
  return result.kind === 'same' && isSameVerdict ? 0 : 1
}

// Invariants are code as well: equal events may be judged in another way than when they were recorded.
function otherVerdict({
  recorded,
  outcome,
  output,
}: {
  readonly recorded: string
  readonly outcome: string
  readonly output: Output
}): string {
  return `${output.palette.bad('another outcome')}  recorded ${recorded}, now ${outcome}`
}

/** The options that a trace's header stands for, with parameters that are set otherwise. */
export function optionsOf(
  header: TraceHeader,
  found: FoundScenario,
  changed: ReadonlyMap<string, Data> = new Map(),
): RunOptions {
  const { variation = {}, goesOnAfterViolation, eventsMax, instantStepsMax } = header.options
  const declared = Object.keys(found.scenario.parameters)
  const unknown = Object.keys(header.parameters).filter((name) => !declared.includes(name))
  if (unknown.length > 0)
    throw new UsageError(
      `the trace sets ${unknown.join(', ')}, which scenario ${found.name} does not have any more`,
    )
  return {
    seed: header.seed,
    set: new Map([...(Object.entries(header.parameters) as [string, Data][]), ...changed]),
    plan: readPlan(header.plan, 'the plan of the trace'),
    variation: readVariation(variation, 'the variation of the trace'),
    goesOnAfterViolation: goesOnAfterViolation === true,
    ...(typeof eventsMax === 'number' ? { eventsMax } : {}),
    ...(typeof instantStepsMax === 'number' ? { instantStepsMax } : {}),
  }
}
