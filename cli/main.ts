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
import { ownFrames } from './own-frames.ts'
import { UsageError } from './usage-error.ts'
import { HistoryError } from '../invariants/index.ts'
import {
  InvariantError,
  ParameterError,
  PlanError,
  ScenarioError,
  SeedError,
  TraceError,
} from '../sim/index.ts'

const badInput = 2

const program = new Command('faultline')
  .description(
    'Runs a whole distributed system inside one process, on virtual time, from one seed, and makes everything fail that can.',
  )
  .version(packageVersion())
  .configureOutput({
    outputError: (text, write) => {
      write(
        `faultline: ${text
          .replace(/^error: /, '')
          .trim()
          .replace(/\n/g, ' ')}; --help says what is possible\n`,
      )
    },
  })
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : badInput))
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

try {
  await program.parseAsync()
} catch (error) {
  if (isThreadDeath(error)) undecided(error)
  else if (isBadInput(error)) refuse(error)
  else throw error
}

function undecided(error: Error): void {
  console.error(`faultline: ${error.message}`)
  process.exitCode = 3
}

function refuse(error: Error): void {
  console.error(`faultline: ${error.message}`)
  for (const frame of ownFrames(stackOf(error.cause))) console.error(frame)
  process.exitCode = badInput
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? '') : ''
}

function isThreadDeath(error: unknown): error is SeedError {
  return error instanceof SeedError && error.failure.kind === 'died'
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
