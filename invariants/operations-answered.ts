import {
  type Duration,
  type EventOf,
  type Finding,
  type Instant,
  type Invariant,
  type RunEnd,
  after,
  formatDuration,
} from '../sim/index.ts'
import { fold } from './fold.ts'

/** How many operations must be answered, and how fast. */
export interface OperationsAnsweredOptions {
  /** At least this part of them, 0 to 1. */
  readonly ratio: number
  readonly within: Duration
}

interface State {
  healedAt: Instant | null
  /** When each open operation began. */
  readonly open: Map<number, Instant>
  begun: number
  answered: number
}

/**
 * Of the operations that begin after all faults ended, at least a part is answered (`ok` or `fail`, not `info`) within a
 * bound: clients are served again, and not only once. Operations that began too late in the run to judge do not count;
 * without any to judge the invariant is undecided.
 */
export function operationsAnswered(options: OperationsAnsweredOptions): Invariant {
  if (!(options.ratio > 0 && options.ratio <= 1))
    throw new RangeError(`operationsAnswered: got ratio ${options.ratio}, wanted more than 0, at most 1`)
  return fold<State, 'operation' | 'phase'>({
    name: 'operations are answered',
    kinds: ['operation', 'phase'],
    initial: () => ({ healedAt: null, open: new Map(), begun: 0, answered: 0 }),
    on: (state, event) => {
      if (event.kind === 'operation') count(state, event, options.within)
      else if (event.phase === 'healed') state.healedAt ??= event.at
      return null
    },
    end: (state, end) => judge(state, end, options),
    looked: (state) => state.begun,
  })
}

function count(state: State, event: EventOf<'operation'>, within: Duration): void {
  if (state.healedAt === null) return
  if (event.phase === 'invoke') {
    state.begun++
    state.open.set(event.id, event.at)
    return
  }
  const begun = state.open.get(event.id)
  if (begun === undefined) return
  state.open.delete(event.id)
  if (event.phase !== 'info' && event.at <= after(begun, within)) state.answered++
}

function judge(state: State, { at }: RunEnd, { ratio, within }: OperationsAnsweredOptions): Finding | null {
  for (const begun of state.open.values()) if (after(begun, within) > at) state.begun--
  const { begun, answered } = state
  if (begun === 0) return { kind: 'undecided', message: 'no operation began after all faults ended' }
  if (answered >= ratio * begun) return null
  const message = `${answered} of ${begun} operations after all faults ended were answered within ${formatDuration(within)}, wanted ${ratio * 100}%`
  return { kind: 'violated', message, lacksProgress: true }
}
