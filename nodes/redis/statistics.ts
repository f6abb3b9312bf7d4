// What a server counts of itself for INFO.

import { Rates, RecentPeaks } from './info/index.ts'

/** Counts since the start, or since CONFIG RESETSTAT. */
export class Statistics {
  connections = 0
  rejectedConnections = 0
  /** Sent away for `maxmemory-clients`. */
  evictedClients = 0
  commands = 0
  /** Bytes from clients and to them, those of replication apart: what replicas are sent, and what a master sends. */
  bytesIn = 0
  bytesOut = 0
  replicationBytesIn = 0
  replicationBytesOut = 0
  /** How often bytes were taken from connections and left to them. */
  reads = 0
  writes = 0
  /** What happens in a second now. */
  readonly rates: Rates = new Rates()
  /** Of what waits of clients. */
  readonly recentPeaks: RecentPeaks = new RecentPeaks()
  /** Nanoseconds that it took to look for keys that have expired. */
  expiryTime = 0
  /** When there was no room although keys were evicted. */
  readonly shortOfMemory: Shortage = new Shortage()
  errors = 0
  /** Of commands that came from a master. */
  unexpectedErrors = 0
  /** Replies by error code. */
  readonly errorCodes: Map<string, number> = new Map()
  readonly slowlog: SlowEntry[] = []
  #slowId = 0
  peakMemory = 0

  countError(text: string): void {
    this.errors += 1
    const code = text.slice(0, text.indexOf(' ') < 0 ? undefined : text.indexOf(' '))
    if (this.errorCodes.size < 128 || this.errorCodes.has(code))
      this.errorCodes.set(code, (this.errorCodes.get(code) ?? 0) + 1)
  }

  /** Remembers a slow command, the latest first, at most so many. */
  addSlow(entry: Omit<SlowEntry, 'id'>, max: number): void {
    this.slowlog.unshift({ id: this.#slowId, ...entry })
    this.#slowId += 1
    this.slowlog.splice(max)
  }

  reset(): void {
    this.connections = 0
    this.rejectedConnections = 0
    this.evictedClients = 0
    this.commands = 0
    this.bytesIn = 0
    this.bytesOut = 0
    this.replicationBytesIn = 0
    this.replicationBytesOut = 0
    this.reads = 0
    this.writes = 0
    this.rates.reset()
    this.expiryTime = 0
    this.shortOfMemory.reset()
    this.errors = 0
    this.unexpectedErrors = 0
    this.errorCodes.clear()
  }
}

/** For how long something has lacked, now and in all. Times in nanoseconds. */
class Shortage {
  #since: number | null = null
  #before = 0

  begin(now: number): void {
    this.#since ??= now
  }

  end(now: number): void {
    if (this.#since === null) return
    this.#before += this.current(now)
    this.#since = null
  }

  current(now: number): number {
    return this.#since === null ? 0 : now - this.#since
  }

  total(now: number): number {
    return this.#before + this.current(now)
  }

  reset(): void {
    this.#since = null
    this.#before = 0
  }
}

/** A command that took long. */
export interface SlowEntry {
  readonly id: number
  /** Seconds since 1970. */
  readonly at: number
  /** Microseconds. */
  readonly took: number
  readonly args: readonly string[]
  readonly address: string
  readonly name: string
}
