// `faultline diff`: where two traces part.

import type { Command } from 'commander'

import { GoodPart } from '../good-part.ts'
import { createOutput } from '../output.ts'
import { hintingAtPartial, type PartialFlag, withPartial } from '../partial-hint.ts'
import { comparisonPage } from '../trace-page.ts'
import { checkOutput, writeOutput } from '../write-output.ts'
import { diffReport, pageMark } from '../../reports/index.ts'
import { diff } from '../../sim/index.ts'

interface DiffFlags extends PartialFlag {
  readonly html?: string
  readonly force?: true
  readonly json?: true
}

/** Adds the command. */
export function addDiff(program: Command): void {
  withPartial(program.command('diff'))
    .description(
      'show where two traces part: where each node first differs, and which of these places is causally first',
    )
    .argument('<a>', 'a trace file (.ndjson or .ndjson.gz)')
    .argument('<b>', 'another one')
    .option('--html <file>', 'also write both traces side by side into one file that a browser shows')
    .option('--force', 'with --html, replace whatever stands there')
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
    .action((pathA: string, pathB: string, flags: DiffFlags) =>
      hintingAtPartial(flags, () => diffCommand(pathA, pathB, flags)),
    )
}

async function diffCommand(pathA: string, pathB: string, flags: DiffFlags): Promise<void> {
  const { html, force, json } = flags
  const output = createOutput(json === true)
  const options = { mark: pageMark, isForced: force === true, inputs: [pathA, pathB] }
  if (html !== undefined) checkOutput(html, options)
  const [a, b] = [await GoodPart.open(pathA, flags), await GoodPart.open(pathB, flags)]
  for (const trace of [a, b]) {
    // Lines with the same digest are not looked at: that they have it has to be known before.
    await trace.check()
    if (trace.problem !== '') console.error(output.palette.warning(`partial: ${trace.problem}`))
  }
  const result = await diff(a, b)
  output.text(`a  ${pathA}\nb  ${pathB}\n\n${diffReport(result, { a: 'a', b: 'b' }, output.palette)}`)
  output.json(result)
  if (html !== undefined) {
    await writeOutput(html, [await comparisonPage(a, b)], options)
    output.text(`\nwritten: ${html}`)
  }
  process.exitCode = result.first === null ? 0 : 1
}
