import type { Invariant } from '../../sim/index.ts'
import { fold } from '../fold.ts'
import { httpProbe } from './probe.ts'

interface Asked {
  /** Method, path and key: what is to be done once. */
  readonly name: string
  /** What had been answered to the same when this was asked. */
  readonly before: Answer | null
}

interface Answer {
  readonly status: number
  readonly answer: string | null
  readonly target: string
}

interface State {
  readonly asked: Map<string, Asked & { readonly target: string }>
  readonly answers: Map<string, Answer>
  looked: number
}

/** What a repetition may get besides the first answer: it is not done yet, is another request, comes too often, or the server fails. */
const refusals: ReadonlySet<number> = new Set([409, 422, 429])

/**
 * A request that is sent again under its Idempotency-Key gets the answer that the first success got: the same status and, where
 * servers publish a hash of it, the same body; or 409, 422, 429, 5xx. Requests are the same whose node, method, path and key are.
 */
export const httpKeysKept: Invariant = fold({
  name: 'what is asked again under its Idempotency-Key gets the same answer',
  kinds: ['probe'],
  unit: 'answers to repeated requests',
  initial: (): State => ({ asked: new Map(), answers: new Map(), looked: 0 }),
  on: (state, event) => {
    const probe = httpProbe(event)
    if (probe === null) return null
    const id = `${event.node} ${probe.id}`
    if (probe.kind === 'request') {
      if (probe.key === null) return null
      const name = `${event.node} ${probe.method} ${probe.target.split('?', 1)[0] ?? ''} ${probe.key}`
      state.asked.set(id, { name, target: probe.target, before: state.answers.get(name) ?? null })
      return null
    }
    const asked = state.asked.get(id)
    state.asked.delete(id)
    const { status, answer, isWhole } = probe
    if (asked === undefined || status === null || !isWhole) return null
    if (asked.before !== null) {
      state.looked++
      return problemOf(asked.before, { status, answer, target: asked.target }, asked.name)
    }
    if (status >= 200 && status < 300 && !state.answers.has(asked.name))
      state.answers.set(asked.name, { status, answer, target: asked.target })
    return null
  },
  looked: ({ looked }) => looked,
})

function problemOf(before: Answer, now: Answer, name: string): string | null {
  if (now.status >= 500 || refusals.has(now.status)) return null
  const text = `one Idempotency-Key, two answers\n${name}: ${before.status}, then ${now.status}`
  if (now.status !== before.status) return text
  const isComparable = before.answer !== null && now.answer !== null && before.target === now.target
  return isComparable && before.answer !== now.answer ? `${text} with another body` : null
}
