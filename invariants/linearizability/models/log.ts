import type { Data } from '../../../sim/index.ts'
import { canonicalText, isList } from '../canonical-text.ts'
import type { Operation } from '../operation.ts'
import { internedMachine, type Rules } from '../search/index.ts'
import { badValue, unknownFunction, type Model } from './model.ts'

/**
 * An append-only log that starts empty. `append` (also `send`) with an entry gives its offset, counted from 0, alone or
 * as `[offset, entry]`; null says nothing, nor does the entry itself (numbers: if every append of the history gives back
 * its entry). `read` (also `poll`) from an offset (null: 0; `[offset, most]` bounds the number) gives the list of all
 * entries from there on, or, if the output is no list, the one entry there, null for none. A failed operation did not
 * happen.
 */
export const log: Model = {
  name: 'log',
  functions: ['append', 'read', 'send', 'poll'],
  fail: 'dropped',
  begin: (operations, foresight, check) => {
    const areEchoes = operations.every(isEcho)
    const actions = operations.map((operation) => {
      check()
      return logAction(operation, areEchoes)
    })
    return internedMachine(logRules(actions, foresight ? knownEntries(actions) : new Map()))
  },
}

type LogAction =
  | { readonly kind: 'append'; readonly entry: string; readonly offset: number | undefined }
  | {
      readonly kind: 'read'
      readonly offset: number
      readonly entries: readonly string[]
      /** Whether the log ended there: nothing bounded the read. */
      readonly isToEnd: boolean
    }

function logAction(operation: Operation, areEchoes: boolean): LogAction | undefined {
  switch (operation.f) {
    case 'append':
    case 'send':
      return operation.outcome === 'fail' ? undefined : appendAction(operation, areEchoes)
    case 'read':
    case 'poll':
      return operation.outcome === 'ok' ? readAction(operation) : undefined
    default:
      throw unknownFunction(log.name, log.functions, operation)
  }
}

function isEcho({ f, outcome, input, output }: Operation): boolean {
  const isAppend = f === 'append' || f === 'send'
  return !isAppend || outcome !== 'ok' || output === null || canonicalText(input) === canonicalText(output)
}

function appendAction(operation: Operation, areEchoes: boolean): LogAction {
  const { input, output } = operation
  const isSilent = output === null || areEchoes || operation.outcome !== 'ok'
  return {
    kind: 'append',
    entry: canonicalText(input),
    offset: isSilent
      ? undefined
      : offsetOf(operation, 'output', isList(output) ? (output[0] ?? null) : output),
  }
}

function readAction(operation: Operation): LogAction {
  const { input, output } = operation
  const from = isList(input) ? (input[0] ?? null) : input
  const offset = from === null ? 0 : offsetOf(operation, 'input', from)
  if (!isList(output)) {
    const entries = output === null ? [] : [canonicalText(output)]
    return { kind: 'read', offset, entries, isToEnd: output === null }
  }
  const most = isList(input) && input.length > 1 ? offsetOf(operation, 'input', input[1] ?? null) : Infinity
  return { kind: 'read', offset, entries: output.map(canonicalText), isToEnd: output.length < most }
}

function offsetOf(operation: Operation, part: 'input' | 'output', value: Data): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0)
    throw badValue(operation, part, canonicalText(value), 'an offset: a whole number from 0')
  return value
}

/** A log as its last entry and the log before it: equal logs are the same object, so a state is known by its number. */
interface Log {
  readonly number: number
  readonly length: number
  readonly entry: string
  readonly before: Log | undefined
}

function logRules(
  actions: readonly (LogAction | undefined)[],
  known: ReadonlyMap<number, string>,
): Rules<Log, LogAction> {
  const empty: Log = { number: 0, length: 0, entry: '', before: undefined }
  const logs = new Map<string, Log>()
  const extend = (before: Log, entry: string): Log => {
    const key = `${before.number} ${entry}`
    let longer = logs.get(key)
    if (longer === undefined) {
      longer = { number: logs.size + 1, length: before.length + 1, entry, before }
      logs.set(key, longer)
    }
    return longer
  }
  return {
    initial: empty,
    actions,
    actionKey: canonicalAction,
    effect: ({ kind }) => (kind === 'read' ? 'none' : 'update'),
    step: (state, action) => {
      if (action.kind === 'read') return isReadOf(state, action) ? state : undefined
      const isAt = action.offset === undefined || action.offset === state.length
      const expected = known.get(state.length)
      return isAt && (expected === undefined || expected === action.entry)
        ? extend(state, action.entry)
        : undefined
    },
    stateKey: (state) => state.number,
    show: (state) => `[${entriesOf(state).join(', ')}]`,
  }
}

function canonicalAction(action: LogAction): string {
  return action.kind === 'append'
    ? `a${action.offset} ${action.entry}`
    : `r${action.offset} ${action.isToEnd} ${action.entries.join(' ')}`
}

/** Entries never change, so what anyone saw at an offset is what must be appended there. */
function knownEntries(actions: readonly (LogAction | undefined)[]): Map<number, string> {
  const known = new Map<number, string>()
  for (const action of actions)
    if (action?.kind === 'append' && action.offset !== undefined) known.set(action.offset, action.entry)
    else if (action?.kind === 'read')
      action.entries.forEach((entry, index) => known.set(action.offset + index, entry))
  return known
}

function isReadOf(state: Log, { offset, entries, isToEnd }: Extract<LogAction, { kind: 'read' }>): boolean {
  const end = offset + entries.length
  if (entries.length > 0 ? state.length < end : false) return false
  if (isToEnd && state.length > end) return false
  let at: Log | undefined = state
  while (at !== undefined && at.length > end) at = at.before
  for (let index = entries.length - 1; index >= 0; index--, at = at?.before)
    if (at?.entry !== entries[index]) return false
  return true
}

function entriesOf(state: Log): string[] {
  const entries: string[] = []
  for (let at: Log | undefined = state; at !== undefined && at.length > 0; at = at.before)
    entries.push(at.entry)
  return entries.toReversed()
}
