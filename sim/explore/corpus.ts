// The corpus: a folder of failures that were found, one folder each, so that they are tried first next time. A folder gets
// its name only when it is complete, its name is the failure's cause, and one that is there is never replaced: whatever
// several processes do at once, nothing is lost and nothing is kept twice.

import { createHash } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'

import type { FailureSignature, FailureSize } from './shrink/index.ts'
import type { Data } from '../data.ts'
import { type Fault, PlanError, readPlan, writePlan } from '../faults/index.ts'
import type { Seed } from '../random.ts'
import { readVariation, type Variation, VariationError } from '../variation.ts'

/** A failure as it is kept. */
export interface KeptFailure {
  /** As given on the command line: a shipped name or a path. */
  readonly scenario: string
  readonly seed: Seed
  readonly set: { readonly [parameter: string]: Data }
  readonly signature: FailureSignature
  readonly found: RunInputs & { readonly size: FailureSize }
  readonly shrunk: RunInputs & { readonly size: FailureSize; readonly isMinimal: boolean }
}

/** What a run is made from besides scenario, seed and parameters. */
export interface RunInputs {
  readonly plan: readonly Fault[]
  readonly variation: Variation
}

/** A failure with its place. */
export interface CorpusEntry {
  readonly folder: string
  readonly failure: KeptFailure
}

/** The corpus folder of a scenario below a root such as `.faultline`. */
export function corpusFolder(root: string, scenario: string): string {
  return join(root, scenario.replace(/.*[\\/]/, '').replace(/\.[cm]?[jt]s$/, ''))
}

/**
 * The name of a failure's folder: failures of one scenario with the same settings, invariant, message and kinds of faults
 * have the same cause.
 */
export function causeOf({ scenario, signature, shrunk, set }: KeptFailure): string {
  const shape = shrunk.plan.map(({ kind }) => kind).sort()
  const settings = Object.entries(set).sort(([a], [b]) => (a < b ? -1 : 1))
  const hash = createHash('sha256').update(
    JSON.stringify([scenario, signature.name, signature.message, shape, settings]),
  )
  const name = signature.name.toLowerCase().replace(/[^a-z0-9]+/g, '-')
  return `${name.slice(0, 60)}-${hash.digest('hex').slice(0, 8)}`
}

/** The file of an entry that says what the failure is. */
const failureFile = 'failure.json'

/**
 * Keeps a failure. `write` puts further files into its folder before that appears. Says where it is, and whether it is
 * new: of a known cause the first failure found stays as it is.
 */
export async function keepFailure(
  folder: string,
  failure: KeptFailure,
  write: (folder: string) => Promise<void>,
): Promise<CorpusEntry & { readonly isNew: boolean }> {
  const place = join(folder, causeOf(failure))
  if (existsSync(place)) return { folder: place, failure, isNew: false }
  const like = failure.shrunk.isMinimal ? undefined : keptLike(folder, failure)
  if (like !== undefined) return { ...like, isNew: false }
  mkdirSync(folder, { recursive: true })
  const partial = mkdtempSync(join(folder, '.partial-'))
  try {
    writeFileSync(join(partial, failureFile), `${JSON.stringify(failure, null, 2)}\n`)
    writeFileSync(join(partial, 'plan.json'), writePlan(failure.found.plan))
    writeFileSync(join(partial, 'shrunk-plan.json'), writePlan(failure.shrunk.plan))
    writeFileSync(join(partial, 'shrunk-variation.json'), `${JSON.stringify(failure.shrunk.variation)}\n`)
    await write(partial)
    return { folder: place, failure, isNew: appear(partial, place) }
  } finally {
    rmSync(partial, { recursive: true, force: true })
  }
}

// Which faults are left of a failure that could not be shrunk to its end depends on how fast a machine is: it is taken for
// one that is known when that looks the same from outside.
function keptLike(folder: string, { scenario, signature, set }: KeptFailure): CorpusEntry | undefined {
  return keptFailures(folder).find(({ failure }) =>
    isDeepStrictEqual([failure.scenario, failure.signature, failure.set], [scenario, signature, set]),
  )
}

// A folder that is not empty is not replaced by renaming: then somebody else has kept the same cause meanwhile.
function appear(partial: string, place: string): boolean {
  try {
    renameSync(partial, place)
    return true
  } catch (error) {
    if (existsSync(place)) return false
    throw error
  }
}

/** A corpus file that holds something else. */
export class CorpusError extends Error {
  constructor(path: string, problem: string) {
    super(`${path}: ${problem}`)
    this.name = 'CorpusError'
  }
}

/** The failures that a corpus folder holds, by their names; none when there is no such folder. */
export function keptFailures(folder: string): readonly CorpusEntry[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(folder, entry.name, failureFile)))
    .map(({ name }) => name)
    .filter((name) => !name.startsWith('.'))
    .sort()
    .map((name) => ({ folder: join(folder, name), failure: readFailure(join(folder, name, failureFile)) }))
}

function readFailure(path: string): KeptFailure {
  try {
    return checked(JSON.parse(readFileSync(path, 'utf8')) as Partial<KeptFailure>)
  } catch (error) {
    if (
      error instanceof Misfit ||
      error instanceof SyntaxError ||
      error instanceof PlanError ||
      error instanceof VariationError
    )
      throw new CorpusError(path, error.message)
    throw error
  }
}

class Misfit extends Error {}

function checked(raw: Partial<KeptFailure>): KeptFailure {
  const { scenario, seed, set, signature, found, shrunk } = raw
  if (typeof scenario !== 'string' || !Number.isSafeInteger(seed) || typeof set !== 'object' || set === null)
    throw new Misfit('got no scenario, seed and set, wanted those of a failure')
  if (typeof signature?.name !== 'string' || typeof signature.message !== 'string')
    throw new Misfit('got no signature, wanted a name and a message')
  if (found === undefined || shrunk === undefined) throw new Misfit('wanted the run as found, and shrunk')
  return {
    scenario,
    seed: seed as Seed,
    set,
    signature,
    found: { ...found, ...checkedInputs(found, 'found') },
    shrunk: { ...shrunk, ...checkedInputs(shrunk, 'shrunk') },
  }
}

function checkedInputs(inputs: RunInputs, place: string): RunInputs {
  return {
    plan: readPlan(inputs.plan, `${place}.plan`),
    variation: readVariation(inputs.variation, `${place}.variation`),
  }
}
