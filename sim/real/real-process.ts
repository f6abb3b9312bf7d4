// How what happens outside (a socket's event, a file's result) reaches a program: as a step of its incarnation, never after
// that is over, with the log's time set.

import { realNow } from './real-time.ts'
import type { EndOf, Process } from '../node/index.ts'

/** Runs an action as a step of an incarnation, unless that is over. */
export function enter(process: Process, action: () => void): void {
  if (!process.isAlive) return
  const { machine } = process
  const { log } = machine.simulation
  log.now = realNow()
  log.cause = 0
  machine.beginStep()
  action()
}

/** The result of something outside for a program; it never settles when the incarnation is over before. */
export function settled<T>(process: Process, result: Promise<T>, onLate?: (value: T) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    const take = (value: T): void => {
      if (process.isAlive)
        enter(process, () => {
          resolve(value)
        })
      else onLate?.(value)
    }
    const fail = (error: unknown): void => {
      enter(process, () => {
        reject(error instanceof Error ? error : new Error(String(error)))
      })
    }
    result.then(take, fail)
  })
}

/** What becomes of something that a program has open when its incarnation ends. */
type Release = (how: EndOf) => void

const held = new WeakMap<object, Set<Release>>()

/**
 * Lets something go when the incarnation ends, unless it is forgotten before by calling what is returned: a server has many
 * connections in its life, and few at a time.
 */
export function hold(process: Pick<Process, 'onEnd'>, release: Release): () => void {
  const releases = held.get(process) ?? holdingsOf(process)
  releases.add(release)
  return () => {
    releases.delete(release)
  }
}

function holdingsOf(process: Pick<Process, 'onEnd'>): Set<Release> {
  const releases = new Set<Release>()
  held.set(process, releases)
  process.onEnd((how) => {
    for (const release of releases) release(how)
  })
  return releases
}
