// Whether the client of a request is still there, and what is cut short when it is not: nobody works for who has left.

import type { HttpRequest } from '../../http/index.ts'

/** The client of one request. */
export class Presence {
  #goneBy: Error | null = null
  #onGone: ((reason: Error) => void) | null = null

  constructor(request: Pick<HttpRequest, 'whenGone'>) {
    request.whenGone?.((reason) => {
      this.#goneBy = reason
      this.#onGone?.(reason)
    })
  }

  /** Why it is gone; null while it is there, as far as anybody knows. */
  get goneBy(): Error | null {
    return this.#goneBy
  }

  /** Who is told when it goes, once: the last of those who want to be; at once where it is gone already. */
  tell(handler: (reason: Error) => void): void {
    this.#onGone = handler
    if (this.#goneBy !== null) handler(this.#goneBy)
  }
}
