// The configurations in the log, newest last. A server uses the newest in its log, committed or not (section 6), so that
// a truncation has to bring the one before back.

import type { Configuration } from './configuration.ts'
import type { LogIndex } from './entry.ts'

interface Dated {
  readonly index: LogIndex
  readonly configuration: Configuration
}

/** The configurations of a log, by the index of the entry that brought each. */
export class ConfigurationHistory {
  #history: Dated[]

  constructor(index: LogIndex, configuration: Configuration) {
    this.#history = [{ index, configuration }]
  }

  /** The configuration in force. */
  get current(): Configuration {
    return this.#last.configuration
  }

  /** The index of the entry that brought the configuration in force. */
  get currentIndex(): LogIndex {
    return this.#last.index
  }

  get #last(): Dated {
    return this.#history.at(-1) as Dated
  }

  /** The configuration that an entry of the log brought. */
  add(index: LogIndex, configuration: Configuration): void {
    this.#history.push({ index, configuration })
  }

  /** The configuration as of an index, which must not lie before the last `forgetBefore`. */
  asOf(index: LogIndex): Configuration {
    const dated = this.#history.findLast((candidate) => candidate.index <= index)
    return (dated ?? this.#last).configuration
  }

  /** The entries from an index on are gone. True when that changed the configuration in force. */
  truncate(from: LogIndex): boolean {
    const before = this.#history.length
    while (this.#history.length > 1 && this.#last.index >= from) this.#history.pop()
    return this.#history.length < before
  }

  /** Nobody will ask for what was in force before an index. */
  forgetBefore(index: LogIndex): void {
    while (this.#history.length > 1 && (this.#history[1] as Dated).index <= index) this.#history.shift()
  }

  /** A snapshot brought the configuration as of an index; what was before is not in the log any more. */
  replace(index: LogIndex, configuration: Configuration): void {
    this.#history = [{ index, configuration }]
  }
}
