// Command lines that can be copied and run: what a failure ends with.

import { settingText } from './arguments.ts'
import { type VariationFlags, variationWords } from './variation-flags.ts'
import type { Data } from '../sim/index.ts'

/** What `faultline run` needs to make the same run again. */
export interface RunLine {
  /** The name or path of the scenario, as it was given. */
  readonly scenario: string
  readonly seed: number
  readonly set: ReadonlyMap<string, Data>
  /** The path of a fault plan. */
  readonly plan?: string | undefined
  readonly variation?: VariationFlags
}

/** The line that runs one seed again. */
export function runLine({ scenario, seed, set, plan, variation = {} }: RunLine): string {
  const settings = [...set].flatMap(([key, value]) => ['--set', settingText(key, value)])
  const planned = plan === undefined ? [] : ['--plan', plan]
  return line('run', scenario, '--seed', String(seed), ...settings, ...planned, ...variationWords(variation))
}

/** The line that was typed. */
export function sameLine(words: readonly string[]): string {
  return line(...words)
}

/** The line that goes on with a sweep that was typed. */
export function resumeLine(words: readonly string[]): string {
  return line(...words.filter((word) => word !== '--resume'), '--resume')
}

/** The line that replays a trace. */
export function replayLine(tracePath: string): string {
  return line('replay', tracePath)
}

/** The line that shows a trace in the browser. */
export function viewLine(tracePath: string): string {
  return line('open', tracePath)
}

function line(...words: readonly string[]): string {
  return ['npx faultline', ...words.map(shellWord)].join(' ')
}

/** A word as a POSIX shell has to read it, quoted where that is needed. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`
}
