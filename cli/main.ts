// The `faultline` command: parse, call, print.

import { Command } from 'commander'

import { packageVersion } from './code-identity.ts'
import { addCheck } from './commands/check.ts'
import { addDiff } from './commands/diff.ts'
import { addLinearizable } from './commands/linearizable.ts'
import { addList } from './commands/list.ts'
import { addReplay } from './commands/replay.ts'
import { addRun } from './commands/run.ts'
import { addSweep } from './commands/sweep.ts'
import { UsageError } from './usage-error.ts'
import { HistoryError } from '../invariants/index.ts'
import { InvariantError, ParameterError, PlanError, ScenarioError, TraceError } from '../sim/index.ts'

const badInput = 2

const program = new Command('faultline')
  .description(
    'Runs a whole distributed system inside one process, on virtual time, from one seed, and makes everything fail that can.',
  )
  .version(packageVersion())
  .showHelpAfterError('(add --help to see what is possible)')
  .exitOverride((error) => {
    process.exit(error.exitCode === 0 ? 0 : badInput)
  })
  .addHelpText(
    'after',
    `
Exit codes: 0 passed, 1 violation, 2 bad input, 3 undecided (a bound or a time-out was reached).

First steps:
  faultline list                         what there is to run
  faultline run chaos --seed 1           run one scenario on one seed
  faultline sweep chaos --seeds 1..100   run many seeds; a failure prints the line that runs it again
  faultline replay TRACE                 run a failure again, event by event
  faultline diff A B                     show where two traces part`,
  )

for (const add of [addList, addRun, addSweep, addReplay, addDiff, addCheck, addLinearizable]) add(program)
for (const command of program.commands)
  command.exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : badInput))

try {
  await program.parseAsync()
} catch (error) {
  if (!isBadInput(error)) throw error
  console.error(`faultline: ${error.message}`)
  // Where in somebody's own code it happened.
  if (error.cause instanceof Error && error.cause.stack !== undefined) console.error(error.cause.stack)
  process.exitCode = badInput
}

function isBadInput(error: unknown): error is Error {
  return [
    UsageError,
    TraceError,
    PlanError,
    ParameterError,
    ScenarioError,
    InvariantError,
    HistoryError,
  ].some((type) => error instanceof type)
}
