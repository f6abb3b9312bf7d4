// What an event says, in short: everything but its seq, instant, node, kind and cause.

import {
  type Data,
  type DataRecord,
  type Duration,
  type Event,
  formatDuration,
  formatInstant,
  recordOf,
} from '../sim/index.ts'

import { bytesText } from './bytes-text.ts'
import { cut, dataText, fieldsText } from './data-text.ts'
import { shownText } from './shown-text.ts'

const lengthMax = 100

/** An event's own data as one short line; '' when there is none. Kinds of newer versions show their fields. */
export function eventText(event: Event): string {
  return cut(shownText(ownText(event)), lengthMax)
}

function ownText(event: Event): string {
  switch (event.kind) {
    case 'send':
      return `to ${event.target}  ${messageText(event.message)}`
    case 'deliver':
      return `from ${event.source}  ${messageText(event.message)}`
    case 'drop':
      return `to ${event.target}: ${event.why}`
    case 'timer-set':
      return `timer ${event.timer}, due ${formatInstant(event.due)}`
    case 'timer-cancel':
    case 'timer-fire':
      return `timer ${event.timer}`
    case 'cpu':
      return formatDuration(event.work)
    case 'log':
      return `${event.level}: ${event.text}${suffix(fieldsText(event.fields))}`
    case 'probe':
      return `${event.name} = ${dataText(event.value)}`
    case 'operation':
      return operationText(event)
    case 'fault-begin':
      return `#${event.index} ${faultText(event.fault)}`
    case 'fault-end':
      return `#${event.index} ${event.faultKind}`
    case 'exit':
      return `code ${event.code}${suffix(event.error ?? '')}`
    default:
      return ioText(event)
  }
}

type RestEvent = Exclude<
  Event,
  { readonly kind: 'send' | 'deliver' | 'drop' | 'log' | 'probe' | 'operation' }
>

function ioText(event: RestEvent): string {
  switch (event.kind) {
    case 'disk-request':
    case 'disk-result':
      return diskText(event)
    case 'datagram-send':
      return `to ${event.target}:${event.port}  ${bytesText(event.bytes)}`
    case 'datagram-deliver':
      return `from ${event.source}:${event.sourcePort}  ${bytesText(event.bytes)}${event.isCorrupted ? ' corrupted' : ''}`
    case 'stream-write':
    case 'stream-read':
      return `stream ${event.stream}  ${bytesText(event.bytes)}`
    case 'connect':
      return `stream ${event.stream} to ${event.target}:${event.port}`
    case 'accept':
      return `stream ${event.stream} from ${event.source}:${event.sourcePort} on port ${event.port}`
    case 'resolve-result':
      return `${event.name} = ${event.address ?? event.error ?? 'nothing'}`
    case 'stop-asked':
      return `within ${formatDuration(event.grace)}`
    case 'stop':
      return event.isForced ? 'forced: its grace period ran out' : ''
    case 'core':
      return event.nodes.join(', ')
    case 'start':
      return `incarnation ${event.incarnation}, version ${event.version}`
    default:
      return restText(event)
  }
}

/** Kinds whose fields speak for themselves, and kinds that this version does not know. */
function restText(event: Event): string {
  const { seq: _seq, at: _at, node: _node, kind: _kind, cause: _cause, ...own } = recordOf(event)
  const values = Object.values(own)
  if (values.length === 1 && typeof values[0] === 'string') return values[0]
  return fieldsText(own)
}

function messageText(message: DataRecord): string {
  return `${dataText(message['kind'])}  ${fieldsText(message, undefined, 'kind')}`.trimEnd()
}

function operationText(event: Extract<Event, { readonly kind: 'operation' }>): string {
  const key = event.key === null ? '' : ` ${dataText(event.key)}`
  const value = event.value === null ? '' : ` ${dataText(event.value)}`
  return `${event.process}: ${event.phase} ${event.f}${key}${value}${suffix(event.error ?? '')}`
}

function faultText(fault: { readonly kind: string }): string {
  const {
    kind: _kind,
    at: _at,
    for: length,
    ...fields
  } = fault as { readonly [field: string]: Data | undefined }
  const lasting = typeof length === 'number' ? ` for ${formatDuration(length as Duration)}` : ''
  return `${fault.kind}${lasting} ${fieldsText(fields)}`.trimEnd()
}

function diskText(event: Extract<Event, { readonly kind: 'disk-request' | 'disk-result' }>): string {
  const { operation, path, bytes } = event
  const data = bytes === undefined ? '' : ` ${bytesText(bytes)}`
  if (event.kind === 'disk-result') {
    const names = event.names === undefined ? '' : ` [${event.names.join(', ')}]`
    const size = event.size === undefined ? '' : ` size ${event.size}`
    return `${operation} ${path}${size}${names}${data}${suffix(event.error ?? '')}`
  }
  const offset = event.offset === undefined ? '' : ` at ${event.offset}`
  const length = event.length === undefined ? '' : ` length ${event.length}`
  const target = event.target === undefined ? '' : ` to ${event.target}`
  const flags = event.flags === undefined || event.flags === '' ? '' : ` ${event.flags}`
  return `${operation} ${path}${target}${offset}${length}${flags}${data}`
}

function suffix(text: string): string {
  return text === '' ? '' : `: ${text}`
}
