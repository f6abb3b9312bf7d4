// What a million pending events cost against ten thousand: a simulation in which every event schedules another one.

import { type Baseline, holds10k, holds1M } from './baselines.ts'
import { compare, expectCount, type Rate, type Workload } from './measure.ts'
import { measureRow, type Row, type RowSpec } from './row.ts'
import { judgeFigure } from './verdict.ts'
import { type Instant, Simulation } from '../sim/index.ts'

/** How many events a sample runs, and how many rounds there are. */
export interface PendingBenchOptions {
  readonly events: number
  readonly rounds: number
}

const few = 10_000
const many = 1_000_000

/** Measures how fast events are, and how many times as long one takes with a million pending. */
export async function benchPending({ events, rounds }: PendingBenchOptions): Promise<readonly Row[]> {
  const [small, large] = [holds(few, events), holds(many, events)]
  return [
    await measureRow(eventsRow(small, holds10k), rounds),
    await measureRow(eventsRow(large, holds1M), rounds),
    slowdownRow((await compare(small, large, rounds)).ratio),
  ]
}

function eventsRow(workload: Workload, baseline: Baseline): RowSpec {
  return { name: `events with ${workload.name}`, unit: 'events/s', workload, baseline, budget: null }
}

/** Its baseline is the ten-thousand case itself. */
function slowdownRow(ratio: Rate): Row {
  const budget = { bound: 'at-most', figure: 5 } as const
  return {
    name: 'one million pending against ten thousand',
    unit: 'x as slow',
    figure: ratio.cpu,
    wallFigure: ratio.wall,
    baseline: null,
    budget,
    verdict: judgeFigure(ratio.cpu, budget, 1),
  }
}

function holds(pending: number, events: number): Workload {
  let held: Held | null = null
  return {
    name: `${pending.toLocaleString('en')} pending`,
    unit: 'event',
    run: async () => {
      held ??= new Held(pending)
      await held.run(events)
      return events
    },
  }
}

/** A simulation with a constant number of pending events. */
class Held {
  readonly #simulation = new Simulation({ seed: 1, isChecked: false })
  readonly #pending: number
  #x = 1
  #left = 0

  constructor(pending: number) {
    this.#pending = pending
    for (let index = 0; index < pending; index++) this.schedule()
  }

  schedule(): void {
    this.#x = (Math.imul(this.#x, 1_664_525) + 1_013_904_223) | 0
    const at = (this.#simulation.now + ((this.#x >>> 0) % 1_000_003)) as Instant
    this.#simulation.schedule(at, tick, this, undefined, 0, 0)
  }

  tick(): void {
    this.#left--
    this.schedule()
  }

  async run(events: number): Promise<void> {
    this.#left = events
    const end = await this.#simulation.run({ stopWhen: () => this.#left === 0 })
    if (end.kind !== 'stopped') throw new Error(`pending: the run ended as ${end.kind}`)
    expectCount('pending', this.#simulation.pending, this.#pending)
  }
}

function tick(held: Held): void {
  held.tick()
}
