import type { Invariant } from '../../sim/index.ts'
import { fold } from '../fold.ts'
import { httpProbe } from './probe.ts'

interface State {
  /** The requests of each node that are not answered, by their ids: what was asked. */
  readonly open: Map<string, Map<number, string>>
  answered: number
}

/**
 * Every request that an HTTP server publishes is answered once: no answer is without a request or comes twice, and a server that stops
 * in order leaves none unanswered. What was open when it failed, was killed or was stopped by force, or still is at the end of the log, is
 * not judged; nor is whether the client has heard the answer.
 */
export const httpRequestsAnswered: Invariant = fold({
  name: 'every HTTP request is answered once',
  kinds: ['probe', 'start', 'stop', 'exit'],
  unit: 'answers',
  initial: (): State => ({ open: new Map(), answered: 0 }),
  on: (state, event) => {
    if (event.kind !== 'probe') {
      const left = [...(state.open.get(event.node) ?? [])]
      state.open.delete(event.node)
      const [first] = left
      if (event.kind !== 'stop' || event.isForced || first === undefined) return null
      return `a server that stopped in order has left requests unanswered\n${left.length} of ${event.node}, the first ${first[0]}: ${first[1]}`
    }
    const probe = httpProbe(event)
    if (probe === null) return null
    const open = state.open.get(event.node) ?? new Map<number, string>()
    state.open.set(event.node, open)
    if (probe.kind === 'request') {
      if (open.has(probe.id)) return `two requests have one number\n${probe.id} of ${event.node}`
      open.set(probe.id, `${probe.method} ${probe.target}`)
      return null
    }
    state.answered++
    return open.delete(probe.id)
      ? null
      : `an answer to no request, or a second one\nthe answer ${probe.status} to request ${probe.id} of ${event.node}`
  },
  looked: ({ answered }) => answered,
})
