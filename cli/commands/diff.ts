// `faultline diff`: where two traces part.

import type { Command } from 'commander'

import { createOutput } from '../output.ts'
import { diffReport } from '../../reports/index.ts'
import { diff, TraceFile } from '../../sim/index.ts'

/** Adds the command. */
export function addDiff(program: Command): void {
  program
    .command('diff')
    .description(
      'show where two traces part: where each node first differs, and which of these places is causally first',
    )
    .argument('<a>', 'a trace file (.ndjson or .ndjson.gz)')
    .argument('<b>', 'another one')
    .option('--json', 'print one JSON object instead of text')
    .addHelpText(
      'after',
      `
Exit codes: 0 the same, 1 they differ, 2 one cannot be read.

Example: what a planted bug changes in a run of the same seed
  faultline run chaos --seed 7 --trace right.ndjson
  faultline run chaos --seed 7 --set mutant=vote-twice --trace wrong.ndjson
  faultline diff right.ndjson wrong.ndjson`,
    )
    .action(async (pathA: string, pathB: string, { json }: { readonly json?: true }) => {
      const output = createOutput(json === true)
      const [a, b] = [await TraceFile.open(pathA), await TraceFile.open(pathB)]
      const result = await diff(a, b)
      output.text(`a  ${pathA}\nb  ${pathB}\n\n${diffReport(result, { a: 'a', b: 'b' }, output.palette)}`)
      output.json(result)
      process.exitCode = result.first === null ? 0 : 1
    })
}
