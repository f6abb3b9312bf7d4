// `faultline linearizable`: judges anybody's recorded histories.

import { readFileSync } from 'node:fs'

import { type Command, Option } from 'commander'

import { countArgument, wrongValue } from '../arguments.ts'
import { createOutput, type Output } from '../output.ts'
import { UsageError } from '../usage-error.ts'
import {
  HistoryError,
  judge,
  type JudgeOptions,
  type Judgement,
  type Model,
  modelNamed,
  models,
  showVerdict,
} from '../../invariants/index.ts'

interface LinearizableFlags {
  readonly model: Model
  readonly fail?: 'dropped' | 'observed'
  readonly timeoutMs?: number
  readonly independent?: true
  readonly json?: true
}

/** Adds the command. */
export function addLinearizable(program: Command): void {
  program
    .command('linearizable')
    .description('judge recorded histories: Jepsen-style operations as NDJSON or EDN, one verdict a file')
    .argument(
      '<histories...>',
      'files with one operation event a line: process, type (invoke, ok, fail, info), f, value, and key for kv',
    )
    .requiredOption(
      '--model <model>',
      `what the history is judged against: ${models.map(({ name }) => name).join(', ')}`,
      modelArgument,
    )
    .addOption(
      new Option(
        '--fail <meaning>',
        'what a failed operation means: it did not happen, or its precondition was seen not to hold (default: as the model says)',
      ).choices(['dropped', 'observed']),
    )
    .option(
      '--independent',
      "every value is a tuple [key value], as of Jepsen's independent: each key is judged by itself, the worst verdict counts",
    )
    .option('--timeout-ms <n>', 'give up on a file after so long: unknown', countArgument('--timeout-ms'))
    .option('--json', 'print one JSON object a file: file, verdict, ms; or file, error')
    .addHelpText(
      'after',
      `
Every file is judged, whatever is wrong with others.
Exit codes: 0 all linearizable, 3 one is unknown, 1 one is not linearizable, 2 one cannot be read or is no history;
where several apply, 2 comes before 1, and 1 before 3.

Examples:
  faultline linearizable history.edn --model cas-register
  faultline linearizable independent.edn --model cas-register --independent
  faultline linearizable histories/*.ndjson --model kv --fail dropped --json`,
    )
    .action((files: readonly string[], flags: LinearizableFlags) => {
      const output = createOutput(flags.json === true)
      const codes = files.map((file) => judgeFile(file, flags, output))
      process.exitCode = [2, 1, 3].find((code) => codes.includes(code)) ?? 0
    })
}

/** Judges one file, whatever is wrong with others; returns its exit code. */
function judgeFile(file: string, flags: LinearizableFlags, output: Output): number {
  try {
    return tellVerdict(file, flags, output)
  } catch (error) {
    if (!(error instanceof UsageError || error instanceof HistoryError)) throw error
    console.error(`faultline: ${error.message}`)
    output.json({ file, error: error.message })
    return 2
  }
}

function tellVerdict(file: string, flags: LinearizableFlags, output: Output): number {
  const judgement = judge(read(file), optionsOf(file, flags))
  const { verdict, ms } = judgement
  output.json({ file, verdict: verdict.kind, ms: Number(ms.toFixed(3)), ...reasonOf(judgement) })
  output.text(`${styled(verdict.kind, output)}  ${file}  ${ms.toFixed(1)} ms`)
  // Explaining can take longer than judging did: not for those who do not ask for it.
  if (verdict.kind !== 'linearizable' && flags.json !== true) output.text(showVerdict(verdict))
  return { linearizable: 0, 'not-linearizable': 1, unknown: 3 }[verdict.kind]
}

function optionsOf(file: string, { model, fail, independent, timeoutMs }: LinearizableFlags): JudgeOptions {
  return {
    file,
    model,
    isIndependent: independent === true,
    clock: () => performance.now(),
    ...(fail === undefined ? {} : { fail }),
    ...(timeoutMs === undefined ? {} : { msMax: timeoutMs }),
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new UsageError(`history ${file}: ${error instanceof Error ? error.message : String(error)}`)
  }
}

function reasonOf({ verdict }: Judgement): object {
  return verdict.kind === 'unknown' ? { reason: verdict.reason } : {}
}

function styled(kind: Judgement['verdict']['kind'], { palette }: Output): string {
  const style = { linearizable: palette.good, 'not-linearizable': palette.bad, unknown: palette.warning }[
    kind
  ]
  return style(kind)
}

function modelArgument(name: string): Model {
  const model = modelNamed(name)
  if (model === undefined)
    throw wrongValue('--model', name, `one of ${models.map((each) => each.name).join(', ')}`)
  return model
}
