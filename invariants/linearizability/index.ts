// Linearizability: histories of operations, the sequential objects they are judged against, the search for a legal
// order (Wing and Gong 1993, Lowe 2017), and readers of recorded histories.
//
//   const history = new History()
//   for (const event of events) history.add(event)
//   const verdict = checkLinearizable(history.finish(), { model: casRegister })
//   console.log(showVerdict(verdict))
//
// `judge` does the same for the text of anybody's recorded history.

export { checkLinearizable, type CheckOptions, type Verdict } from './check.ts'
export { parseHistory, formatOf, type HistoryFormat } from './formats/parse-history.ts'
export { HistoryError } from './history-error.ts'
export { History, operationsOf, type HistoryEvent, type HistoryLimits } from './history.ts'
export { judge, type JudgeOptions, type Judgement } from './judge.ts'
export { keyedByValue } from './keyed-by-value.ts'
export {
  casRegister,
  counter,
  kv,
  lock,
  log,
  modelNamed,
  models,
  queue,
  register,
  set,
  type Model,
} from './models/index.ts'
export type { FailMeaning, Operation, Outcome } from './operation.ts'
export type { FailPolicy } from './partition.ts'
export { showOperation, showVerdict, showWindow } from './show.ts'
export type { Window } from './window.ts'
export type { Effect, Machine, Rules } from './search/index.ts'
