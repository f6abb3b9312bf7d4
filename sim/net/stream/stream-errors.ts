// What goes wrong with a stream, as the program that has it is told.

import { NetError, type NetErrorCode } from '../../env.ts'
import type { NodeId, StreamResetEvent } from '../../event.ts'

/** The errors of one end of a stream. */
export class StreamErrors {
  readonly #name: string

  constructor(stream: number, remote: NodeId, remotePort: number) {
    this.#name = `stream ${stream} to ${remote}:${remotePort}`
  }

  /** This end has reset it. */
  reset(): NetError {
    return new NetError('ECONNRESET', `${this.#name} was reset by this end`)
  }

  /** It is gone, not by the will of this end. */
  broken(why: StreamResetEvent['why']): NetError {
    return new NetError(why === 'timeout' ? 'ETIMEDOUT' : 'ECONNRESET', `${this.#name} broke (${why})`)
  }

  /** A write after it broke. */
  writeBroken({ code }: { readonly code: NetErrorCode }): NetError {
    return new NetError(code, `write to ${this.#name}, which broke`)
  }

  /** A write after this end said that there would be none. */
  writeEnded(): NetError {
    return new NetError('EPIPE', `write to ${this.#name} after its end`)
  }

  /** A write that nobody awaits on top of too many. */
  full(unsentMax: number): NetError {
    return new NetError('ENOBUFS', `more than ${unsentMax} bytes wait: await the writes`)
  }
}
