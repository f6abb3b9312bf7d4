// `faultline explain`: why the run of a trace failed.

import type { Command } from 'commander'

import { countArgument, secondsArgument } from '../arguments.ts'
import { explainRun } from '../explain-trace.ts'
import { findScenario } from '../find-scenario.ts'
import { demandSimulation } from '../real-log.ts'
import { createOutput } from '../output.ts'
import { optionsOf } from './replay.ts'
import { explainReport } from '../../reports/index.ts'
import { TraceFile } from '../../sim/index.ts'

interface ExplainFlags {
  readonly jobs: number
  readonly shrinkSeconds: number
  readonly points: number
  readonly runs: number
  readonly json?: true
}

/** Adds the command. */
export function addExplain(program: Command): void {
  program
    .command('explain')
    .description(
      'say why the run of a trace failed: what it takes, the nearest run that passes, and the turning point',
    )
    .argument('<trace>', 'the trace of a failed run (.ndjson or .ndjson.gz)')
    .option('--jobs <n>', 'how many threads; the result does not depend on it', countArgument('--jobs'), 1)
    .option(
      '--shrink-seconds <n>',
      'how long the failure is shrunk first, at most',
      secondsArgument('--shrink-seconds'),
      20,
    )
    .option(
      '--points <n>',
      'at how many points the run is continued with fresh randomness',
      countArgument('--points'),
      12,
    )
    .option('--runs <n>', 'how often at each point', countArgument('--runs'), 20)
    .option('--json', 'print one JSON object instead of text')
    .addHelpText(
      'after',
      `
Exit codes: 1 explained, 2 bad input, such as a trace whose run does not fail any more.

Example:
  faultline explain .faultline/chaos-seed-7.ndjson.gz --jobs 2`,
    )
    .action(async (path: string, flags: ExplainFlags) => {
      const output = createOutput(flags.json === true)
      const { header } = await TraceFile.open(path)
      demandSimulation('explain', path, header)
      const found = await findScenario(header.scenario)
      const explanation = await explainRun(found, optionsOf(header, found), flags, output)
      output.text(explainReport(explanation, output.palette))
      output.json(explanation)
      process.exitCode = 1
    })
}
