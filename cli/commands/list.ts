// `faultline list`: the shipped scenarios, and the zoo.

import type { Command } from 'commander'

import { findScenario, type FoundScenario, shippedNames, zooNames } from '../find-scenario.ts'
import { createOutput, type Output } from '../output.ts'
import { formatDuration, lengthOf } from '../../sim/index.ts'

interface Section {
  readonly section: 'scenarios' | 'zoo'
  readonly heading: string | null
  readonly names: readonly string[]
}

/** Adds the command. */
export function addList(program: Command): void {
  program
    .command('list')
    .description('list the shipped scenarios, and the zoo of published bugs')
    .option('--json', 'print one JSON object a scenario instead of text')
    .addHelpText('after', '\nExample:\n  faultline list --json | jq .name')
    .action(async ({ json }: { readonly json?: true }) => {
      const output = createOutput(json === true)
      for (const section of sections()) await printSection(section, output)
    })
}

function sections(): readonly Section[] {
  const heading = '\nThe zoo: published bugs. With --set isFixed=true each runs its fixed twin\n'
  return [
    { section: 'scenarios', heading: null, names: shippedNames() },
    { section: 'zoo', heading, names: zooNames() },
  ]
}

async function printSection({ section, heading, names }: Section, output: Output): Promise<void> {
  const found = await Promise.all(names.map((name) => findScenario(name)))
  const width = Math.max(0, ...names.map(({ length }) => length))
  if (heading !== null) output.text(heading)
  for (const each of found) {
    output.text(lineOf(each, width, output))
    output.json({ section, ...describe(each) })
  }
}

function lineOf({ name, scenario }: FoundScenario, width: number, { palette }: Output): string {
  const length = formatDuration(lengthOf(scenario)).padStart(5)
  return `${palette.bold(name.padEnd(width))}  ${length}  ${scenario.title}`
}

function describe({ name, scenario }: FoundScenario): {
  readonly name: string
  readonly title: string
  readonly duration: number
  readonly settle: number
  readonly parameters: readonly string[]
} {
  const { title, duration, settle, parameters } = scenario
  return { name, title, duration, settle, parameters: Object.keys(parameters) }
}
