// `faultline list`: the shipped scenarios.

import type { Command } from 'commander'

import { findScenario, shippedNames } from '../find-scenario.ts'
import { createOutput } from '../output.ts'
import { formatDuration, lengthOf } from '../../sim/index.ts'

/** Adds the command. */
export function addList(program: Command): void {
  program
    .command('list')
    .description('list the shipped scenarios')
    .option('--json', 'print one JSON object a scenario instead of text')
    .addHelpText('after', '\nExample:\n  faultline list --json | jq .name')
    .action(async ({ json }: { readonly json?: true }) => {
      const output = createOutput(json === true)
      const found = await Promise.all(shippedNames().map((name) => findScenario(name)))
      const width = Math.max(0, ...found.map(({ name }) => name.length))
      for (const { name, scenario } of found) {
        output.text(
          `${output.palette.bold(name.padEnd(width))}  ${formatDuration(lengthOf(scenario)).padStart(5)}  ${scenario.title}`,
        )
        output.json({
          name,
          title: scenario.title,
          duration: scenario.duration,
          settle: scenario.settle,
          parameters: Object.keys(scenario.parameters),
        })
      }
    })
}
