// Programs of others that read what is exported.

import { spawnSync } from 'node:child_process'

/** What a program said of its input, and how it ended. */
export interface Answer {
  readonly code: number | null
  readonly out: string
  readonly error: string
}

const outputMax = 64 * 1024 * 1024

/** Runs a program to its end. */
export function runProgram(path: string, words: readonly string[], input: string = ''): Answer {
  const { status, stdout, stderr } = spawnSync(path, words, {
    input,
    encoding: 'utf8',
    maxBuffer: outputMax,
    env: { ...process.env, LC_ALL: 'C.UTF-8' },
  })
  return { code: status, out: stdout, error: stderr }
}
