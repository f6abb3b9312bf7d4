// `faultline export`: a trace in a format that another tool opens.

import { type Command, Option } from 'commander'

import { selectionOf, type SelectionFlags, withSelection } from '../bounds.ts'
import { createOutput } from '../output.ts'
import { printPieces, writeOutput } from '../write-output.ts'
import { exportTrace, textFormats } from '../../reports/index.ts'
import { type TraceError, TraceFile } from '../../sim/index.ts'

interface ExportFlags extends SelectionFlags {
  readonly format: string
  readonly out?: string
  readonly partial?: true
  readonly force?: true
}

/** Adds the command. */
export function addExport(program: Command): void {
  withSelection(program.command('export'))
    .description('write a trace in a format that another tool opens')
    .argument('<trace>', 'a trace file (.ndjson or .ndjson.gz)')
    .addOption(
      new Option('--format <format>', 'which format')
        .choices(textFormats.map(({ name }) => name))
        .makeOptionMandatory(),
    )
    .option('--out <file>', 'where to write it (default: to standard output)')
    .option('--partial', 'export what stands before the damage of a trace, instead of refusing it')
    .option('--force', 'replace a file that is there')
    .addHelpText(
      'after',
      `
Formats:
${textFormats.map(({ name, about }) => `  ${name.padEnd(14)}${about}`).join('\n')}

Examples:
  faultline export .faultline/chaos-seed-7.ndjson.gz --format perfetto --out run.json
  faultline export run.ndjson --format history-edn --from 2s --to '#1516' --node client-1`,
    )
    .action(exportCommand)
}

async function exportCommand(path: string, flags: ExportFlags): Promise<void> {
  createOutput(false)
  const trace = await TraceFile.open(path)
  const context = { name: path, header: trace.header }
  const { make } = textFormats.find(({ name }) => name === flags.format) ?? textFormats[0] ?? never()
  const onDamage = (error: TraceError): void => {
    console.error(`faultline: only what stands before the damage was exported: ${error.message}`)
  }
  const text = exportTrace(trace, make(context), {
    ...selectionOf(flags),
    ...(flags.partial === true ? { onDamage } : {}),
  })
  if (flags.out === undefined) await printPieces(text)
  else await writeOutput(flags.out, text, { force: flags.force === true })
}

function never(): never {
  throw new RangeError('no such format')
}
