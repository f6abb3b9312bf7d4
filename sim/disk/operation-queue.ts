// The operations that a program waits for: when each is done, which ones a stall holds, and which die with the program.

import type { DiskError } from '../env.ts'
import type { DeviceHost, ProcessPort, Scheduled } from '../node/index.ts'
import type { RandomStream } from '../random.ts'
import type { Duration, Instant } from '../time.ts'
import type { ActiveFaults } from './active-faults.ts'
import { Device, stretched } from './device.ts'
import type { DiskProfile, DiskService } from './profile.ts'

/** What an operation asks of the device. */
export interface Ask {
  /** The seq of its `disk-request`. */
  readonly request: number
  readonly service: DiskService
  readonly bytes: number
}

interface Underway extends Ask {
  readonly port: ProcessPort
  readonly finish: (cause: number) => void
  doneAt: number
  place: number
  scheduled: Scheduled | null
}

/** The queue in front of one device. */
export class OperationQueue {
  readonly #host: DeviceHost
  readonly #device: Device
  readonly #faults: ActiveFaults
  readonly #operationsMax: number
  #latencies: RandomStream | null = null
  // What is under way, in no order: each knows its place, so that the last one can take it.
  readonly #underway: Underway[] = []
  // What was asked for during a stall, in order.
  readonly #held: Underway[] = []
  readonly #stalls: { readonly affected: () => void }[] = []
  #stalledSince: Instant | null = null

  constructor(host: DeviceHost, profile: DiskProfile, faults: ActiveFaults) {
    this.#host = host
    this.#device = new Device(profile)
    this.#faults = faults
    this.#operationsMax = profile.operationsMax
  }

  /** Whether no further operation may be submitted. */
  get isFull(): boolean {
    return this.#underway.length + this.#held.length >= this.#operationsMax
  }

  /**
   * Settles with what `conclude` gives when the device is done. `conclude` does what happens then, logs the
   * `disk-result`, and returns the value, or the error to reject with.
   */
  submit<T>(port: ProcessPort, ask: Ask, conclude: (cause: number) => T | DiskError): Promise<T> {
    return new Promise((resolve, reject) => {
      const { request, service, bytes } = ask
      const finish = (cause: number): void => {
        const result = conclude(cause)
        if (port.isAlive) settle(result, resolve, reject)
      }
      const underway = { request, service, bytes, port, finish, doneAt: 0, place: -1, scheduled: null }
      if (this.#stalledSince === null) this.#start(underway)
      else this.#wait(underway)
    })
  }

  /** The same, past the device and its queue. */
  submitAtOnce<T>(port: ProcessPort, ask: Ask, conclude: (cause: number) => T | DiskError): Promise<T> {
    return new Promise((resolve, reject) => {
      port.step(0 as Duration, ask.request, (cause) => {
        const result = conclude(cause)
        if (port.isAlive) settle(result, resolve, reject)
      })
    })
  }

  /** Holds everything until the result is called; harmless a second time. Stalls may overlap. */
  stall(affected: () => void): () => void {
    const stall = { affected }
    this.#stalls.push(stall)
    if (this.#stalledSince === null) this.#hold()
    else for (const _ of this.#held) affected()
    return () => {
      const index = this.#stalls.indexOf(stall)
      if (index < 0) return
      this.#stalls.splice(index, 1)
      if (this.#stalls.length === 0) this.#release()
    }
  }

  /**
   * What is under way goes on at the pace that the faults leave it now, where it was `slowdownBefore`: a disk that is slow no longer
   * keeps nobody waiting, and nothing of an ended fault lasts.
   */
  changePace(slowdownBefore: number): void {
    const ratio = this.#faults.slowdown / slowdownBefore
    if (ratio === 1) return
    const now = this.#host.now()
    const since = this.#stalledSince ?? now
    this.#device.stretch(since, ratio)
    for (const underway of this.#underway.toSorted((a, b) => a.request - b.request)) {
      if (underway.doneAt <= since) continue
      underway.doneAt = stretched(underway.doneAt, since, ratio)
      if (ratio > 1) this.#faults.slowed()
      // What a stall holds is scheduled when it is over.
      if (this.#stalledSince !== null) continue
      underway.scheduled?.cancel()
      this.#schedule(underway)
    }
  }

  /** Forgets whose program has ended: nothing of it settles any more. The device goes on with what it has. */
  abandon(): void {
    for (const { scheduled } of this.#underway) scheduled?.cancel()
    this.#underway.length = 0
    this.#held.length = 0
  }

  /** The machine has lost its power: the device, too, forgets what it was doing. */
  reset(): void {
    this.abandon()
    this.#device.reset()
    if (this.#stalledSince !== null) this.#stalledSince = this.#host.now()
  }

  #wait(underway: Underway): void {
    this.#held.push(underway)
    for (const { affected } of this.#stalls) affected()
  }

  #start(underway: Underway): void {
    this.#latencies ??= this.#host.stream(`disk/${this.#host.node}/latency`)
    const { service, bytes } = underway
    const { slowdown } = this.#faults
    if (slowdown > 1) this.#faults.slowed()
    underway.doneAt = this.#device.serve({ now: this.#host.now(), service, bytes, slowdown }, this.#latencies)
    underway.place = this.#underway.push(underway) - 1
    this.#schedule(underway)
  }

  #schedule(underway: Underway): void {
    const delay = Math.max(0, underway.doneAt - this.#host.now()) as Duration
    underway.scheduled = underway.port.step(delay, underway.request, (cause) => {
      this.#remove(underway)
      underway.finish(cause)
    })
  }

  #remove({ place }: Underway): void {
    const last = this.#underway.pop()
    if (last === undefined || last.place === place) return
    this.#underway[place] = last
    last.place = place
  }

  // What the device has done already may wait for a busy program, not for the device.
  #hold(): void {
    const now = this.#host.now()
    this.#stalledSince = now
    for (const { doneAt, scheduled } of this.#underway) {
      if (doneAt <= now) continue
      scheduled?.cancel()
      for (const { affected } of this.#stalls) affected()
    }
  }

  // In the order of the requests, so that what is done at one instant is done first-in first-out as without a stall.
  #release(): void {
    const since = this.#stalledSince
    if (since === null) return
    const by = this.#host.now() - since
    this.#stalledSince = null
    this.#device.delay(since, by)
    for (const underway of this.#underway.toSorted((a, b) => a.request - b.request)) {
      if (underway.doneAt <= since) continue
      underway.doneAt += by
      this.#schedule(underway)
    }
    for (const underway of this.#held.splice(0)) this.#start(underway)
  }
}

function settle<T>(result: T | DiskError, resolve: (value: T) => void, reject: (error: Error) => void): void {
  if (result instanceof Error) reject(result)
  else resolve(result)
}
