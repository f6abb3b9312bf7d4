// Profiles that put clocks wrong.

import { range, span } from './options.ts'
import type { FaultProfile } from './profile.ts'
import { drawNumber, drawSkewed, repeating, type DrawnRange, type RepeatingOptions } from './repeating.ts'
import { wholeBetween } from '../field.ts'
import type { RandomStream } from '../../random.ts'
import { ms, ns, scale, seconds, type Duration } from '../../time.ts'

/** What profiles of faults that happen in a moment can be told. */
export type MomentOptions = Omit<RepeatingOptions, 'for'>

const ppmWhole = wholeBetween(1, 500_000)

/** Wall clocks jump, forward or back, by `by` (default 1ms to 2s). */
export function clockSteps(
  options: MomentOptions & { readonly by?: DrawnRange<Duration> } = {},
): FaultProfile {
  const by = options.by ?? [ms(1), seconds(2)]
  return repeating(
    {
      name: 'clockSteps',
      every: seconds(15),
      draw: ({ node, random }) => ({ kind: 'clock-step', node, by: drawShift(random, by) }),
    },
    options,
    { by: range(span(ns(1))) },
  )
}

/** Clocks run fast or slow for a while by `ppm` parts per million (default 20 to 20,000). */
export function clockDrifts(options: RepeatingOptions & { readonly ppm?: DrawnRange } = {}): FaultProfile {
  const ppm = options.ppm ?? [20, 20_000]
  return repeating(
    {
      name: 'clockDrifts',
      every: seconds(20),
      for: [seconds(1), seconds(20)],
      draw({ node, random }) {
        const sign = random.boolean(0.5) ? 1 : -1
        return { kind: 'clock-drift', node, ppm: sign * drawSkewed(random, ppm) }
      },
    },
    options,
    { ppm: range(ppmWhole) },
  )
}

/** Wall clocks are moved gradually by `by` (default 1ms to 500ms), at `ppm` (default 500 to 50,000). */
export function clockSlews(
  options: MomentOptions & { readonly by?: DrawnRange<Duration>; readonly ppm?: DrawnRange } = {},
): FaultProfile {
  const by = options.by ?? [ms(1), ms(500)]
  const ppm = options.ppm ?? [500, 50_000]
  return repeating(
    {
      name: 'clockSlews',
      every: seconds(20),
      draw: ({ node, random }) => ({
        kind: 'clock-slew',
        node,
        by: drawShift(random, by),
        ppm: Math.round(drawNumber(random, ppm)),
      }),
    },
    options,
    { by: range(span(ns(1))), ppm: range(ppmWhole) },
  )
}

/** Forward or back. Draws two values. */
function drawShift(random: RandomStream, by: DrawnRange<Duration>): Duration {
  const sign = random.boolean(0.5) ? 1 : -1
  return scale(drawSkewed(random, by), sign)
}
