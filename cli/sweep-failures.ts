// The failures of a sweep: those that are known are tried first, those that are found are shrunk and kept.

import { isDeepStrictEqual } from 'node:util'

import { replayLine } from './command-line.ts'
import { explainOtherRun, traceFailure } from './explain-failure.ts'
import type { FoundScenario } from './find-scenario.ts'
import { corpusRoot, type Kept, type ShrinkLimits, shrinkAndKeep } from './keep-failure.ts'
import type { Output } from './output.ts'
import { inlineLine, resultLine, type SweepWords } from './result-line.ts'
import { replayLines, shrinkText } from '../reports/index.ts'
import {
  type CorpusEntry,
  corpusFolder,
  type Data,
  type FailureSignature,
  isSameFailure,
  keptFailures,
  localRunner,
  only,
  run,
  type RunOptions,
  type Seed,
  type SeedResult,
  signatureOf,
} from '../sim/index.ts'

/** A failure of the corpus, tried again. */
export interface KnownFailure {
  readonly folder: string
  readonly name: string
  readonly stillFails: boolean
  /** The line that runs it without the corpus. */
  readonly anywhere: string
}

/** Tries every failure that the corpus has of a scenario with the same settings. */
export async function tryKnownFailures(
  found: FoundScenario,
  set: ReadonlyMap<string, Data>,
  output: Output,
): Promise<readonly KnownFailure[]> {
  const known = keptFailures(corpusFolder(corpusRoot, found.name)).filter(({ failure }) =>
    isOf(failure, found.name, set),
  )
  const tried: KnownFailure[] = []
  for (const entry of known) {
    const each = {
      folder: entry.folder,
      name: entry.failure.signature.name,
      stillFails: await fails(found, entry),
      anywhere: anywhereLine(entry),
    }
    output.text(knownLine(each, output))
    tried.push(each)
  }
  return tried
}

function anywhereLine({ failure }: CorpusEntry): string {
  const { scenario, seed, set, shrunk } = failure
  return inlineLine(scenario, new Map(Object.entries(set)), { seed, mutant: shrunk })
}

function isOf(failure: CorpusEntry['failure'], scenario: string, set: ReadonlyMap<string, Data>): boolean {
  return failure.scenario === scenario && isDeepStrictEqual(new Map(Object.entries(failure.set)), set)
}

// Where the scenario has changed so much that the run cannot be made any more, there is no result.
async function fails(found: FoundScenario, { failure }: CorpusEntry): Promise<boolean> {
  const { seed, shrunk, signature } = failure
  const { plan, variation } = shrunk
  const settings = { set: new Map(Object.entries(failure.set)), plan: null, isChecked: false }
  const runner = localRunner(found.scenario, settings)
  const result = await only(runner.run([{ seed, plan, variation, isTrial: true }]))
  return result !== null && isSameFailure(signature, signatureOf(result))
}

function knownLine({ folder, name, stillFails }: KnownFailure, { palette }: Output): string {
  return stillFails
    ? `${palette.bad('known failure')}  ${name}: still fails\n    ${palette.dim(replayLine(`${folder}/shrunk.ndjson.gz`))}`
    : `${palette.good('known failure')}  ${name}: fails no more (${folder} may go)`
}

/** What of a sweep's failures is kept, and how. */
export interface Keeping {
  readonly found: FoundScenario
  readonly options: (failure: SeedResult) => RunOptions
  readonly flags: SweepWords
  readonly limits: ShrinkLimits
  readonly output: Output
}

/** How many kinds of failures of one sweep are shrunk. */
const kindsMax = 5

/** Shrinks and keeps the first failure of each kind, and prints what is left of it. */
export async function keepFailures(
  keeping: Keeping,
  failures: readonly SeedResult[],
): Promise<{ readonly kept: readonly object[]; readonly command?: string }> {
  const firsts = firstOfEachKind(failures)
  const kept: { readonly folder: string; readonly seed: Seed; readonly command: string }[] = []
  for (const first of firsts.slice(0, kindsMax)) {
    const one = await keepOne(keeping, first)
    if ('isNondeterministic' in one) return { kept, command: one.command }
    kept.push(one)
  }
  const [first] = kept
  return first === undefined ? { kept } : { kept, command: first.command }
}

function firstOfEachKind(failures: readonly SeedResult[]): readonly SeedResult[] {
  const seen: FailureSignature[] = []
  return failures.filter((failure) => {
    const signature = signatureOf(failure)
    if (signature === null || seen.some((other) => isSameFailure(other, signature))) return false
    seen.push(signature)
    return true
  })
}

async function keepOne({ found, options, flags, limits, output }: Keeping, first: SeedResult) {
  const { seed } = first
  const again = await run(found.scenario, options(first))
  if (again.digest !== first.digest) {
    const failed = { found, options: options(first), plan: flags.plan, variation: flags, result: first }
    const command = explainOtherRun(failed, await traceFailure(failed), output)
    return { isNondeterministic: true, command } as const
  }
  const kept = await shrinkAndKeep(found, options(first), limits, output)
  const command = replayLine(`${kept.folder}/shrunk.ndjson.gz`)
  output.text(`\n${keptText(kept, output)}`)
  const original = resultLine(found.name, flags, first)
  output.text(replayLines(undefined, command, `what is left of seed ${seed}`).join('\n'))
  const { before, after, isMinimal } = kept.shrunk
  return { folder: kept.folder, seed, isNew: kept.isNew, before, after, isMinimal, command, original }
}

function keptText(kept: Kept, { palette }: Output): string {
  const known = kept.isNew ? '' : ' (a cause that is known: the first failure of it was kept)'
  return `${shrinkText(kept.shrunk, palette)}\n\n  kept in ${kept.folder}${known}`
}
