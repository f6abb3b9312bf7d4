// When two failures count as the same one: the same invariant said the same, numbers and names of values apart.

import type { Violation } from '../../invariant.ts'
import type { Outcome } from '../../outcome.ts'

/** How a run failed, as far as shrinking cares. */
export interface FailureSignature {
  /** The violated invariant, or the kind of outcome where none was. */
  readonly name: string
  /** The first line of the message, in which numbers stand as `#`. */
  readonly message: string
}

/** The signature of a run; null when it passed. */
export function signatureOf(run: {
  readonly outcome: Outcome
  readonly violation: Pick<Violation, 'invariant' | 'message'> | null
}): FailureSignature | null {
  const { outcome, violation } = run
  if (outcome.kind === 'passed') return null
  if (outcome.kind !== 'violated' || violation === null) return { name: outcome.kind, message: '' }
  return { name: violation.invariant, message: normalised(violation.message) }
}

/** Whether two failures are the same. */
export function isSameFailure(a: FailureSignature, b: FailureSignature | null): boolean {
  return b !== null && a.name === b.name && a.message === b.message
}

/**
 * Whether a run shows that the failure did not come about. A shrunk run ends so soon that some invariants cannot be judged
 * any more: what matters is the one that was violated. A run that fails in another way shows neither.
 */
export function hasEscaped(
  { name }: FailureSignature,
  run: { readonly outcome: Outcome; readonly unjudged?: readonly string[] },
): boolean {
  const { outcome, unjudged = [] } = run
  if (outcome.kind === name) return false
  return outcome.kind === 'passed' || (outcome.kind === 'undecided' && !unjudged.includes(name))
}

function normalised(message: string): string {
  const [first = ''] = message.split('\n')
  return first.replace(/\d+/g, '#')
}
