// The line that makes a run of a sweep again. A mutant is made from a plan and a variation, which are files for that line.

import { createHash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { runLine } from './command-line.ts'
import { corpusRoot } from './keep-failure.ts'
import type { VariationFlags } from './variation-flags.ts'
import {
  corpusFolder,
  type Data,
  type Seed,
  type SeedResult,
  variationData,
  writePlan,
} from '../sim/index.ts'

/** What all runs of a sweep have in common. */
export interface SweepWords extends VariationFlags {
  readonly set: ReadonlyMap<string, Data>
  readonly plan?: string
  /** For annotations, which people on other machines read: what a line needs stands in it. */
  readonly ci?: true
}

/** A line that runs a run's plan and variation and names no file. */
export function inlineLine(
  scenario: string,
  set: ReadonlyMap<string, Data>,
  { seed, mutant }: { readonly seed: Seed; readonly mutant: NonNullable<SeedResult['mutant']> },
): string {
  const plan = JSON.stringify(mutant.plan)
  const variation = JSON.stringify(variationData(mutant.variation))
  return runLine({ scenario, seed, set, plan, variation: { variation } })
}

/** The line. Writes what it names; files are named by what is in them, so that another process writes the same. */
export function resultLine(
  scenario: string,
  words: SweepWords,
  { seed, mutant }: Pick<SeedResult, 'seed' | 'mutant'>,
): string {
  const { set } = words
  if (mutant === undefined) return runLine({ scenario, seed, set, plan: words.plan, variation: words })
  if (words.ci === true) return inlineLine(scenario, set, { seed, mutant })
  const texts = [writePlan(mutant.plan), `${JSON.stringify(variationData(mutant.variation), null, 2)}\n`]
  const name = createHash('sha256').update(texts.join('\0')).digest('hex').slice(0, 12)
  const folder = join(corpusFolder(corpusRoot, scenario), 'mutants')
  mkdirSync(folder, { recursive: true })
  const [plan = '', variation = ''] = ['plan', 'variation'].map((what, place) => {
    const path = join(folder, `${name}.${what}.json`)
    writeFileSync(path, texts[place] ?? '')
    return path
  })
  return runLine({ scenario, seed, set, plan, variation: { variation } })
}
