// The faults of clocks: step, drift, slew.

import { node, numberBetween, shift } from '../field.ts'
import { type EntriesOf, type EntryOf, nothingToEnd } from './entry.ts'
import { formatDuration, scale } from '../../time.ts'

const clockStep: EntryOf<'clock-step'> = {
  target: 'clock',
  meaning: 'the wall clock jumps by `by`, and with `for` back again afterwards',
  lasts: 'either',
  isDataDamaging: false,
  fields: { node, by: shift },
  text: (fault) => `${fault.node} by ${formatDuration(fault.by)}`,
  begin(fault, { controls, origin }) {
    controls.nodes.stepClock(fault.node, fault.by, origin.cause)
    origin.affected()
    if (fault.for === undefined) return nothingToEnd
    return (cause) => {
      controls.nodes.stepClock(fault.node, scale(fault.by, -1), cause)
    }
  },
}

const clockDrift: EntryOf<'clock-drift'> = {
  target: 'clock',
  meaning: 'both clocks run fast or slow by `ppm` parts per million; the last begun counts',
  lasts: 'while',
  isDataDamaging: false,
  fields: { node, ppm: numberBetween(-500_000, 500_000) },
  text: (fault) => `${fault.node} by ${fault.ppm} ppm`,
  begin: (fault, { nodes, origin }) => nodes.drift(fault.node, fault.ppm, origin),
}

const clockSlew: EntryOf<'clock-slew'> = {
  target: 'clock',
  meaning: 'the wall clock is moved by `by` without a jump, at `ppm` of the time that passes',
  lasts: 'moment',
  isDataDamaging: false,
  fields: { node, by: shift, ppm: numberBetween(1, 500_000) },
  text: (fault) => `${fault.node} by ${formatDuration(fault.by)} at ${fault.ppm} ppm`,
  begin(fault, { controls, origin }) {
    controls.nodes.slewClock(fault.node, fault.by, fault.ppm, origin.cause)
    origin.affected()
    return nothingToEnd
  },
}

/** The entries of the faults of clocks. */
export const clockKinds: EntriesOf<'clock-step' | 'clock-drift' | 'clock-slew'> = {
  'clock-step': clockStep,
  'clock-drift': clockDrift,
  'clock-slew': clockSlew,
}
