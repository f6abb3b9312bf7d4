// Commands and events as JSON objects: read from a peer that may send anything.

import type { ChatCommand, ChatEvent } from './protocol.ts'

/** A command, or what is wrong with it. */
export type ReadCommand = { readonly command: ChatCommand } | { readonly problem: string }

type Fields = Readonly<Record<string, unknown>>

/** The command that a text of JSON is. */
export function readCommand(text: string): ReadCommand {
  const fields = parseObject(text)
  if (fields === null) return { problem: 'got no JSON object, wanted one' }
  const command = commandOf(fields)
  return command === null
    ? { problem: `got ${JSON.stringify(fields['kind'] ?? null).slice(0, 40)} with these fields, wanted a command` }
    : { command }
}

/** The event that a server's text of JSON is; null when it is none. */
export function readEvent(text: string): ChatEvent | null {
  const fields = parseObject(text)
  // A server is believed in what it says, not in that it says anything.
  return fields !== null && typeof fields['kind'] === 'string' ? (fields as unknown as ChatEvent) : null
}

/** An object, whatever is in it. */
function parseObject(text: string): Fields | null {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : null
  } catch {
    return null
  }
}

function commandOf(fields: Fields): ChatCommand | null {
  const { kind } = fields
  const nick = textOf(fields['nick'])
  const room = textOf(fields['room'])
  const text = textOf(fields['text'])
  switch (kind) {
    case 'hello':
      return nick === null ? null : { kind, nick, secret: textOf(fields['secret']) }
    case 'nick':
      return nick === null ? null : { kind, nick }
    case 'join': {
      const after = countOf(fields['after'])
      return room === null || after === undefined ? null : { kind, room, after }
    }
    case 'leave':
    case 'who':
      return room === null ? null : { kind, room }
    case 'say': {
      const id = textOf(fields['id'])
      return room === null || id === null || text === null ? null : { kind, room, id, text }
    }
    case 'tell':
      return nick === null || text === null ? null : { kind, nick, text }
    case 'history': {
      const before = countOf(fields['before'])
      const count = countOf(fields['count'])
      return room === null || before === undefined || count === undefined
        ? null
        : { kind, room, before, count: count ?? historyCount }
    }
    case 'away':
      return { kind, text }
    case 'quit':
      return { kind, text: text ?? '' }
    case 'ping':
    case 'rooms':
      return { kind }
    default:
      return null
  }
}

/** How many messages of the past are shown unless somebody says otherwise. */
export const historyCount = 20

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}

/** A whole number; null when there is none; undefined when it is something else. */
function countOf(value: unknown): number | null | undefined {
  if (value === undefined || value === null) return null
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined
}
