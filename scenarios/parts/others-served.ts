// What must hold beside peers that only hold connections: whoever asks properly is answered, all but a few.

import { fold } from '../../invariants/index.ts'
import type { Invariant } from '../../sim/index.ts'

/** How many requests may be turned away or given up: a few, and so many in a hundred of those that were made. */
const lostMax = 10
const lostPerHundredMax = 2

/** Others are served beside slow peers. */
export const othersAreServed: Invariant = fold({
  name: 'others are served beside slow peers',
  kinds: ['operation'],
  initial: () => ({ ended: 0, lost: 0 }),
  on: (state, { phase }) => {
    if (phase === 'invoke') return null
    state.ended++
    if (phase !== 'ok') state.lost++
    const { ended, lost } = state
    if (lost <= lostMax + (ended * lostPerHundredMax) / 100) return null
    return `${lost} of ${ended} requests were not answered, wanted at most ${lostMax} and ${lostPerHundredMax} in a hundred`
  },
  looked: ({ ended }) => ended,
})

/** Where nothing but clocks goes wrong, nothing is lost at all. */
export const allAreAnswered: Invariant = fold({
  name: 'every request is answered, whatever the clocks say',
  kinds: ['operation'],
  initial: () => ({ ended: 0 }),
  on: (state, { phase, f, error }) => {
    if (phase === 'invoke') return null
    state.ended++
    return phase === 'ok' ? null : `a request was not answered\n${f}: ${error ?? ''}`
  },
  looked: ({ ended }) => ended,
})
