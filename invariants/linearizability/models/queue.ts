import { canonicalText } from '../canonical-text.ts'
import type { Operation } from '../operation.ts'
import { internedMachine, type Facts, type Rules } from '../search/index.ts'
import { queueFacts } from './queue-facts.ts'
import { QueuePlaces } from './queue-places.ts'
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
  begin: (operations, foresight) => {
    const all = operations.map(queueAction)
    const actions = foresight ? withoutUseless(all, operations) : all
    return internedMachine(
      queueRules(actions, operations, foresight),
      foresight ? (): Facts => queueFacts(actions) : undefined,
    )
  },
}

/** Leaves out enqueues without an end of which nobody saw anything: a value more in the queue helps nobody. */
function withoutUseless(
  actions: readonly (QueueAction | undefined)[],
  operations: readonly Operation[],
): readonly (QueueAction | undefined)[] {
  const seen = new Set(actions.map((action) => (action?.kind === 'dequeue' ? action.value : undefined)))
  return actions.map((action, index) => {
    const isOpen = operations[index]?.return === Infinity
    return isOpen && action?.kind === 'enqueue' && !seen.has(action.value) ? undefined : action
  })
}

/** An action on a queue. */
export type QueueAction =
  | { readonly kind: 'enqueue'; readonly value: string }
  | { readonly kind: 'dequeue'; readonly value: string }
  /** Somebody got the first value and nobody knows which. */
  | { readonly kind: 'dequeue-any' }
  | { readonly kind: 'empty' }

/**
 * States are texts of one or two characters a value, so that they are canonical and cheap to cut at both ends, after two
 * characters that count the values ever enqueued.
 */
function queueRules(
  actions: readonly (QueueAction | undefined)[],
  operations: readonly Operation[],
  foresight: boolean,
): Rules<string, QueueAction> {
  const values = new ValueNames(actions, foresight)
  const places = foresight ? new QueuePlaces(operations, actions) : undefined
  return {
    initial: counted(0, ''),
    actions,
    actionKey: (action) => ('value' in action ? `${action.kind} ${values.name(action.value)}` : action.kind),
    effect: (action) => (action.kind === 'empty' ? 'none' : 'update'),
    step: (state, action) => {
      const content = state.slice(COUNT_WIDTH)
      const count = countOf(state)
      switch (action.kind) {
        case 'enqueue':
          return places?.fits(action.value, count, values.all(content)) === false
            ? undefined
            : counted(count + 1, content + values.name(action.value))
        case 'dequeue':
          return content !== '' && content.startsWith(values.name(action.value))
            ? counted(count, content.slice(values.width))
            : undefined
        case 'dequeue-any':
          return content === '' || places?.mayBeLost(values.first(content)) === false
            ? undefined
            : counted(count, content.slice(values.width))
        case 'empty':
          return content === '' ? state : undefined
      }
    },
    mayMatter: (state, candidate, other) =>
      candidate.kind === 'enqueue'
        ? mayEnqueueMatter(values.all(state.slice(COUNT_WIDTH)), other)
        : other.kind !== 'enqueue',
    stateKey: (state) => state,
    show: (state) => `[${values.all(state.slice(COUNT_WIDTH)).join(', ')}]`,
  }
}

/** Dequeues and enqueues commute where both are legal; an enqueue brings on only what is not there yet. */
function mayEnqueueMatter(content: readonly string[], other: QueueAction): boolean {
  if (other.kind === 'dequeue') return !content.includes(other.value)
  return other.kind !== 'empty'
}

const COUNT_WIDTH = 2

function counted(count: number, content: string): string {
  return String.fromCharCode(count >>> 16, count & 0xffff) + content
}

function countOf(state: string): number {
  return state.charCodeAt(0) * 0x10000 + state.charCodeAt(1)
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

  /** The first value of a content that is not empty. */
  first(content: string): string {
    return this.all(content.slice(0, this.width))[0] ?? ''
  }

  /** The values of a content, first to last. */
  all(content: string): readonly string[] {
    const values: string[] = []
    for (let at = 0; at < content.length; at += this.width) {
      const high = this.width === 1 ? 0 : content.charCodeAt(at) * 0x10000
      values.push(this.#values[high + content.charCodeAt(at + this.width - 1)] as string)
    }
    return values
  }
}
