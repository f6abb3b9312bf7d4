// Fault plans as JSON: read (whatever the file holds) and written, one fault a line, so that a plan can be edited by hand
// and compared with `diff`.

import type { Fault, FaultPlan } from './fault.ts'
import { PlanProblems } from './plan-error.ts'
import { readFault } from './read-fault.ts'

/** A plan holds at most this many faults. */
export const planFaultsMax = 100_000

const textMax = 64 * 1024 * 1024

/**
 * Reads a plan from the text of a JSON file: a list of faults, in which times are whole nanoseconds or texts such as
 * "250ms", and fields with a default may be left out. `source` names the file in errors.
 * @throws PlanError with all that is wrong: where, what was there, what was wanted.
 */
export function parsePlan(text: string, source?: string): FaultPlan {
  const problems = new PlanProblems()
  if (text.length > textMax)
    problems.add('', `a text of ${text.length} characters`, `at most ${textMax} characters`)
  problems.throwAny(source)
  return readPlan(parseJson(text, source), source)
}

/**
 * Reads a plan from data: what JSON.parse gave, or faults that a program wrote.
 * @throws PlanError with all that is wrong.
 */
export function readPlan(raw: unknown, source?: string): FaultPlan {
  const problems = new PlanProblems()
  const plan: Fault[] = []
  if (!Array.isArray(raw) || raw.length > planFaultsMax)
    problems.add('', raw, `a list of at most ${planFaultsMax} faults`)
  else
    for (const [index, each] of raw.entries()) {
      const fault = readFault(each, `[${index}]`, problems)
      if (fault !== undefined) plan.push(fault)
      if (problems.isFull) break
    }
  problems.throwAny(source)
  return Object.freeze(plan)
}

/** A plan as JSON text, one fault a line; `parsePlan` gives back an equal plan. */
export function writePlan(plan: FaultPlan): string {
  if (plan.length === 0) return '[]\n'
  return `[\n${plan.map((fault) => `  ${JSON.stringify(fault)}`).join(',\n')}\n]\n`
}

function parseJson(text: string, source: string | undefined): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    const problems = new PlanProblems()
    const reason = error instanceof Error ? error.message : 'unknown'
    problems.add('', text, `JSON (${reason.split('\n')[0]})`)
    return problems.throwAny(source)
  }
}
