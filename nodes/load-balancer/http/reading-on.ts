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
    void this.#listen(this.#coming, isEndGone)
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

  async #listen(coming: Promise<Uint8Array | null>, isEndGone: boolean): Promise<void> {
    try {
      if ((await coming) === null && isEndGone) this.#gone()
    } catch (error) {
      if (!(error instanceof NetError)) throw error
      this.#gone()
    }
  }

  #gone(): void {
    this.#isGone = true
    this.#onGone?.()
  }
}
