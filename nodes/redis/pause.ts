// CLIENT PAUSE: commands wait until a time has come.

import type { Client } from './client.ts'
import type { Command } from './commands/command.ts'
import type { Timer } from '../../sim/index.ts'

/** What pausing needs of the server. */
export interface PauseHost {
  after(milliseconds: number, handler: () => void): Timer
  resume(client: Client): void
}

/** Whether commands wait, and whose. */
export class Pause {
  readonly #host: PauseHost
  readonly #waiting = new Set<Client>()
  #timer: Timer | null = null
  #isAll = false

  constructor(host: PauseHost) {
    this.#host = host
  }

  get isOn(): boolean {
    return this.#timer !== null
  }

  /** Pauses all commands, or those that write. */
  begin(milliseconds: number, isAll: boolean): void {
    this.#timer?.cancel()
    this.#isAll = isAll
    this.#timer = this.#host.after(milliseconds, () => {
      this.end()
    })
  }

  end(): void {
    this.#timer?.cancel()
    this.#timer = null
    const waiting = [...this.#waiting]
    this.#waiting.clear()
    for (const client of waiting) this.#host.resume(client)
  }

  /** Whether a command has to wait. */
  holds(client: Client, command: Command): boolean {
    if (client.role !== 'client') return false
    return this.#isAll || command.isWrite || command.name.endsWith('publish') || command.name === 'exec'
  }

  wait(client: Client): void {
    client.isBlocked = true
    this.#waiting.add(client)
  }

  forget(client: Client): void {
    this.#waiting.delete(client)
  }
}
