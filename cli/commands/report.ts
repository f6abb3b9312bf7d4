// `faultline report`: what there is to see of a trace, as a file.

import type { Command } from 'commander'

import { withBounds } from '../bounds.ts'
import { hintingAtPartial, withPartial } from '../partial-hint.ts'
import { createOutput } from '../output.ts'
import { type PageFlags, pageOf } from '../trace-page.ts'
import { checkOutput, writeOutput } from '../write-output.ts'
import { pageMark } from '../../reports/index.ts'

interface ReportFlags extends PageFlags {
  readonly html: string
  readonly force?: true
  readonly json?: true
}

/** Adds the command. */
export function addReport(program: Command): void {
  const command = program
    .command('report')
    .description('write what there is to see of a trace into one file that a browser shows without a network')
    .argument(
      '<trace>',
      'a trace file (.ndjson or .ndjson.gz), or the folder of a scenario below .faultline/',
    )

  withPartial(withBounds(command))
    .requiredOption(
      '--html <file>',
      'where the page goes; a file that Faultline did not write is never replaced',
    )
    .option('--force', 'replace whatever stands there')
    .option('--json', 'print one JSON object instead of text')
    .addHelpText(
      'after',
      `
Exit codes: 0 written, 2 bad input, such as a damaged trace; nothing is written then.

Examples: one run, and all that is known of a scenario
  faultline report .faultline/chaos-seed-7.ndjson.gz --html chaos.html
  faultline report .faultline/chaos --html campaign.html`,
    )
    .action((path: string, flags: ReportFlags) => hintingAtPartial(flags, () => reportCommand(path, flags)))
}

async function reportCommand(path: string, { html, force, json, ...what }: ReportFlags): Promise<void> {
  const output = createOutput(json === true)
  const options = { mark: pageMark, isForced: force === true, inputs: [path] }
  checkOutput(html, options)
  const page = await pageOf(path, undefined, what)
  await writeOutput(html, [page], options)
  output.text(`written: ${html}`)
  output.json({ file: html, bytes: Buffer.byteLength(page) })
}
