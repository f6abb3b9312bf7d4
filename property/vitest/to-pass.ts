// expect(run).toPass(): what came of a run, judged.

import { outcomeText } from '../failures/index.ts'
import { formatInstant, printPlan, type RunResult } from '../../sim/index.ts'

/** What a matcher of vitest answers. */
export interface Judgement {
  readonly pass: boolean
  readonly message: () => string
}

/** Passes when the run did; the message says what went wrong, when, and what the run was made from. */
export function toPass(received: unknown): Judgement {
  if (!isRunResult(received))
    return { pass: false, message: () => `expected what \`run\` resolves to, got ${typeof received}` }
  return {
    pass: received.outcome.kind === 'passed',
    message: () =>
      received.outcome.kind === 'passed'
        ? `expected seed ${received.seed} of "${received.title}" not to pass`
        : failedText(received),
  }
}

function isRunResult(value: unknown): value is RunResult {
  return typeof value === 'object' && value !== null && 'outcome' in value && 'violations' in value
}

function failedText(run: RunResult): string {
  const { title, seed, parameters, plan, violations, at } = run
  const shown = violations[0]
  const settings = Object.entries(parameters).map(([name, value]) => `${name} ${JSON.stringify(value)}`)
  return [
    `expected seed ${seed} of "${title}" to pass`,
    outcomeText(run),
    shown === undefined ? `at ${formatInstant(at)}` : `at ${formatInstant(shown.at)}, event #${shown.seq}`,
    ...(settings.length === 0 ? [] : [`parameters: ${settings.join(', ')}`]),
    plan.length === 0 ? 'no faults' : `plan:\n${printPlan(plan).trimEnd()}`,
  ].join('\n')
}
