import { canonicalText, isList } from '../canonical-text.ts'
import type { Check } from '../deadline.ts'
import type { Operation } from '../operation.ts'
import { internedMachine, type Facts, type Machine, type Rules } from '../search/index.ts'
import type { CellAction } from './cell-action.ts'
import { cellMachine } from './cell.ts'
import { Elements } from './elements.ts'
import { setFacts } from './set-facts.ts'
import { badValue, unknownFunction, type Model } from './model.ts'

/**
 * A set that starts empty: `add`, `remove` and `contains` with an element, `read` gives all elements as a list. An
 * output true or false of an addition or removal says whether it changed the set; a failed one, if it is taken as an
 * observation, that it did not. By default a failed operation did not happen. `contains` gives true or false, alone or
 * as `[element, answer]`.
 */
export const set: Model = {
  name: 'set',
  functions: ['add', 'remove', 'contains', 'read'],
  fail: 'dropped',
  split: (operations) =>
    operations.some(({ f }) => f === 'read') ? [operations] : [...byElement(operations).values()],
  begin: (operations, foresight, check) =>
    operations.some(({ f }) => f === 'read')
      ? wholeSet(operations, foresight, check)
      : singleElement(operations, foresight),
}

function byElement(operations: readonly Operation[]): Map<string, Operation[]> {
  const groups = new Map<string, Operation[]>()
  for (const operation of operations) {
    const element = canonicalText(operation.input)
    const group = groups.get(element)
    if (group === undefined) groups.set(element, [operation])
    else group.push(operation)
  }
  return groups
}

/** What an operation says, with elements by number: `wasThere` is what it saw before it acted, undefined when it does not tell. */
export type SetAction =
  | { readonly kind: 'read'; readonly elements: readonly number[] }
  | {
      readonly kind: 'element'
      readonly element: number
      readonly wasThere: boolean | undefined
      /** Undefined when it leaves the element as it was. */
      readonly isThere: boolean | undefined
    }

type ReadAction = Extract<SetAction, { kind: 'read' }>

function setAction(operation: Operation, numbers: Elements): SetAction | undefined {
  const { f, outcome, output } = operation
  if (f === 'read')
    return outcome === 'ok' ? { kind: 'read', elements: elementsOf(operation, numbers) } : undefined
  const element = numbers.numberOf(operation.input)
  switch (f) {
    case 'contains':
      return outcome === 'ok'
        ? { kind: 'element', element, wasThere: answerOf(operation), isThere: undefined }
        : undefined
    case 'add':
    case 'remove': {
      const isAdd = f === 'add'
      const isTold = outcome === 'ok' && typeof output === 'boolean' && output !== operation.input
      const didChange = outcome === 'fail' ? false : isTold ? output : undefined
      const wasThere = didChange === undefined ? undefined : didChange !== isAdd
      return { kind: 'element', element, wasThere, isThere: didChange === false ? undefined : isAdd }
    }
    default:
      throw unknownFunction(set.name, set.functions, operation)
  }
}

function elementsOf(operation: Operation, numbers: Elements): readonly number[] {
  const { output } = operation
  if (output === null) return []
  if (!isList(output)) throw badValue(operation, 'output', canonicalText(output), 'a list of elements')
  return output.map((element) => numbers.numberOf(element))
}

function answerOf(operation: Operation): boolean {
  const { output } = operation
  const answer = isList(output) ? output.at(-1) : output
  if (typeof answer !== 'boolean') throw badValue(operation, 'output', canonicalText(output), 'true or false')
  return answer
}

// ---- one element: a cell that holds true or null

const THERE = 'true'
const NOT_THERE = 'null'

function singleElement(operations: readonly Operation[], foresight: boolean): Machine {
  const numbers = new Elements()
  const actions = operations.map((operation) => elementAction(setAction(operation, numbers)))
  return cellMachine(actions, operations, foresight)
}

function elementAction(action: SetAction | undefined): CellAction | undefined {
  if (action?.kind !== 'element') return undefined
  const { wasThere, isThere } = action
  const value = isThere === true ? THERE : NOT_THERE
  if (wasThere === undefined) return isThere === undefined ? undefined : { kind: 'write', value }
  const expected = wasThere ? THERE : NOT_THERE
  return isThere === undefined ? { kind: 'read', values: [expected] } : { kind: 'cas', expected, value }
}

// ---- the whole set: a bit for each element, 16 to a character

function wholeSet(operations: readonly Operation[], foresight: boolean, check: Check): Machine {
  const numbers = new Elements()
  const actions = operations.map((operation) => {
    check()
    return setAction(operation, numbers)
  })
  return internedMachine(
    wholeSetRules(actions, numbers, check),
    foresight ? (): Facts => setFacts(actions, check) : undefined,
  )
}

function wholeSetRules(
  actions: readonly (SetAction | undefined)[],
  numbers: Elements,
  check: Check,
): Rules<string, SetAction> {
  const none = '\0'.repeat(Math.ceil(numbers.count / 16))
  const bits = new Map<SetAction, string>()
  const bitsOf = (action: ReadAction): string => bits.get(action) ?? ''
  for (const action of actions) {
    check()
    if (action?.kind === 'read') bits.set(action, bitsOfAll(action.elements, none.length))
  }
  return {
    initial: none,
    actions,
    actionKey: (action) =>
      action.kind === 'read'
        ? `r${bitsOf(action)}`
        : `e${action.element},${action.wasThere},${action.isThere}`,
    effect: (action) => (action.kind === 'read' || action.isThere === undefined ? 'none' : 'update'),
    step: (state, action) => {
      if (action.kind === 'read') return bitsOf(action) === state ? state : undefined
      const number = action.element
      if (action.wasThere !== undefined && action.wasThere !== hasBit(state, number)) return undefined
      return action.isThere === undefined ? state : withBit(state, number, action.isThere)
    },
    mayMatter: (state, candidate, other) => {
      if (candidate.kind === 'read' || candidate.isThere === undefined) return false
      if (other.kind === 'element') return other.element === candidate.element
      const number = candidate.element
      const isWanted = hasBit(bitsOf(other), number)
      return isWanted === candidate.isThere && hasBit(state, number) !== isWanted
    },
    stateKey: (state) => state,
    show: (state) =>
      `{${numbersIn(state)
        .map((number) => numbers.show(number))
        .join(', ')}}`,
  }
}

function bitsOfAll(numbers: readonly number[], length: number): string {
  const units = new Uint16Array(length)
  for (const number of numbers) units[number >>> 4] = (units[number >>> 4] as number) | (1 << (number & 15))
  return Array.from(units, (unit) => String.fromCharCode(unit)).join('')
}

function numbersIn(state: string): readonly number[] {
  return Array.from({ length: state.length * 16 }, (_, number) => number).filter((number) =>
    hasBit(state, number),
  )
}

function hasBit(state: string, number: number): boolean {
  return ((state.charCodeAt(number >>> 4) >>> (number & 15)) & 1) === 1
}

function withBit(state: string, number: number, isOn: boolean): string {
  const at = number >>> 4
  const bit = 1 << (number & 15)
  const unit = state.charCodeAt(at)
  const changed = String.fromCharCode(isOn ? unit | bit : unit & ~bit)
  return state.slice(0, at) + changed + state.slice(at + 1)
}
