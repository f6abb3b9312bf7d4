// How what happens outside (a socket's event, a file's result) reaches a program: as a step of its incarnation, never after
// that is over, with the log's time set.

import { realNow } from './real-time.ts'
import type { Process } from '../node/index.ts'

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
