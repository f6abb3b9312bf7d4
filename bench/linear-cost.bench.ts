// Whether an event costs the same in a small world and a large one, in a short run and a long one.

import { holds100 } from './baselines.ts'
import { sample, median } from './measure.ts'
import { relay, runTokens, tokenScenario } from './messages.bench.ts'
import { checked, storeScenario } from './store.bench.ts'
import { run, type RunResult, scale, type Scenario, seconds } from '../sim/index.ts'

/** One line of the table. */
export interface LinearCost {
  readonly scenario: string
  readonly nodes: number
  readonly events: number
  /** CPU time of an event in nanoseconds, and in holds of the baseline measured beside it. */
  readonly nanoseconds: number
  readonly holds: number
  /** How many times what an event costs in the series' first line, in holds. */
  readonly growth: number
  /** The cost has grown to more than twice. */
  readonly isOffLinear: boolean
}

/** How large the series are. */
export interface LinearCostOptions {
  /** How many messages the series over nodes sends in each of its runs; the one over events begins with a tenth. */
  readonly messages: number
  /** How long the store runs in the series over nodes, in virtual seconds; the one over events begins with a tenth. */
  readonly storeSeconds: number
  /** By how much the runs of a series over events grow in all. */
  readonly eventsFactor: 10 | 100
  readonly rounds: number
}

const nodeCounts = [3, 9, 27, 81]
const growthMax = 2

/** Measures all series. */
export async function benchLinearCost(options: LinearCostOptions): Promise<readonly LinearCost[]> {
  const { messages, storeSeconds, eventsFactor, rounds } = options
  const steps = [1, 10, 100].filter((step) => step <= eventsFactor)
  const series: readonly (readonly Point[])[] = [
    nodeCounts.map((nodes) => tokens(nodes, messages)),
    steps.map((step) => tokens(9, (messages / 10) * step)),
    nodeCounts.map((nodes) => store(nodes, storeSeconds)),
    steps.map((step) => store(5, (storeSeconds / 10) * step)),
  ]
  const lines: LinearCost[] = []
  for (const points of series) lines.push(...(await measureSeries(points, rounds)))
  return lines
}

/** One run of a series. */
interface Point {
  readonly scenario: string
  readonly nodes: number
  readonly run: () => Promise<RunResult>
}

function tokens(nodes: number, messages: number): Point {
  const world = tokenScenario(nodes, messages, relay)
  return { scenario: 'tokens', nodes, run: () => runTokens(world) }
}

function store(replicas: number, length: number): Point {
  const world: Scenario = storeScenario({
    invariants: [],
    replicas,
    duration: scale(seconds(1), length),
    hasFaults: false,
  })
  return {
    scenario: 'store without faults',
    nodes: replicas,
    run: async () => checked(await run(world, { seed: 1, isChecked: false })),
  }
}

async function measureSeries(points: readonly Point[], rounds: number): Promise<readonly LinearCost[]> {
  // A round that does not count: whatever is not compiled yet would make the first line dear, and hide growth.
  for (const point of points) await measurePoint(point)
  const costs: Cost[][] = points.map(() => [])
  // Rounds outside, points inside: a spell of noise then hits every point of the series.
  for (let round = 0; round < rounds; round++)
    for (const [place, point] of points.entries()) costs[place]?.push(await measurePoint(point))
  const first = median((costs[0] ?? []).map(({ holds }) => holds))
  return points.map(({ scenario, nodes }, place) => lineOf(scenario, nodes, costs[place] ?? [], first))
}

interface Cost {
  readonly events: number
  readonly nanoseconds: number
  readonly holds: number
}

/** Short runs are repeated, so that a sample is long enough for the clock and the garbage collector. */
async function measurePoint(point: Point): Promise<Cost> {
  let events = 0
  const holds = await sample(holds100)
  const rate = await sample({
    name: point.scenario,
    unit: 'event',
    run: async () => {
      const begin = performance.now()
      let all = 0
      do {
        ;({ events } = await point.run())
        all += events
      } while (performance.now() - begin < sampleMilliseconds)
      return all
    },
  })
  return { events, nanoseconds: 1e9 / rate.cpu, holds: holds.cpu / rate.cpu }
}

const sampleMilliseconds = 150

function lineOf(scenario: string, nodes: number, costs: readonly Cost[], first: number): LinearCost {
  const holds = median(costs.map((cost) => cost.holds))
  const growth = holds / first
  return {
    scenario,
    nodes,
    events: costs[0]?.events ?? 0,
    nanoseconds: median(costs.map(({ nanoseconds }) => nanoseconds)),
    holds,
    growth,
    isOffLinear: growth > growthMax,
  }
}
