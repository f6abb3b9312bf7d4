// What an event is called where there is room for two or three words.

import type { Event } from '../../sim/index.ts'

const lengthMax = 60

/** A short name, the same for events that mean the same: `send append`, `disk sync /log`. */
export function eventName(event: Event): string {
  const name = longName(event)
  return name.length <= lengthMax ? name : `${name.slice(0, lengthMax - 1)}…`
}

function longName(event: Event): string {
  switch (event.kind) {
    case 'send':
    case 'deliver':
      return `${event.kind} ${messageKind(event.message)}`
    case 'drop':
      return `drop (${event.why})`
    case 'disk-request':
    case 'disk-result':
      return `${event.kind} ${event.operation} ${event.path}`
    case 'probe':
      return `probe ${event.name}`
    case 'operation':
      return `${event.phase} ${event.f}`
    case 'log':
      return `${event.level}: ${event.text}`
    case 'buggify':
      return `buggify ${event.site}`
    case 'fault-begin':
      return `fault ${event.fault.kind}`
    case 'fault-end':
      return `fault ${event.faultKind} ends`
    case 'phase':
      return `phase ${event.phase}`
    default:
      return event.kind
  }
}

/** The `kind` of a message, by which programs tell messages apart. */
export function messageKind(message: { readonly [field: string]: unknown }): string {
  const { kind } = message
  return typeof kind === 'string' ? kind : 'message'
}
