// An event as part of a sentence, for the messages of invariants.

import type { Event } from '../sim/index.ts'

const textMax = 200

/** An event in a few words: what happened, then where. At most some 200 characters, without line breaks. */
export function showEvent(event: Event): string {
  const where = event.node === '' ? '' : ` on ${event.node}`
  return `${shorten(whatHappened(event))}${where}`
}

function whatHappened(event: Event): string {
  switch (event.kind) {
    case 'probe':
      return `probe ${event.name} ${JSON.stringify(event.value)}`
    case 'operation':
      return `${event.phase} of ${event.f} ${JSON.stringify(event.key)} ${JSON.stringify(event.value)} by ${event.process}`
    case 'log':
      return `log ${event.level} ${JSON.stringify(event.text)}`
    case 'exit':
      return `exit ${event.code}${event.error === undefined ? '' : ` (${event.error})`}`
    default:
      return fieldsOf(event)
  }
}

function fieldsOf(event: Event): string {
  const { kind, seq: _seq, at: _at, node: _node, cause: _cause, ...fields } = event
  const shown = Object.entries(fields).map(([field, value]) => `${field} ${JSON.stringify(value)}`)
  return [kind, ...shown].join(' ')
}

function shorten(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ')
  return line.length > textMax ? `${line.slice(0, textMax - 1)}…` : line
}
