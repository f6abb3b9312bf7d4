// The `faultline` command: parse, call, print.

import { Command } from 'commander'

import { packageVersion } from './code-identity.ts'
import { addChat } from './commands/chat.ts'
import { addCheck } from './commands/check.ts'
import { addDiff } from './commands/diff.ts'
import { addExplain } from './commands/explain.ts'
import { addExport } from './commands/export.ts'
import { addFork } from './commands/fork.ts'
import { addFind } from './commands/find.ts'
import { addExhaust } from './commands/exhaust.ts'
import { addHttp } from './commands/http.ts'
import { addLinearizable } from './commands/linearizable.ts'
import { addList } from './commands/list.ts'
import { addQuery } from './commands/query.ts'
import { addOpen } from './commands/open.ts'
import { addReplay } from './commands/replay.ts'
import { addReport } from './commands/report.ts'
import { addRun } from './commands/run.ts'
import { addServe } from './commands/serve.ts'
import { addShrink } from './commands/shrink.ts'
import { addShow } from './commands/show.ts'
import { addStats } from './commands/stats.ts'
import { addSweep } from './commands/sweep.ts'
import { endingOf, strayText } from './ending.ts'
import { endAtOnce, undecided } from './verdict.ts'
import { shownLines } from '../reports/index.ts'

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
Exit codes: 0 passed, 1 violation, 2 bad input, 3 undecided (a bound or a time-out was reached), 70 internal error.

First steps:
  faultline list                         what there is to run
  faultline run chaos --seed 1           run one scenario on one seed
  faultline sweep chaos --seeds 1..100   run many seeds; a failure prints the line that runs it again
  faultline exhaust two-phase-commit     try every order of a small world
  faultline replay TRACE                 run a failure again, event by event
  faultline diff A B                     show where two traces part
  faultline open TRACE                   see a run in the browser`,
  )

for (const add of [
  addList,
  addRun,
  addSweep,
  addExhaust,
  addReplay,
  addShrink,
  addExplain,
  addFork,
  addShow,
  addStats,
  addFind,
  addDiff,
  addOpen,
  addReport,
  addCheck,
  addExport,
  addQuery,
  addLinearizable,
  addServe,
  addHttp,
  addChat,
])
  add(program)

// What nobody awaits ends here. The command goes on to its verdict when a scenario has left it behind, but a run that was
// raced by the real world is no pass.
let hasStray = false
process.on('uncaughtException', (error) => {
  const stray = strayText(error)
  if (stray !== null) {
    hasStray = true
    console.error(shownLines(stray))
    return
  }
  const { code, text } = endingOf(error)
  console.error(shownLines(text))
  endAtOnce(code)
})

try {
  await program.parseAsync()
  if (hasStray && (process.exitCode ?? 0) === 0) process.exitCode = undecided
} catch (error) {
  const { code, text } = endingOf(error)
  console.error(shownLines(text))
  process.exitCode = code
}
