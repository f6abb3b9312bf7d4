// When a device is done with what it is asked for: a number of slots that serve one operation each, one bus that all
// bytes pass, and syncs that wait for the writes before them.

import type { RandomStream } from '../random.ts'
import type { Instant } from '../time.ts'
import type { DiskProfile, DiskService } from './profile.ts'

const nsPerSecond = 1_000_000_000
// Whatever the profile and the faults multiply to, instants stay far from the end of virtual time.
const waitMax = 86_400 * nsPerSecond

/** What a device is asked for, and how many times as long it takes because of faults. */
export interface Service {
  readonly now: Instant
  readonly service: DiskService
  readonly bytes: number
  readonly slowdown: number
}

/** The timing of one device. Instants are whole nanoseconds of virtual time. */
export class Device {
  readonly #profile: DiskProfile
  // When each slot is free. Slots are added as they are needed: most devices never have all of them busy.
  readonly #slots: number[] = [0]
  #busFreeAt = 0
  #writesDoneAt = 0

  constructor(profile: DiskProfile) {
    this.#profile = profile
  }

  /** Takes an operation on at an instant and says when it will be done, a day later at most. One or two draws, none for a fixed latency. */
  serve({ now, service, bytes, slowdown }: Service, random: RandomStream): number {
    const slot = this.#pickSlot(now)
    let start = Math.max(now, this.#slots[slot] as number)
    if (service === 'sync') start = Math.max(start, this.#writesDoneAt)
    if (bytes > 0) start = this.#transfer(start, bytes, slowdown)
    const latency = Math.round(this.#drawLatency(service, random) * slowdown)
    const done = Math.min(start + latency, now + waitMax)
    this.#slots[slot] = done
    const isWrite = service === 'write' || (service === 'sync' && bytes > 0)
    if (isWrite && done > this.#writesDoneAt) this.#writesDoneAt = done
    return done
  }

  /** Everything under way at an instant takes that much longer, as after a stall. */
  delay(since: number, by: number): void {
    this.#slots.forEach((freeAt, slot) => {
      if (freeAt > since) this.#slots[slot] = freeAt + by
    })
    if (this.#busFreeAt > since) this.#busFreeAt += by
    if (this.#writesDoneAt > since) this.#writesDoneAt += by
  }

  /** Everything under way at an instant goes on from there `ratio` times as long as it would have. */
  stretch(since: number, ratio: number): void {
    this.#slots.forEach((freeAt, slot) => {
      this.#slots[slot] = stretched(freeAt, since, ratio)
    })
    this.#busFreeAt = stretched(this.#busFreeAt, since, ratio)
    this.#writesDoneAt = stretched(this.#writesDoneAt, since, ratio)
  }

  /** Nothing is under way any more. */
  reset(): void {
    this.#slots.length = 1
    this.#slots[0] = 0
    this.#busFreeAt = 0
    this.#writesDoneAt = 0
  }

  #pickSlot(now: number): number {
    const slots = this.#slots
    let earliest = 0
    for (let slot = 0; slot < slots.length; slot++) {
      const freeAt = slots[slot] as number
      if (freeAt <= now) return slot
      if (freeAt < (slots[earliest] as number)) earliest = slot
    }
    return slots.length < this.#profile.depth ? slots.push(0) - 1 : earliest
  }

  #transfer(start: number, bytes: number, slowdown: number): number {
    const { pageSize, bandwidth } = this.#profile
    const moved = Math.ceil(bytes / pageSize) * pageSize
    const duration = Math.round((moved * nsPerSecond * slowdown) / bandwidth)
    this.#busFreeAt = Math.min(Math.max(start, this.#busFreeAt) + duration, start + waitMax)
    return this.#busFreeAt
  }

  #drawLatency(service: DiskService, random: RandomStream): number {
    const { min, tail, outlierRatio, outlierFactor } = this.#profile.latency[service]
    const usual = tail > 0 ? min + random.exponential(tail) : min
    return outlierRatio > 0 && random.boolean(outlierRatio) ? usual * outlierFactor : usual
  }
}

/** When that is done which would have been done at an instant, if what is left of it after `since` takes `ratio` times as long. */
export function stretched(doneAt: number, since: number, ratio: number): number {
  return doneAt > since ? since + Math.min(Math.round((doneAt - since) * ratio), waitMax) : doneAt
}
