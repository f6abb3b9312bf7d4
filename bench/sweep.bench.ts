// Sweeps of `chaos` as it ships (five replicas with disks, three clients, 100 operations a virtual second, all checkers) on
// one worker and on two. Wall time, as nothing else tells what a second worker is worth; on threads that are warm.

import { holds10k } from './baselines.ts'
import { median, sample } from './measure.ts'
import type { Row } from './row.ts'
import { judgeFigure, machineSpeed } from './verdict.ts'
import { type Job, type TaskRunner, withThreads } from '../sim/index.ts'

const workers = 2
const batchMax = 4
const job: Job = {
  scenarioUrl: new URL('../scenarios/chaos.ts', import.meta.url).href,
  set: new Map(),
  plan: null,
  isChecked: false,
}

/** The two rows about sweeps: `seeds` are swept in each sample, by one worker and by two in turn. */
export async function benchSweep({
  seeds,
  rounds,
}: {
  readonly seeds: number
  readonly rounds: number
}): Promise<readonly Row[]> {
  return withThreads(job, workers, async (runners) => {
    // What a worker compiles it has compiled by then.
    await Promise.all(runners.map((runner) => virtualRate([runner], seeds)))
    const rates: { readonly one: number; readonly two: number; readonly base: number }[] = []
    for (let round = 0; round < rounds; round++)
      rates.push({
        base: (await sample(holds10k)).wall,
        one: await virtualRate(runners.slice(0, 1), seeds),
        two: await virtualRate(runners, seeds),
      })
    const speed = machineSpeed(median(rates.map(({ base }) => base)), holds10k.referenceRate)
    return [
      row('chaos swept by two workers, all checkers', 'virtual s/s', {
        figure: median(rates.map(({ two }) => two)),
        bound: 1500,
        speed,
      }),
      row('two workers against one', 'x as fast', {
        figure: median(rates.map(({ one, two }) => two / one)),
        bound: 1.8,
        speed: 1,
      }),
    ]
  })
}

/** Virtual seconds a second of wall time. Throws when a run did not pass. */
async function virtualRate(runners: readonly TaskRunner[], seeds: number): Promise<number> {
  const begin = performance.now()
  let next = 1
  const take = (): readonly { readonly seed: number }[] => {
    const batch = Array.from({ length: Math.min(batchMax, seeds + 1 - next) }, (_, index) => ({
      seed: next + index,
    }))
    next += batch.length
    return batch
  }
  const swept = await Promise.all(runners.map((runner) => sweepAll(runner, take)))
  const virtual = swept.reduce((sum, nanoseconds) => sum + nanoseconds, 0) / 1e9
  return virtual / ((performance.now() - begin) / 1e3)
}

async function sweepAll(
  runner: TaskRunner,
  take: () => readonly { readonly seed: number }[],
): Promise<number> {
  let virtual = 0
  for (let batch = take(); batch.length > 0; batch = take())
    for await (const { seed, outcome, virtual: lasted } of runner.run(batch)) {
      if (outcome.kind !== 'passed') throw new Error(`chaos, seed ${seed}: the run ended as ${outcome.kind}`)
      virtual += lasted
    }
  return virtual
}

function row(
  name: string,
  unit: string,
  { figure, bound, speed }: { readonly figure: number; readonly bound: number; readonly speed: number },
): Row {
  const budget = { bound: 'at-least', figure: bound } as const
  return {
    name,
    unit,
    figure,
    wallFigure: figure,
    baseline: null,
    budget,
    verdict: judgeFigure(figure, budget, speed),
  }
}
