import { canonicalText } from '../canonical-text.ts'
import type { Operation } from '../operation.ts'
import { internedMachine, type Rules } from '../search/index.ts'
import { badValue, unknownFunction, type Model } from './model.ts'

/**
 * A first-in-first-out queue that starts empty: `enqueue` with a value other than null, `dequeue` gives one, or null
 * when it found the queue empty. A failed dequeue found it empty too; a failed enqueue did not happen. `enq` and `deq`
 * are other names.
 */
export const queue: Model = {
  name: 'queue',
  functions: ['enqueue', 'dequeue', 'enq', 'deq'],
  fail: 'observed',
  begin: (operations, foresight) => internedMachine(queueRules(operations, foresight)),
}

type QueueAction =
  | { readonly kind: 'enqueue'; readonly value: string }
  | { readonly kind: 'dequeue'; readonly value: string }
  /** Somebody got the first value and nobody knows which. */
  | { readonly kind: 'dequeue-any' }
  | { readonly kind: 'empty' }

/** States are texts of one or two characters a value, so that they are canonical and cheap to cut at both ends. */
function queueRules(operations: readonly Operation[], foresight: boolean): Rules<string, QueueAction> {
  const actions = operations.map(queueAction)
  const values = new ValueNames(actions, foresight)
  const mayFollow = foresight ? orderOfDequeues(operations, actions) : (): boolean => true
  return {
    initial: '',
    actions,
    actionKey: (action) => ('value' in action ? `${action.kind} ${values.name(action.value)}` : action.kind),
    effect: (action) => (action.kind === 'empty' ? 'none' : 'update'),
    step: (state, action) => {
      switch (action.kind) {
        case 'enqueue':
          return mayFollow(values.all(state), action.value) ? state + values.name(action.value) : undefined
        case 'dequeue':
          return state !== '' && state.startsWith(values.name(action.value))
            ? state.slice(values.width)
            : undefined
        case 'dequeue-any':
          return state === '' ? undefined : state.slice(values.width)
        case 'empty':
          return state === '' ? state : undefined
      }
    },
    stateKey: (state) => state,
    show: (state) => `[${[...values.all(state)].join(', ')}]`,
  }
}

function queueAction(operation: Operation): QueueAction | undefined {
  const { f, outcome, input, output } = operation
  switch (f) {
    case 'enqueue':
    case 'enq':
      if (input === null) throw badValue(operation, 'input', 'null', 'a value')
      return outcome === 'fail' ? undefined : { kind: 'enqueue', value: canonicalText(input) }
    case 'dequeue':
    case 'deq':
      if (outcome === 'info') return { kind: 'dequeue-any' }
      return outcome === 'fail' || output === null
        ? { kind: 'empty' }
        : { kind: 'dequeue', value: canonicalText(output) }
    default:
      throw unknownFunction(queue.name, queue.functions, operation)
  }
}

/** Fixed-width names of values; with foresight those that nobody is known to have dequeued share one. */
class ValueNames {
  readonly width: number
  readonly #numbers = new Map<string, number>()
  readonly #values: string[] = ['a value nobody is known to have got']

  constructor(actions: readonly (QueueAction | undefined)[], foresight: boolean) {
    for (const action of actions)
      if (this.#isNamed(action, foresight) && !this.#numbers.has(action.value)) {
        this.#numbers.set(action.value, this.#values.length)
        this.#values.push(action.value)
      }
    this.width = this.#values.length < 0x10000 ? 1 : 2
  }

  #isNamed(
    action: QueueAction | undefined,
    foresight: boolean,
  ): action is Extract<QueueAction, { value: string }> {
    return action?.kind === 'dequeue' || (action?.kind === 'enqueue' && !foresight)
  }

  name(value: string): string {
    const number = this.#numbers.get(value) ?? 0
    return this.width === 1
      ? String.fromCharCode(number)
      : String.fromCharCode(number >>> 16, number & 0xffff)
  }

  /** The values of a state, first to last. */
  *all(state: string): Generator<string> {
    for (let at = 0; at < state.length; at += this.width) {
      const number =
        this.width === 1 ? state.charCodeAt(at) : state.charCodeAt(at) * 0x10000 + state.charCodeAt(at + 1)
      yield this.#values[number] as string
    }
  }
}

/**
 * Whether a value may stand behind others. If each value is enqueued and dequeued at most once, then those that left
 * entirely later, or are never known to have left while nobody's dequeue is unaccounted for, cannot stand before it.
 */
function orderOfDequeues(
  operations: readonly Operation[],
  actions: readonly (QueueAction | undefined)[],
): (before: Iterable<string>, value: string) => boolean {
  const left = dequeuesOf(operations, actions)
  if (left === undefined) return () => true
  return (before, value) => {
    const end = left.get(value)?.return ?? Infinity
    for (const other of before) if ((left.get(other)?.call ?? Infinity) > end) return false
    return true
  }
}

/** The dequeue of each value, or undefined where values are not unique or an unknown dequeue may have taken one. */
function dequeuesOf(
  operations: readonly Operation[],
  actions: readonly (QueueAction | undefined)[],
): Map<string, Operation> | undefined {
  const entered = new Set<string>()
  const left = new Map<string, Operation>()
  for (const [index, action] of actions.entries()) {
    if (action?.kind === 'dequeue-any') return undefined
    if (action?.kind === 'enqueue') {
      if (entered.has(action.value)) return undefined
      entered.add(action.value)
    } else if (action?.kind === 'dequeue') {
      if (left.has(action.value)) return undefined
      left.set(action.value, operations[index] as Operation)
    }
  }
  return left
}
