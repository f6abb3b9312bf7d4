// What a server counts of itself for INFO.

/** Counts since the start, or since CONFIG RESETSTAT. */
export class Statistics {
  connections = 0
  rejectedConnections = 0
  /** Sent away for `maxmemory-clients`. */
  evictedClients = 0
  commands = 0
  bytesIn = 0
  bytesOut = 0
  errors = 0
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
    this.errors = 0
    this.errorCodes.clear()
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
