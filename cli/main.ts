// The `faultline` command: parse, call, print.

import { Command } from 'commander'

import { packageVersion } from './code-identity.ts'
import { endingOf, strayText } from './ending.ts'
import { endAtOnce, undecided } from './verdict.ts'
import { shownLines } from '../reports/index.ts'

const badInput = 2

/** The commands in the order of the help, each loaded when it is asked for: together they are the whole package. */
const commands: ReadonlyMap<string, () => Promise<(program: Command) => void>> = new Map([
  ['list', async () => (await import('./commands/list.ts')).addList],
  ['run', async () => (await import('./commands/run.ts')).addRun],
  ['sweep', async () => (await import('./commands/sweep.ts')).addSweep],
  ['exhaust', async () => (await import('./commands/exhaust.ts')).addExhaust],
  ['replay', async () => (await import('./commands/replay.ts')).addReplay],
  ['shrink', async () => (await import('./commands/shrink.ts')).addShrink],
  ['explain', async () => (await import('./commands/explain.ts')).addExplain],
  ['fork', async () => (await import('./commands/fork.ts')).addFork],
  ['show', async () => (await import('./commands/show.ts')).addShow],
  ['stats', async () => (await import('./commands/stats.ts')).addStats],
  ['find', async () => (await import('./commands/find.ts')).addFind],
  ['diff', async () => (await import('./commands/diff.ts')).addDiff],
  ['open', async () => (await import('./commands/open.ts')).addOpen],
  ['report', async () => (await import('./commands/report.ts')).addReport],
  ['check', async () => (await import('./commands/check.ts')).addCheck],
  ['export', async () => (await import('./commands/export.ts')).addExport],
  ['query', async () => (await import('./commands/query.ts')).addQuery],
  ['linearizable', async () => (await import('./commands/linearizable.ts')).addLinearizable],
  ['serve', async () => (await import('./commands/serve.ts')).addServe],
  ['http', async () => (await import('./commands/http.ts')).addHttp],
  ['chat', async () => (await import('./commands/chat.ts')).addChat],
])

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

const first = process.argv[2] ?? ''
const asked = commands.get(first)
const loads = asked !== undefined ? [asked] : first === '--version' ? [] : [...commands.values()]
for (const add of await Promise.all(loads.map((load) => load()))) add(program)

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
