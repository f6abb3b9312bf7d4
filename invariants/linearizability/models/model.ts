import { HistoryError, quote } from '../history-error.ts'
import type { Check } from '../deadline.ts'
import type { FailMeaning, Operation } from '../operation.ts'
import type { Machine } from '../search/index.ts'

/** The sequential object that a history is judged against. */
export interface Model {
  readonly name: string
  /** The operations it knows, as `f` of a history names them. */
  readonly functions: readonly string[]
  /** What a failed operation means where the caller does not say otherwise. */
  readonly fail: FailMeaning
  /** Splits the operations of one key further, into objects that do not concern each other. */
  split?(operations: readonly Operation[]): readonly (readonly Operation[])[]
  /**
   * Prepares the rules for the operations of one object; those whose failure means that they did not happen are gone.
   * With foresight the rules refuse what later operations of the same list rule out, which is much faster and gives the
   * same verdict; without it an action is illegal only where it is. Throws a HistoryError for an operation it does not
   * know or whose values make no sense. `check` is called now and then where that can take long, here and by the facts
   * of the machine; it throws when time is up.
   */
  begin(operations: readonly Operation[], foresight: boolean, check: Check): Machine
}

/** The error for an operation that a model does not know. */
export function unknownFunction(model: string, known: readonly string[], operation: Operation): HistoryError {
  return new HistoryError(
    { line: operation.call },
    `operation ${quote(operation.f)}`,
    `one that the model ${model} knows: ${known.join(', ')}`,
  )
}

/** The error for an input or output that makes no sense; `end` says that it is the output. */
export function badValue(
  operation: Operation,
  part: 'input' | 'output',
  got: string,
  wanted: string,
): HistoryError {
  const line = part === 'input' ? operation.call : operation.return
  return new HistoryError({ line }, `${quote(got)} as the ${part} of ${operation.f}`, wanted)
}
