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
    ? { problem: `got ${showKind(fields['kind'])} with these fields, wanted a command` }
    : { command }
}

/** What is no text is told by its type: lists in lists may be deeper than the engine's stack, on which writing them needs room. */
function showKind(kind: unknown): string {
  if (Array.isArray(kind)) return 'a list'
  return typeof kind === 'object' && kind !== null ? 'an object' : JSON.stringify(kind ?? null).slice(0, 40)
}

/** The event that a server's text of JSON is; null when it is none. */
export function readEvent(text: string): ChatEvent | null {
  const fields = parseObject(text)
  return fields !== null && isEvent(fields) ? fields : null
}

type Shape = 'text' | 'count' | 'whole' | 'list' | 'text or null'

const message: readonly (readonly [string, Shape])[] = [
  ['seq', 'count'],
  ['nick', 'text'],
  ['id', 'text'],
  ['text', 'text'],
  // By a clock that may be set before 1970.
  ['at', 'whole'],
]
const presence: readonly (readonly [string, Shape])[] = [
  ['nick', 'text'],
  ['away', 'text or null'],
]

/** What each kind of event has; of lists, what each of their items has. */
const shapes: ReadonlyMap<unknown, readonly (readonly [string, Shape])[]> = new Map([
  ['welcome', [['nick', 'text']]],
  [
    'renamed',
    [
      ['nick', 'text'],
      ['to', 'text'],
    ],
  ],
  [
    'room',
    [
      ['room', 'text'],
      ['after', 'count'],
      ['last', 'count'],
      ['members', 'list'],
    ],
  ],
  [
    'joined',
    [
      ['room', 'text'],
      ['nick', 'text'],
      ['reason', 'text'],
    ],
  ],
  [
    'left',
    [
      ['room', 'text'],
      ['nick', 'text'],
      ['reason', 'text'],
    ],
  ],
  ['message', [['room', 'text'], ...message]],
  [
    'stored',
    [
      ['room', 'text'],
      ['id', 'text'],
      ['seq', 'count'],
    ],
  ],
  [
    'told',
    [
      ['from', 'text'],
      ['text', 'text'],
    ],
  ],
  ['delivered', [['nick', 'text']]],
  [
    'members',
    [
      ['room', 'text'],
      ['members', 'list'],
    ],
  ],
  ['rooms', [['rooms', 'list']]],
  [
    'history',
    [
      ['room', 'text'],
      ['messages', 'list'],
    ],
  ],
  [
    'away',
    [
      ['nick', 'text'],
      ['text', 'text or null'],
    ],
  ],
  ['pong', []],
  ['wanted', [['nick', 'text']]],
  [
    'error',
    [
      ['code', 'text'],
      ['text', 'text'],
      ['id', 'text or null'],
    ],
  ],
  [
    'closing',
    [
      ['code', 'text'],
      ['text', 'text'],
    ],
  ],
])
const itemShapes: ReadonlyMap<string, readonly (readonly [string, Shape])[]> = new Map([
  ['members', presence],
  ['messages', message],
  [
    'rooms',
    [
      ['room', 'text'],
      ['members', 'count'],
    ],
  ],
])

function isEvent(fields: object): fields is ChatEvent {
  const shape = shapes.get(new Map(Object.entries(fields)).get('kind'))
  return shape !== undefined && hasShape(fields, shape)
}

function hasShape(value: unknown, shape: readonly (readonly [string, Shape])[]): boolean {
  if (typeof value !== 'object' || value === null) return false
  const fields = new Map<string, unknown>(Object.entries(value))
  return shape.every(([name, wanted]) => fits(name, fields.get(name), wanted))
}

function fits(name: string, value: unknown, wanted: Shape): boolean {
  switch (wanted) {
    case 'text':
      return typeof value === 'string'
    case 'text or null':
      return typeof value === 'string' || value === null
    case 'count':
      return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
    case 'whole':
      return typeof value === 'number' && Number.isSafeInteger(value)
    case 'list':
      return Array.isArray(value) && value.every((item) => hasShape(item, itemShapes.get(name) ?? []))
  }
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
