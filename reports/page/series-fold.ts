// What clients saw in one run, and its faults: folded from its events while it goes on, or from its trace.

import type { Event } from '../../sim/index.ts'
import type { CampaignSeries, SeriesBand } from '../viewer/model/document.ts'
import { isMoment, lastsUntilHealed } from '../viewer/model/fault-duration.ts'
import { type EndedCall, seriesOf } from '../viewer/model/series.ts'

/** The events that are looked at. */
export type SeriesEvent = Extract<
  Event,
  { readonly kind: 'operation' | 'fault-begin' | 'fault-end' | 'phase' }
>

/** More bands than these run into each other in a plot. */
const bandsMax = 300

/** Takes the events of a run in their order. Keeps what calls took, and is small otherwise. */
export class SeriesFold {
  readonly #open = new Map<string, number>()
  readonly #calls: EndedCall[] = []
  readonly #faults = new Map<number, OpenFault>()
  readonly #bands: SeriesBand[] = []

  take(event: SeriesEvent): void {
    switch (event.kind) {
      case 'operation':
        return this.#takeOperation(event)
      case 'fault-begin':
        return this.#beginFault(event)
      case 'fault-end':
        return this.#endFault(event.index, event.at)
      case 'phase':
        if (event.phase === 'healed') this.#endAll(event.at)
        return
    }
  }

  /** All of a run that ended then, in whole nanoseconds and hundredths of a call a second. */
  series(end: number): Pick<CampaignSeries, 'series' | 'bands'> {
    this.#endAll(end)
    const { at, rate, failed, ...latencies } = seriesOf(this.#calls, end)
    return {
      series: {
        at: at.map(Math.round),
        rate: rate.map(hundredths),
        failed: failed.map(hundredths),
        ...latencies,
      },
      bands: fewBands(this.#bands, end),
    }
  }

  #takeOperation({ node, id, phase, at }: Extract<SeriesEvent, { readonly kind: 'operation' }>): void {
    const name = `${node} ${id}`
    if (phase === 'invoke') {
      this.#open.set(name, at)
      return
    }
    const from = this.#open.get(name)
    this.#open.delete(name)
    if (from !== undefined) this.#calls.push({ from, to: at, isOk: phase === 'ok' })
  }

  #beginFault({ index, fault, at }: Extract<SeriesEvent, { readonly kind: 'fault-begin' }>): void {
    if (isMoment(fault)) this.#bands.push({ label: fault.kind, from: at, to: at })
    else this.#faults.set(index, { label: fault.kind, from: at, isHeldOpen: lastsUntilHealed(fault) })
  }

  #endFault(index: number, to: number): void {
    const fault = this.#faults.get(index)
    if (fault === undefined || fault.isHeldOpen) return
    this.#faults.delete(index)
    this.#bands.push({ label: fault.label, from: fault.from, to })
  }

  // Once all is healed nothing is wrong any more, whether it says so or not.
  #endAll(to: number): void {
    for (const { label, from } of this.#faults.values()) this.#bands.push({ label, from, to })
    this.#faults.clear()
  }
}

interface OpenFault {
  readonly label: string
  readonly from: number
  readonly isHeldOpen: boolean
}

function hundredths(value: number): number {
  return Math.round(value * 100) / 100
}

/** The bands, of those of a kind that lie close to each other as many joined as it takes to have few. */
function fewBands(bands: readonly SeriesBand[], end: number): readonly SeriesBand[] {
  const sorted = [...bands].sort((a, b) => a.from - b.from)
  let few: readonly SeriesBand[] = sorted
  for (let gap = Math.max(1, end / 1000); few.length > bandsMax && gap < 2 * end; gap *= 2)
    few = joined(sorted, gap)
  return few
}

/** Of one kind, bands that overlap or have less than a gap between them are one. */
function joined(sorted: readonly SeriesBand[], gap: number): readonly SeriesBand[] {
  const last = new Map<string, { readonly label: string; readonly from: number; to: number }>()
  const all: SeriesBand[] = []
  for (const band of sorted) {
    const before = last.get(band.label)
    if (before !== undefined && band.from - before.to < gap) {
      before.to = Math.max(before.to, band.to)
      continue
    }
    const next = { ...band }
    last.set(band.label, next)
    all.push(next)
  }
  return all
}
