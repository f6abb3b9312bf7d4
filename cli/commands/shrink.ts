// `faultline shrink`: the smallest run that still fails as a trace did.

import type { Command } from 'commander'

import { countArgument } from '../arguments.ts'
import { replayLine } from '../command-line.ts'
import { findScenario } from '../find-scenario.ts'
import { shrinkAndKeep } from '../keep-failure.ts'
import { demandSimulation } from '../real-log.ts'
import { createOutput } from '../output.ts'
import { optionsOf } from './replay.ts'
import { shrinkText } from '../../reports/index.ts'
import { TraceFile } from '../../sim/index.ts'

interface ShrinkFlags {
  readonly jobs: number
  readonly seconds: number
  readonly json?: true
}

const secondsDefault = 60

/** Adds the command. */
export function addShrink(program: Command): void {
  program
    .command('shrink')
    .description(
      'find the few faults, calls and machines without which the failure of a trace does not come about',
    )
    .argument('<trace>', 'the trace of a failed run (.ndjson or .ndjson.gz)')
    .option('--jobs <n>', 'how many threads; the result does not depend on it', countArgument('--jobs'), 1)
    .option(
      '--seconds <n>',
      'give up after so long, with what was reached by then',
      countArgument('--seconds'),
      secondsDefault,
    )
    .option('--json', 'print one JSON object instead of text')
    .addHelpText(
      'after',
      `
The result is kept in a folder of its own below .faultline/, with a trace and a report of the shrunk run.
Exit codes: 1 the failure was shrunk, 2 bad input, such as a trace whose run does not fail any more.

Example:
  faultline shrink .faultline/chaos-seed-7.ndjson.gz --jobs 2`,
    )
    .action(async (path: string, flags: ShrinkFlags) => {
      const output = createOutput(flags.json === true)
      const { header } = await TraceFile.open(path)
      demandSimulation('shrink', path, header)
      const found = await findScenario(header.scenario)
      const limits = { jobs: flags.jobs, secondsMax: flags.seconds }
      const kept = await shrinkAndKeep(found, optionsOf(header, found), limits, output)
      const command = replayLine(`${kept.folder}/shrunk.ndjson.gz`)
      output.text(
        `${shrinkText(kept.shrunk, output.palette)}\n\n  kept in ${kept.folder}\n  run it with:\n    ${command}`,
      )
      output.json({ ...kept.shrunk, folder: kept.folder, command })
      process.exitCode = 1
    })
}
