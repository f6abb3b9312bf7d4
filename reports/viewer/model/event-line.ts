// An event on one line.

import { cut, dataText, fieldsText } from '../../data-text.ts'
import type { Plain, PlainRecord } from './document.ts'
import { ioText } from './io-text.ts'
import { isRecord, wordText } from './plain.ts'
import type { Run } from './run.ts'
import { durationText, instantText } from './time-text.ts'

const lengthMax = 160

/** What an event says, without its number, instant, node and kind. */
export function eventText(run: Run, seq: number): string {
  const own = run.own(seq)
  return cut(ownText(run.kindName(seq), own), lengthMax)
}

function ownText(kind: string, own: PlainRecord): string {
  switch (kind) {
    case 'send':
      return `to ${wordText(own['target'])}  ${messageText(own['message'])}`
    case 'deliver':
      return `from ${wordText(own['source'])}  ${messageText(own['message'])}`
    case 'drop':
      return `to ${wordText(own['target'])}: ${wordText(own['why'])}`
    case 'timer-set':
      return `timer ${wordText(own['timer'])}, due ${instantText(Number(own['due']))}`
    case 'cpu':
      return durationText(Number(own['work']))
    case 'probe':
      return `${wordText(own['name'])} = ${dataText(own['value'] ?? null, lengthMax)}`
    case 'operation':
      return operationText(own)
    case 'fault-begin':
      return `#${wordText(own['index'])} ${faultText(own['fault'])}`
    case 'fault-end':
      return `#${wordText(own['index'])} ${wordText(own['faultKind'])}`
    case 'log':
      return `${wordText(own['level'])}: ${wordText(own['text'])}  ${recordText(own['fields'])}`.trimEnd()
    default:
      return ioText(kind, own) ?? restText(own)
  }
}

/** Kinds whose fields speak for themselves, and kinds that nobody knows. */
function restText(own: PlainRecord): string {
  const [value, ...more] = Object.values(own)
  return typeof value === 'string' && more.length === 0 ? value : fieldsText(own, lengthMax)
}

/** A fault without its instant: kind, how long, and the rest. */
export function faultText(fault: Plain | undefined): string {
  if (!isRecord(fault)) return wordText(fault)
  const { kind, at: _at, for: length, ...fields } = fault
  const lasting = typeof length === 'number' ? ` for ${durationText(length)}` : ''
  return `${wordText(kind)}${lasting}  ${fieldsText(fields, lengthMax)}`.trimEnd()
}

function messageText(message: Plain | undefined): string {
  if (!isRecord(message)) return dataText(message ?? null, lengthMax)
  const { kind, ...fields } = message
  return `${dataText(kind ?? null)}  ${fieldsText(fields, lengthMax)}`.trimEnd()
}

function operationText(own: PlainRecord): string {
  const part = (field: string): string => {
    const value = own[field] ?? null
    return value === null ? '' : ` ${dataText(value)}`
  }
  const error = own['error'] === undefined ? '' : `: ${wordText(own['error'])}`
  return `${wordText(own['process'])}: ${wordText(own['phase'])} ${wordText(own['f'])}${part('key')}${part('value')}${error}`
}

function recordText(value: Plain | undefined): string {
  return isRecord(value) ? fieldsText(value, lengthMax) : ''
}
