// Gives a program in a simulation what it received on real sockets: both environments agree when it says the same bytes.

import { type Exchange, type ExchangeStep, withWallClock } from './exchange.ts'
import type { Connection, Env, Program } from '../env.ts'
import { perfect } from '../net/index.ts'
import { run } from '../run.ts'
import { node, type NodeOptions, type NodeSpec, scenario } from '../scenario.ts'
import { type Instant, ms, seconds, us } from '../time.ts'

/** How exchanges are replayed. */
export interface ReplayOptions extends NodeOptions {
  /** The name of the program's node (default `program`) and the seed (default 1): with those of the real node it draws the same. */
  readonly name?: string
  readonly seed?: number
  /** Other nodes that the program talks to. */
  readonly others?: readonly NodeSpec[]
}

/** How long a program may take to say what it said, in virtual milliseconds. */
const patienceMs = 60_000
/** Everything arrives whole and in the order in which it came, on whichever connection. */
const network = perfect({
  takes: us(10),
  streams: { splitRatio: 0, segmentMax: 1024 * 1024, window: 64 * 1024 * 1024 },
})
/** And to take what it was given, where that shows only by its reading the clock. */
const takingMs = 100

/**
 * Gives a program in a simulation what it received in exchanges of one real node, in the order in which that came, each part once
 * the program has said as much as it had then, on all connections. Its wall clock shows what it showed then. Resolves to what it
 * says in each exchange; one in which it says less goes on after a virtual minute.
 */
export async function replayExchanges(
  program: Program,
  exchanges: readonly Exchange[],
  { name = 'program', seed = 1, others = [], ...options }: ReplayOptions = {},
): Promise<readonly Uint8Array[]> {
  const clock = new RecordedClock(exchanges)
  const lines = exchanges.map((exchange) => new Line(exchange))
  const peer: Program = async (env) => {
    for (const { line, step } of inOrder(lines)) {
      if (step !== null && step.kind !== 'received' && step.kind !== 'ended') line.due += sizeOf(step)
      else {
        await until(env, () => lines.every((each) => each.heard >= each.due))
        // What comes on another connection could overtake what nobody has answered yet.
        await until(env, () => clock.isRead, takingMs)
        clock.goTo(step?.order ?? line.exchange.order)
        await line.give(env, name, step)
      }
    }
    await until(env, () => lines.every((each) => each.heard >= each.due))
    for (const line of lines) line.end()
    await until(env, () => lines.every((each) => each.isOver))
    env.exit(0)
  }
  const world = scenario({
    title: 'exchanges that were recorded',
    nodes: () => [
      node(name, (env) => program(withWallClock(env, () => clock.read(env))), options),
      ...others,
      node('peer', peer),
    ],
    network,
    duration: seconds(36_000),
  })
  await run(world, { seed, isChecked: false })
  return lines.map((line) => line.said)
}

async function until(env: Env, isSo: () => boolean, waitMs = patienceMs): Promise<void> {
  for (let waited = 0; !isSo() && waited < waitMs; waited++) await env.sleep(ms(1))
}

/** A connection to a program that may have to read its files before it listens. */
async function dialled(env: Env, target: string, port: number): Promise<Connection> {
  for (let tries = 1; ; tries++) {
    try {
      return await env.net.connect(target, port)
    } catch (error) {
      if (tries === patienceMs) throw error
      await env.sleep(ms(1))
    }
  }
}

interface Happening {
  readonly line: Line
  /** Null: the connection begins. */
  readonly step: ExchangeStep | null
}

/** The steps of all connections in the order in which they were. */
function inOrder(lines: readonly Line[]): readonly Happening[] {
  const all = lines.flatMap((line): readonly Happening[] => [
    { line, step: null },
    ...line.exchange.steps.map((step) => ({ line, step })),
  ])
  const orderOf = ({ line, step }: Happening): number => step?.order ?? line.exchange.order
  return all.sort((a, b) => orderOf(a) - orderOf(b))
}

function sizeOf(step: ExchangeStep): number {
  return step.kind === 'sent' ? step.bytes.length : 0
}

/** The wall clock as the program read it: for what came then, in this order. */
class RecordedClock {
  readonly #readings: readonly { readonly order: number; readonly wall: Instant }[]
  /** When something came, in order. */
  readonly #comings: readonly number[]
  /** The first that has not come. */
  #coming = 0
  /** The reading that is next. */
  #place = 0
  /** Whether one was taken for what came last. */
  #isTaken = false

  constructor(exchanges: readonly Exchange[]) {
    const steps = exchanges.flatMap((each) => each.steps)
    this.#readings = steps
      .flatMap((step) => (step.kind === 'clock' ? [{ order: step.order, wall: step.wall }] : []))
      .sort((a, b) => a.order - b.order)
    this.#comings = [...exchanges, ...steps.filter(({ kind }) => kind === 'received' || kind === 'ended')]
      .map(({ order }) => order)
      .sort((a, b) => a - b)
  }

  /** What is read from now on comes after that. */
  goTo(order: number): void {
    while ((this.#comings[this.#coming] ?? Number.POSITIVE_INFINITY) <= order) this.#coming++
    while (this.#place < this.#readings.length && (this.#readings[this.#place]?.order ?? 0) < order)
      this.#place++
    this.#isTaken = false
  }

  /** Whether the program has looked at the clock since something came last, as far as it did then before the next came. */
  get isRead(): boolean {
    return this.#isTaken || !this.#isBeforeNext
  }

  /**
   * The next reading. Where the program reads more often than it did before something else came, the last one again; where it did not
   * read at all, what it read next: to that others have a claim.
   */
  read(env: Env): Instant {
    if (this.#isBeforeNext) {
      this.#place++
      this.#isTaken = true
    }
    const reading = this.#readings[this.#isTaken ? this.#place - 1 : this.#place] ?? this.#readings.at(-1)
    return reading?.wall ?? env.clock.wall()
  }

  get #isBeforeNext(): boolean {
    const next = this.#readings[this.#place]
    return next !== undefined && next.order < (this.#comings[this.#coming] ?? Number.POSITIVE_INFINITY)
  }
}

/** One connection, as it was and as it is. */
class Line {
  readonly exchange: Exchange
  /** How much the program had said up to here. */
  due = 0
  heard = 0
  isOver = true
  readonly #parts: Uint8Array[] = []
  #connection: Connection | null = null

  constructor(exchange: Exchange) {
    this.exchange = exchange
  }

  /** Begins the connection, or gives the program what came on it. What it does not take any more is its own affair. */
  async give(env: Env, target: string, step: ExchangeStep | null): Promise<void> {
    if (step === null) {
      this.#connection = await dialled(env, target, this.exchange.port)
      this.isOver = false
      env.spawn(() => this.#listen())
    } else if (step.kind === 'received') await this.#connection?.write(step.bytes).catch(() => undefined)
    else this.end()
  }

  end(): void {
    this.#connection?.end()
  }

  get said(): Uint8Array {
    return Uint8Array.from(this.#parts.flatMap((part) => [...part]))
  }

  async #listen(): Promise<void> {
    try {
      for await (const bytes of this.#connection ?? []) {
        this.#parts.push(bytes)
        this.heard += bytes.length
      }
    } catch {
      // A reset is an end as well.
    } finally {
      this.isOver = true
    }
  }
}
