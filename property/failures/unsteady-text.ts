// What is said of a run that failed, and passed when it was made again.

import type { ScenarioPlace } from './scenario-file.ts'
import { runLine } from '../../cli/index.ts'
import type { RunChoices } from '../../sim/index.ts'

/** Says so, with a command as its last line that runs the seed twice and shows where the two part. */
export function unsteadyText(
  { name, scenario }: ScenarioPlace,
  { seed, set = new Map(), isSwarm = false }: RunChoices,
): string {
  const variation = isSwarm ? { swarm: true as const } : {}
  return [
    `not deterministic: seed ${seed} of "${scenario.title}" failed, and passed when it was made again`,
    '',
    '  run it twice and compare with:',
    `    ${runLine({ scenario: name, seed, set, variation })} --verify`,
  ].join('\n')
}
