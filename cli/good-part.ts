// Traces that lack their end or are damaged behind their header, as far as they can be read: the log of a node that still runs
// always, any other trace where `--partial` says that a part is enough.

import type { PartialFlag } from './partial-hint.ts'
import {
  type Event,
  type EventSource,
  isCutOff,
  isRealLog,
  type TraceBatch,
  TraceError,
  TraceFile,
  type TraceFooter,
  type TraceHeader,
} from '../sim/index.ts'

/** A trace file as far as it can be read. What follows is known, and the footer, once a pass has come there. */
export class GoodPart implements EventSource {
  readonly name: string
  readonly header: TraceHeader
  readonly #file: TraceFile
  readonly #isPartEnough: boolean
  #problem = ''

  private constructor(file: TraceFile, isPartEnough: boolean) {
    this.name = file.name
    this.header = file.header
    this.#file = file
    this.#isPartEnough = isPartEnough
  }

  /** Throws a TraceError where not even the header can be read; whoever reads events gets one for damage that is not let pass. */
  static async open(path: string, { partial }: PartialFlag): Promise<GoodPart> {
    const isPartEnough = partial === true
    return new GoodPart(await TraceFile.open(path, { isPartEnough }), isPartEnough)
  }

  get footer(): TraceFooter | null {
    return this.#file.footer
  }

  /** Why the rest is missing, for people; '' where nothing is. */
  get problem(): string {
    return this.#problem
  }

  batches(after?: number): AsyncIterable<TraceBatch> {
    return this.#upToItsEnd(this.#file.batches(after))
  }

  eventGroups(): AsyncIterable<readonly Event[]> {
    return this.#upToItsEnd(this.#file.eventGroups())
  }

  checkpoints(): ReturnType<EventSource['checkpoints']> {
    return this.#problem === '' ? this.#file.checkpoints() : null
  }

  /** Makes sure that each event that is read from now on is as it was written. Throws a TraceError where more is wrong. */
  async check(): Promise<void> {
    try {
      await this.#file.demandIntact()
    } catch (error) {
      this.#take(error)
    }
  }

  async *#upToItsEnd<T>(parts: AsyncIterable<T>): AsyncGenerator<T> {
    try {
      yield* parts
    } catch (error) {
      this.#take(error)
    }
  }

  /** Takes note of what ends the readable part; throws whatever else it is. */
  #take(error: unknown): void {
    if (isRealLog(this) && isCutOff(error)) this.#problem = unfinished
    else if (this.#isPartEnough && error instanceof TraceError)
      this.#problem = `only what stands before the damage: ${error.message}`
    else throw error
  }
}

const unfinished =
  'this log has no end yet, because its node still runs or was killed; this is what it had up to here'
