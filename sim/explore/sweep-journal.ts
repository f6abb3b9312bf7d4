// The journal of a sweep: what came of each seed, a line each, while the sweep goes on, so that one that was interrupted
// can go on. A process that is killed leaves at most its last line incomplete.

import {
  closeSync,
  existsSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs'

import { journalMisfit } from './journal-line.ts'
import type { SeedResult } from './seed-result.ts'

/** A journal that holds something else than what the sweep at hand has written. */
export class JournalError extends Error {
  constructor(path: string, problem: string) {
    super(`${path}: ${problem}; remove the file to begin again`)
    this.name = 'JournalError'
  }
}

const format = 'faultline-sweep-1'

/** The journal of one sweep, open for more. */
export class SweepJournal {
  readonly #path: string
  readonly #file: number

  /** Begins a journal in place of what is there; `done` is what it has to begin with. `key` tells sweeps apart. */
  constructor(path: string, key: string, done: readonly SeedResult[]) {
    const partial = `${path}.${process.pid}`
    const lines = [{ format, key }, ...done].map((each) => `${JSON.stringify(each)}\n`)
    writeFileSync(partial, lines.join(''))
    renameSync(partial, path)
    this.#path = path
    this.#file = openSync(path, 'a')
  }

  /** Keeps what came of a seed. */
  append(result: SeedResult): void {
    writeSync(this.#file, `${JSON.stringify(result)}\n`)
  }

  /** Ends it, and leaves it for a sweep that goes on. */
  close(): void {
    closeSync(this.#file)
  }

  /** Removes it once there is nothing to go on with. */
  remove(): void {
    rmSync(this.#path, { force: true })
  }
}

/** What a journal holds; null when there is none. Throws a JournalError when it is damaged elsewhere than in its last line. */
export function readJournal(path: string, key: string): readonly SeedResult[] | null {
  if (!existsSync(path)) return null
  const [first = '', ...rest] = readFileSync(path, 'utf8').split('\n')
  const header = parsed(first) as { readonly format?: unknown; readonly key?: unknown } | null | undefined
  if (header?.format !== format || header.key !== key)
    throw new JournalError(path, `line 1: got ${shown(first)}, wanted the beginning of this sweep's journal`)
  const lines = rest.at(-1) === '' ? rest.slice(0, -1) : rest
  return lines.flatMap((line, place) => {
    const value = parsed(line)
    const misfit = journalMisfit(value)
    if (misfit === null) return [value as SeedResult]
    if (place === lines.length - 1) return []
    throw new JournalError(path, `line ${place + 2}: ${misfit}`)
  })
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line) as unknown
  } catch {
    return undefined
  }
}

function shown(line: string): string {
  return JSON.stringify(line.length > 80 ? `${line.slice(0, 80)}…` : line)
}
