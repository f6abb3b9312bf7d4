// `faultline serve` as a process of its own, what it says, and where it listens.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, watch } from 'node:fs'
import { join } from 'node:path'

import type { Workplace } from './workplace.ts'

/** A `faultline serve` that runs. */
export interface Serving {
  /** What it has said on standard error so far. */
  told(): string
  /** Resolves once it has said that; rejects with what it said instead when it ends before. */
  tells(pattern: RegExp): Promise<RegExpExecArray>
  /** Where it listens for a port of its program, as it says it: `127.0.0.1:7000`, `[::1]:7000`, `unix:/tmp/socket`. */
  at(port: number): Promise<string>
  /** The real port of that. */
  portOf(port: number): Promise<number>
  signal(name: NodeJS.Signals): void
  /** Its exit code; null when a signal has ended it. */
  ended(): Promise<number | null>
}

/** Starts `faultline serve` with these words in a workplace. Resolves once its program has started. */
export async function serving(place: Workplace, ...words: readonly string[]): Promise<Serving> {
  const child = spawn(place.path('node_modules/.bin/faultline'), ['serve', ...words], {
    cwd: place.folder,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let told = ''
  // `close` comes after the last of what it said.
  const ended = once(child, 'close') as Promise<[code: number | null]>
  child.stderr.on('data', (bytes: Buffer) => {
    told += bytes.toString()
  })
  const tells = (pattern: RegExp): Promise<RegExpExecArray> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        const found = pattern.exec(told)
        if (found === null) return
        child.stderr.off('data', look)
        resolve(found)
      }
      child.stderr.on('data', look)
      look()
      void ended.then(() => reject(new Error(`it never said ${String(pattern)}: ${told}`)))
    })
  const at = async (port: number): Promise<string> =>
    (await tells(new RegExp(`^listens on (\\S+), its port ${port}$`, 'm')))[1] ?? ''
  await tells(/^started /m)
  return {
    told: () => told,
    tells,
    at,
    portOf: async (port) => Number(/\d+$/.exec(await at(port))?.[0]),
    signal: (name) => void child.kill(name),
    ended: async () => (await ended)[0],
  }
}

/** Resolves once a file of a workplace, which something writes meanwhile, has at least so many places that match. */
export async function untilWritten(
  place: Workplace,
  name: string,
  pattern: RegExp,
  count: number,
): Promise<void> {
  const path = join(place.folder, name)
  const matches = (): number => readFileSync(path, 'latin1').match(pattern)?.length ?? 0
  const watcher = watch(path)
  try {
    while (matches() < count) await once(watcher, 'change')
  } finally {
    watcher.close()
  }
}
