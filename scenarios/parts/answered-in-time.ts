// What users notice: how many of those who came within a stretch of time were served.

import { fold } from '../../invariants/index.ts'
import { at, type Duration, formatDuration, type Invariant } from '../../sim/index.ts'

/** Of whom, when, and how many. */
export interface AnsweredInTime {
  readonly name: string
  /** The function of their operations. */
  readonly f: string
  /** Those who came from here, since the start of the run, */
  readonly from: Duration
  /** to here, the end excluded. */
  readonly to: Duration
  /** At least this share of them is served. */
  readonly share: number
}

/** At least a share of the operations that began within a stretch of time succeed. */
export function answeredInTime({ name, f, from, to, share }: AnsweredInTime): Invariant {
  return fold({
    name,
    kinds: ['operation'],
    initial: () => ({ came: new Set<number>(), served: 0 }),
    on: (state, operation) => {
      const isWithin = operation.at >= at(from) && operation.at < at(to)
      if (operation.f === f && operation.phase === 'invoke' && isWithin) state.came.add(operation.id)
      if (operation.phase === 'ok' && state.came.has(operation.id)) state.served++
      return null
    },
    end: ({ came, served }, end) => {
      if (end.at < at(to)) return { kind: 'undecided', message: `the run ended before ${formatDuration(to)}` }
      if (served >= came.size * share) return null
      return `too few are served\n${served} of ${came.size}, wanted ${Math.ceil(came.size * share)}`
    },
    looked: ({ came }) => came.size,
  })
}
