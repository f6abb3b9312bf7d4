// An event as something to go to.

import type { JSX } from 'preact'

import { eventText } from '../model/event-line.ts'
import type { Run } from '../model/run.ts'
import { instantText } from '../model/time-text.ts'
import type { Navigator } from './navigator.ts'

/** Which event, and who goes there. */
export interface EventLinkProps {
  readonly run: Run
  /** Which of the runs that is. */
  readonly index: number
  readonly seq: number
  readonly navigator: Navigator
  readonly isMarked?: boolean
}

/** A line that selects the event. */
export function EventLink({ run, index, seq, navigator, isMarked = false }: EventLinkProps): JSX.Element {
  const node = run.nodeName(run.node[seq] as number)
  return (
    <button
      type="button"
      class={isMarked ? 'event-link marked' : 'event-link'}
      onClick={() => navigator.select({ run: index, seq })}
    >
      <span class="seq">#{run.numberOf(seq)}</span>{' '}
      <span class="at">{instantText(run.at[seq] as number)}</span> <b>{node === '' ? '(world)' : node}</b>{' '}
      <span class="kind">{run.kindName(seq)}</span> <span class="what">{eventText(run, seq)}</span>
    </button>
  )
}
