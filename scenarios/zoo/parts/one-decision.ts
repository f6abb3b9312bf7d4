// Atomic commitment: all that decide a transaction decide it alike (Bernstein, Hadzilacos, Goodman: "Concurrency Control
// and Recovery in Database Systems", 1987, section 7.3, AC1 and AC2).

import { fold } from '../../../invariants/index.ts'
import type { Env, Invariant } from '../../../sim/index.ts'

/** What becomes of a transaction. */
export type Decision = 'commit' | 'abort'

/** Publishes what a node has decided. */
export function publishDecision(env: Env, transaction: string, decision: Decision): void {
  env.probe('decided', { transaction, decision })
}

interface Decided {
  readonly decision: Decision
  readonly by: string
  readonly seq: number
}

/** Whatever was decided of a transaction by one, nobody decides otherwise. */
export const oneDecision: Invariant = fold({
  name: 'one decision a transaction',
  kinds: ['probe'],
  unit: 'probes decided',
  initial: () => ({ first: new Map<string, Decided>(), looked: 0 }),
  on: (state, { name, node: by, seq, value }) => {
    if (name !== 'decided') return null
    const { transaction, decision } = value as { readonly transaction: string; readonly decision: Decision }
    const before = state.first.get(transaction)
    if (before === undefined) state.first.set(transaction, { decision, by, seq })
    else state.looked++
    if (before === undefined || before.decision === decision) return null
    const message = `a transaction is decided in two ways\n${transaction}: ${before.decision} by ${before.by}, ${decision} by ${by}`
    return { kind: 'violated', message, witnesses: [seq, before.seq] }
  },
  looked: ({ looked }) => looked,
})
