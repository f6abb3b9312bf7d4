// The ports of one node for one protocol: who has which.

import { NetError } from '../env.ts'

const portMax = 65_535
const ephemeralMin = 49_152

/** Who has which port. */
export class Ports<T> {
  readonly #owners = new Map<number, T>()
  #nextEphemeral = ephemeralMin

  /** Who has a port. */
  at(port: number): T | undefined {
    return this.#owners.get(port)
  }

  /** Gives a port away. Throws a NetError EADDRINUSE when somebody has it. */
  claim(port: number, owner: T): void {
    if (this.#owners.has(port)) throw new NetError('EADDRINUSE', `port ${port} is taken`)
    this.#owners.set(port, owner)
  }

  /** Takes a port back from its owner; nothing happens when somebody else has it. */
  release(port: number, owner: T): void {
    if (this.#owners.get(port) === owner) this.#owners.delete(port)
  }

  /** Takes all ports back. */
  clear(): void {
    this.#owners.clear()
  }

  /** A free port for somebody who does not care which. Throws a NetError EADDRINUSE when all are taken. */
  pick(): number {
    for (let tries = ephemeralMin; tries <= portMax; tries++) {
      const port = this.#nextEphemeral
      this.#nextEphemeral = port === portMax ? ephemeralMin : port + 1
      if (!this.#owners.has(port)) return port
    }
    throw new NetError('EADDRINUSE', 'all ports are taken')
  }
}

/** Throws a RangeError when a program gives a port that none can be. */
export function checkPort(port: number, portMin: number): void {
  if (!Number.isInteger(port) || port < portMin || port > portMax)
    throw new RangeError(`port: got ${port}, wanted a whole number from ${portMin} to ${portMax}`)
}
