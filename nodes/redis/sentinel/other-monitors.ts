// The other monitors of a master: those in a monitor's list, and those that it has heard of.

import type { Hello } from './hello.ts'
import { type Address, addressText } from './sentinel-settings.ts'
import { WatchedServer } from './watched-server.ts'
import type { Env } from '../../../sim/index.ts'

/** Whoever may publish on a server may pretend to be monitors: so many are believed. */
const othersMax = 100

/** All of them. */
export class OtherMonitors {
  readonly #env: Env
  readonly #downAfter: number
  #all: readonly WatchedServer[]

  constructor(env: Env, addresses: readonly Address[], downAfter: number) {
    this.#env = env
    this.#downAfter = downAfter
    const unique = new Map(addresses.map((address) => [addressText(address), address]))
    this.#all = [...unique.values()].map((address) => new WatchedServer(env, address, downAfter))
  }

  get all(): readonly WatchedServer[] {
    return this.#all
  }

  /** Those that answer. */
  get usable(): number {
    return this.#all.filter((each) => this.#answers(each)).length
  }

  drop(other: WatchedServer): void {
    this.#all = this.#all.filter((each) => each !== other)
    other.close()
  }

  /** A monitor has said where it is; whether it was not known there. */
  meet({ address, id }: Hello): boolean {
    const known = this.#all.find((each) => each.id === id)
    const there = this.#all.find((each) => addressText(each.address) === addressText(address))
    if (there === undefined && known !== undefined && this.#answers(known)) {
      known.greeted()
      return false
    }
    // It is somewhere else now, or was in the list by another name.
    if (known !== undefined && known !== there) this.drop(known)
    const other = there ?? this.#added(address)
    if (other === null) return false
    other.id = id
    other.greeted()
    return there === undefined
  }

  close(): void {
    for (const other of this.#all) other.close()
  }

  #added(address: Address): WatchedServer | null {
    if (this.#all.length >= othersMax) return null
    const other = new WatchedServer(this.#env, address, this.#downAfter)
    this.#all = [...this.#all, other]
    return other
  }

  #answers({ quiet }: WatchedServer): boolean {
    return quiet <= this.#downAfter
  }
}
