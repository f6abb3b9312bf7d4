// CLIENT PAUSE, FAILOVER and MIGRATE: commands wait until a time has come, or until the hand-over is done.

import type { Client } from './client.ts'
import type { Command } from './commands/command.ts'
import type { Timer } from '../../sim/index.ts'

/** What pausing needs of the server. */
export interface PauseHost {
  after(milliseconds: number, handler: () => void): Timer
  resume(client: Client): void
  /** Something began or ended: nothing is to change by itself (expiry) while commands wait. */
  changed(): void
}

/** Commands that may write although they are not marked as such. */
const mayWrite: ReadonlySet<string> = new Set([
  'exec',
  'publish',
  'spublish',
  'pfcount',
  'eval',
  'evalsha',
  'fcall',
])

/** Whether commands wait, and whose. */
export class Pause {
  readonly #host: PauseHost
  readonly #waiting = new Set<Client>()
  #timer: Timer | null = null
  #isAll = false
  #isHeld = false
  #isStopped = false
  /** Whether any commands wait. */
  isOn = false

  constructor(host: PauseHost) {
    this.#host = host
  }

  /** Pauses all commands, or those that write. */
  begin(milliseconds: number, isAll: boolean): void {
    this.#timer?.cancel()
    this.#isAll = isAll
    this.#timer = this.#host.after(milliseconds, () => {
      this.end()
    })
    this.#changed()
  }

  /** Ends what `begin` began. */
  end(): void {
    this.#timer?.cancel()
    this.#timer = null
    this.#isAll = false
    this.#changed()
  }

  /** Pauses commands that write until `release`, whatever becomes of `begin` and `end`. */
  hold(): void {
    this.#isHeld = true
    this.#changed()
  }

  release(): void {
    this.#isHeld = false
    this.#changed()
  }

  /** Pauses all commands until `goOn`: the server waits for another one. */
  stop(): void {
    this.#isStopped = true
    this.#changed()
  }

  goOn(): void {
    this.#isStopped = false
    this.#changed()
  }

  /** Whether a command has to wait. */
  holds(client: Client, command: Command): boolean {
    if (client.role !== 'client') return false
    return this.#isAll || this.#isStopped || command.isWrite || mayWrite.has(command.name)
  }

  wait(client: Client): void {
    client.isBlocked = true
    this.#waiting.add(client)
  }

  forget(client: Client): void {
    this.#waiting.delete(client)
  }

  /** Whoever waits looks again: what still has to wait does so. */
  #changed(): void {
    this.isOn = this.#isHeld || this.#isStopped || this.#timer !== null
    this.#host.changed()
    const waiting = [...this.#waiting]
    this.#waiting.clear()
    for (const client of waiting) this.#host.resume(client)
  }
}
