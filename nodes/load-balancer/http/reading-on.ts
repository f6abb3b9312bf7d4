// Reads on from a client while a back-end makes up its mind: otherwise nobody would hear that it has left.

import { type Connection, NetError } from '../../../sim/index.ts'

/** A client that waits. At most one piece of what it says meanwhile is held. */
export class ReadingOn {
  readonly #client: Connection
  #coming: Promise<Uint8Array | null> | null
  #isGone = false
  #onGone: (() => void) | null = null

  /** `isEndGone`: whether it has left when it ends its side. */
  constructor(client: Connection, isEndGone: boolean) {
    this.#client = client
    this.#coming = client.read()
    this.#coming.then(
      (bytes) => {
        if (bytes === null && isEndGone) this.#gone()
      },
      (error: unknown) => {
        this.#gone()
        // Whoever reads next hears of it.
        if (!(error instanceof NetError)) throw error
      },
    )
  }

  get isGone(): boolean {
    return this.#isGone
  }

  /** Whom to tell, once, when it leaves. */
  set onGone(handler: () => void) {
    this.#onGone = handler
  }

  /** The next bytes, as `Connection.read` has them. */
  read(): Promise<Uint8Array | null> {
    const coming = this.#coming
    this.#coming = null
    return coming ?? this.#client.read()
  }

  #gone(): void {
    this.#isGone = true
    this.#onGone?.()
  }
}
