// One line of the results: a figure, the baseline it was measured against, and how it stands against its budget.

import type { Baseline } from './baselines.ts'
import { compare, type Workload } from './measure.ts'
import { type Budget, judgeFigure, machineSpeed, type Verdict } from './verdict.ts'

/** One line of the results. */
export interface Row {
  readonly name: string
  readonly unit: string
  /** The figure by CPU time, and by wall time; null where time plays no part. */
  readonly figure: number
  readonly wallFigure: number | null
  readonly baseline: RowBaseline | null
  readonly budget: Budget | null
  readonly verdict: Verdict | null
}

/** The baseline of a row. */
export interface RowBaseline {
  readonly name: string
  readonly unit: string
  /** Its rate by CPU time during the row's own measurement, and on the reference machine. */
  readonly rate: number
  readonly referenceRate: number
  /** How much of the baseline's work takes as long as one unit of the row's, by CPU time and by wall time. */
  readonly ratio: number
  readonly wallRatio: number
}

/** What is to be measured. */
export interface RowSpec {
  readonly name: string
  readonly unit: string
  readonly workload: Workload
  readonly baseline: Baseline
  readonly budget: Budget | null
  /** How the figure follows from the rate; by default it is the rate. */
  readonly figure?: (rate: number) => number
}

/** Measures one row. The verdict is about CPU time: what others do on the machine is not our doing. */
export async function measureRow(spec: RowSpec, rounds: number): Promise<Row> {
  const { name, unit, baseline, budget, figure = (rate) => rate } = spec
  const { subject, baseline: base, ratio } = await compare(baseline, spec.workload, rounds)
  // By the median of the ratios, not the ratio of the medians: it is what interleaving makes steady.
  const speed = machineSpeed(base.cpu, baseline.referenceRate)
  return {
    name,
    unit,
    figure: figure(subject.cpu),
    wallFigure: figure(subject.wall),
    baseline: {
      name: baseline.name,
      unit: baseline.unit,
      rate: base.cpu,
      referenceRate: baseline.referenceRate,
      ratio: ratio.cpu,
      wallRatio: ratio.wall,
    },
    budget,
    verdict: budget === null ? null : judgeFigure(figure(base.cpu / ratio.cpu), budget, speed),
  }
}
