// `faultline export`: a trace in a format that another tool opens.

import type { Command } from 'commander'

import { wrongValue } from '../arguments.ts'
import { selectionOf, type SelectionFlags, withSelection } from '../bounds.ts'
import { replayLine } from '../command-line.ts'
import { checkNames } from '../trace-names.ts'
import { hintingAtPartial, type PartialFlag, withPartial } from '../partial-hint.ts'
import { createOutput } from '../output.ts'
import { UsageError } from '../usage-error.ts'
import { printPieces, writeOutput } from '../write-output.ts'
import { type Format, formats } from '../../reports/index.ts'
import { type TraceError, TraceFile } from '../../sim/index.ts'

interface ExportFlags extends SelectionFlags, PartialFlag {
  readonly format: Format
  readonly epoch?: number
  readonly out?: string
  readonly force?: true
}

/** Adds the command. */
export function addExport(program: Command): void {
  withPartial(withSelection(program.command('export')))
    .description('write a trace in a format that another tool opens')
    .argument('<trace>', 'a trace file (.ndjson or .ndjson.gz)')
    .requiredOption('--format <format>', 'which format (see below)', formatArgument)
    .option('--out <file>', 'where to write it (default: to standard output)')
    .option('--epoch <date>', 'OTLP: when virtual time 0 was (default: 2000-01-01)', epochArgument)
    .option('--force', 'replace a file that is there')
    .addHelpText(
      'after',
      `
Formats:
${formats.map(({ name, about }) => `  ${name.padEnd(14)}${about}`).join('\n')}

mermaid and svg show at most some hundred things: of a failed run what led to the violation, else the first of the part.

Examples:
  faultline export .faultline/chaos-seed-7.ndjson.gz --format perfetto --out run.json
  faultline export run.ndjson --format history-edn --from 2s --to '#1516' --node client-1`,
    )
    .action((path: string, flags: ExportFlags) => hintingAtPartial(flags, () => exportCommand(path, flags)))
}

async function exportCommand(path: string, flags: ExportFlags): Promise<void> {
  createOutput(false)
  const { format, out, epoch } = flags
  if (format.isBinary && out === undefined)
    throw new UsageError(`export: got --format ${format.name} alone, wanted --out FILE beside it`)
  const trace = await TraceFile.open(path, { isPartEnough: flags.partial === true })
  if (flags.node !== undefined && flags.partial !== true) await checkNames(trace, { node: flags.node })
  const context = {
    name: path,
    header: trace.header,
    command: replayLine(path),
    ...(epoch === undefined ? {} : { epoch }),
  }
  const damage = flags.partial === true ? { onDamage: tellDamage } : {}
  const selection = selectionOf(flags)
  const empty = Object.keys(selection).length > 0 ? { onEmpty: refuseEmpty } : {}
  const pieces = format.write(trace, context, { ...selection, ...damage, ...empty })
  if (out === undefined) await printPieces(pieces)
  else await writeOutput(out, pieces, { mark: null, isForced: flags.force === true, inputs: [path] })
}

function refuseEmpty(): never {
  throw new UsageError('--from, --to and --node: got a part without any event')
}

function tellDamage(error: TraceError): void {
  console.error(`faultline: only what stands before the damage was exported: ${error.message}`)
}

function formatArgument(name: string): Format {
  const format = formats.find((each) => each.name === name)
  if (format === undefined)
    throw wrongValue('--format', name, `one of ${formats.map((each) => each.name).join(', ')}`)
  return format
}

function epochArgument(text: string): number {
  const at = Date.parse(text)
  if (!/^\d{4}-\d\d-\d\d/.test(text) || Number.isNaN(at) || at < 0)
    throw wrongValue('--epoch', text, 'a date from 1970 on, such as 2025-03-01 or 2025-03-01T12:00:00Z')
  return Math.floor(at / 1000)
}
