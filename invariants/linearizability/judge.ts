import { checkLinearizable, type CheckOptions, type Verdict } from './check.ts'
import { parseHistory } from './formats/parse-history.ts'
import { checkOf, orLate, TIME_OUT } from './deadline.ts'
import { HistoryError, inFile } from './history-error.ts'
import type { HistoryLimits } from './history.ts'
import { independentKeys } from './independent.ts'
import { keyedByValue } from './keyed-by-value.ts'
import type { Operation } from './operation.ts'

/** How to judge a recorded history. */
export interface JudgeOptions extends CheckOptions, Omit<HistoryLimits, 'check'> {
  /** The file's name, for errors. */
  readonly file?: string
  /** Every value is a tuple `[key value]`, as of Jepsen's `independent`: each key is judged apart. */
  readonly isIndependent?: boolean
}

/** What was found, and by the clock given how long reading and checking took (0 without a clock). */
export interface Judgement {
  readonly verdict: Verdict
  readonly ms: number
}

const LATE: Verdict = { kind: 'unknown', operationCount: 0, steps: 0, reason: TIME_OUT, key: null }

/**
 * Reads and judges one recorded history: NDJSON, EDN or a Jepsen log. For the model kv, keys may stand in the values.
 * Reading takes of `msMax`, too. Throws a HistoryError that names file and line for what cannot be read or does not fit the model.
 */
export function judge(text: string, options: JudgeOptions): Judgement {
  const clock = options.clock ?? ((): number => 0)
  const begin = clock()
  try {
    const verdict = orLate(() => judgeInTime(text, options, clock, begin), LATE)
    return { verdict, ms: clock() - begin }
  } catch (error) {
    throw error instanceof HistoryError && options.file !== undefined ? inFile(error, options.file) : error
  }
}

function judgeInTime(text: string, options: JudgeOptions, clock: () => number, begin: number): Verdict {
  const { msMax = Infinity } = options
  const check = checkOf(() => clock() >= begin + msMax)
  const operations = parseHistory(text, { ...options, check })
  return checkLinearizable(keyed(operations, options), { ...options, msMax: begin + msMax - clock() })
}

function keyed(
  operations: readonly Operation[],
  { isIndependent, model }: JudgeOptions,
): readonly Operation[] {
  if (isIndependent === true) return independentKeys(operations)
  return model.name === 'kv' ? keyedByValue(operations) : operations
}
