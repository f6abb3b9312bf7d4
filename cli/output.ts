// Where output goes: text for people, one JSON value a line for machines, progress on a terminal only.

import { type Palette, paletteFor, shownLines } from '../reports/index.ts'

/** The output of one command. */
export interface Output {
  readonly palette: Palette
  /** Prints text for people; nothing with `--json`. Of control characters only line ends, tabs and colours are left. */
  readonly text: (text: string) => void
  /** Prints a value for machines; nothing without `--json`. */
  readonly json: (value: unknown) => void
  /** Shows where long work stands, on one line that the next one replaces; nothing when nobody watches. */
  readonly progress: (text: string) => void
  /** Removes the progress line. */
  readonly clearProgress: () => void
}

const progressGapMs = 100

/** The output to this process's terminal or pipe. */
export function createOutput(isJson: boolean): Output {
  process.stdout.once('error', endWhenNobodyReads)
  const isWatched = process.stderr.isTTY && !isJson
  let shownAt = 0
  let isShown = false
  const clearProgress = (): void => {
    if (isShown) process.stderr.write('\r\u001b[2K')
    isShown = false
  }
  return {
    palette: paletteFor(process.stdout, process.env),
    text: (text) => {
      clearProgress()
      if (!isJson) process.stdout.write(`${shownLines(text)}\n`)
    },
    json: (value) => {
      if (isJson) process.stdout.write(`${JSON.stringify(value, plainMaps)}\n`)
    },
    progress: (text) => {
      const now = Date.now()
      if (!isWatched || now - shownAt < progressGapMs) return
      shownAt = now
      isShown = true
      process.stderr.write(`\r\u001b[2K${text.slice(0, (process.stderr.columns || 80) - 1)}`)
    },
    clearProgress,
  }
}

/** `faultline … | head` closes the pipe when it has seen enough: no failure. */
function endWhenNobodyReads(error: Error & { readonly code?: string }): void {
  if (error.code !== 'EPIPE') throw error
  process.exit()
}

function plainMaps(_key: string, value: unknown): unknown {
  return value instanceof Map ? Object.fromEntries(value as Map<string, unknown>) : value
}
