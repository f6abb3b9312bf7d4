// `faultline open`: a trace in the browser.

import { existsSync, mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'

import type { Command } from 'commander'

import { withBounds } from '../bounds.ts'
import { corpusRoot } from '../keep-failure.ts'
import { createOutput } from '../output.ts'
import { startOpener } from '../opener.ts'
import { hintingAtPartial, withPartial } from '../partial-hint.ts'
import { type PageFlags, pageOf } from '../trace-page.ts'
import { UsageError } from '../usage-error.ts'
import { writeOutput } from '../write-output.ts'
import { pageMark } from '../../reports/index.ts'

interface OpenFlags extends PageFlags {
  readonly start: boolean
  readonly json?: true
}

/** Adds the command. */
export function addOpen(program: Command): void {
  const command = program
    .command('open')
    .description('show a trace, two side by side, or all failures of a scenario, in the browser')
    .argument(
      '<trace>',
      'a trace file (.ndjson or .ndjson.gz), or the folder of a scenario below .faultline/',
    )
    .argument('[other]', 'another trace, to be compared with the first')

  withPartial(withBounds(command))
    .option('--no-start', 'only write the page and say where it is')
    .option('--json', 'print one JSON object instead of text')
    .addHelpText(
      'after',
      `
The page is written into .faultline/, where the next one of the same name replaces it.

Examples: a failure, and what differs from a run that passes
  faultline open .faultline/chaos-seed-7.ndjson.gz
  faultline open failing.ndjson passing.ndjson`,
    )
    .action((path: string, other: string | undefined, flags: OpenFlags) =>
      hintingAtPartial(flags, () => openCommand(path, other, flags)),
    )
}

async function openCommand(
  path: string,
  other: string | undefined,
  { start, json, ...what }: OpenFlags,
): Promise<void> {
  const output = createOutput(json === true)
  const page = await pageOf(path, other, what)
  makeRoot()
  const file = join(corpusRoot, `${pageName([path, ...(other === undefined ? [] : [other])])}.html`)
  await writeOutput(file, [page], {
    mark: pageMark,
    isForced: false,
    wanted: 'that name for the page: move the file away',
  })
  const opener = start ? startOpener(resolve(file)) : null
  output.text(`written: ${resolve(file)}`)
  if (start && opener === null) output.text('open it in a browser: nothing here starts one')
  output.json({ file: resolve(file), bytes: Buffer.byteLength(page), opener })
}

function makeRoot(): void {
  try {
    if (!existsSync(corpusRoot)) mkdirSync(corpusRoot)
  } catch (error) {
    throw new UsageError(`${corpusRoot}: ${error instanceof Error ? error.message : String(error)}`)
  }
}

const nameLengthMax = 120

/** A name that tells pages apart, made of the paths that they show. */
function pageName(paths: readonly string[]): string {
  const names = paths.map((path) =>
    path
      .replace(/\.ndjson(\.gz)?$/, '')
      .split(/[\\/]/)
      .filter((part) => part !== '' && part !== '.' && part !== '..' && part !== corpusRoot)
      .join('-'),
  )
  const name = names.join('--against--').replace(/[^\w.-]+/g, '-')
  return `view-${name.slice(-nameLengthMax)}`
}
