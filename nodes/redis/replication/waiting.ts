// Clients that wait for replicas (WAIT).

import type { Client } from '../client.ts'
import type { CommandContext } from '../commands/context.ts'

interface Waiting {
  readonly context: CommandContext
  readonly offset: number
  readonly count: number
}

/** Who waits for replicas. */
export class WaitingForReplicas {
  readonly #waiting = new Set<Waiting>()
  readonly #acknowledgedBy: (offset: number) => number

  /** `acknowledgedBy` says how many replicas have applied the stream up to an offset. */
  constructor(acknowledgedBy: (offset: number) => number) {
    this.#acknowledgedBy = acknowledgedBy
  }

  /**
   * Lets a client wait until so many replicas have the stream up to an offset; `timeout` in milliseconds, 0 for ever. Whether it
   * has to: where not, it was answered.
   */
  wait(context: CommandContext, offset: number, count: number, timeout: number): boolean {
    const reply = (): void => {
      this.#waiting.delete(waiting)
      context.reply.integer(this.#acknowledgedBy(offset))
    }
    const waiting: Waiting = { context, offset, count }
    if (context.isAtomic || this.#acknowledgedBy(offset) >= count) {
      reply()
      return false
    }
    this.#waiting.add(waiting)
    context.block({ keys: [], timeout, serve: () => false, expire: reply })
    return true
  }

  /** A replica has applied more: those who waited for it are answered. */
  look(): void {
    for (const waiting of this.#waiting)
      if (this.#acknowledgedBy(waiting.offset) >= waiting.count) {
        this.#waiting.delete(waiting)
        waiting.context.server.blocking.timeOut(waiting.context.client)
      }
  }

  /** A client is gone. */
  forget(client: Client): void {
    for (const waiting of this.#waiting) if (waiting.context.client === client) this.#waiting.delete(waiting)
  }
}
