// Commands and events as lines for people. A line that begins with `/` is a command, one that begins with `{` is JSON, and any
// other is said in the room that was entered last.

import { historyCount, type ReadCommand } from './json-codec.ts'
import type { ChatEvent, Presence, StoredMessage } from './protocol.ts'

/** What a line stands in: the room that was entered last, and whether its writer has a name. */
export interface LineContext {
  readonly room: string | null
  readonly isNamed: boolean
  /** An id for a message that has none. */
  readonly newId: () => string
}

/** What `/help` prints. */
export const lineHelp: readonly string[] = [
  '* /nick NAME            take a name; the first thing to do',
  '* /join ROOM [AFTER]    enter a room, and read on after a message',
  '* /leave [ROOM]         leave it',
  '* /msg NAME TEXT        say something to one person',
  '* /who [ROOM]           who is there',
  '* /history [N] [ROOM]   the last messages',
  '* /rooms                the rooms in which somebody is',
  '* /away [TEXT], /back   tell whether you are there',
  '* /quit [TEXT]          go',
  '* anything else is said in the room that you entered last',
]

/** The command of a line. */
export function readLine(line: string, context: LineContext): ReadCommand {
  if (!line.startsWith('/')) return say(line, context)
  // Takes every line at its first try: where `.` stopped at a CR, it was tried for every place, in quadratic time.
  const [, name = '', rest = ''] = /^\/(\S*)[ \t]*(.*)$/s.exec(line) ?? []
  const [first = '', second = ''] = rest.split(/[ \t]+/)
  const room = context.room ?? ''
  switch (name) {
    case 'nick':
      return context.isNamed
        ? { command: { kind: 'nick', nick: first } }
        : { command: { kind: 'hello', nick: first, secret: null } }
    case 'join':
      return numbered(second, (after) => ({ command: { kind: 'join', room: first, after } }))
    case 'leave':
      return { command: { kind: 'leave', room: first || room } }
    case 'msg':
      return { command: { kind: 'tell', nick: first, text: rest.slice(first.length).trim() } }
    case 'who':
      return { command: { kind: 'who', room: first || room } }
    case 'history':
      return numbered(first, (count) => ({
        command: { kind: 'history', room: second || room, before: null, count: count ?? historyCount },
      }))
    case 'rooms':
      return { command: { kind: 'rooms' } }
    case 'away':
      return { command: { kind: 'away', text: rest === '' ? 'away' : rest } }
    case 'back':
      return { command: { kind: 'away', text: null } }
    case 'quit':
      return { command: { kind: 'quit', text: rest } }
    default:
      return { problem: `got /${name.slice(0, 20)}, wanted one of those that /help tells` }
  }
}

function say(text: string, { room, isNamed, newId }: LineContext): ReadCommand {
  if (!isNamed) return { problem: 'you have no name: /nick NAME' }
  return room === null
    ? { problem: 'you are in no room: /join ROOM' }
    : { command: { kind: 'say', room, id: newId(), text } }
}

function numbered(text: string, make: (count: number | null) => ReadCommand): ReadCommand {
  if (text === '') return make(null)
  return /^\d{1,15}$/.test(text)
    ? make(Number(text))
    : { problem: `got ${text.slice(0, 20)}, wanted a number` }
}

/** The lines that show an event; none where there is nothing to see. */
export function showEvent(event: ChatEvent): readonly string[] {
  switch (event.kind) {
    case 'welcome':
      return [`* welcome, ${event.nick}: /join ROOM, or /help`]
    case 'wanted':
      return ['* somebody else asks for your name']
    case 'renamed':
      return [`* ${event.nick} is now ${event.to}`]
    case 'room':
      return [`* you are in ${event.room} with ${showMembers(event.members)}; ${event.last} messages so far`]
    case 'joined':
    case 'left':
      return [`* ${event.nick} ${event.kind} ${event.room}${event.reason === '' ? '' : ` (${event.reason})`}`]
    case 'message':
      return [showMessage(event.room, event)]
    case 'told':
      return [`[from ${event.from}] ${event.text}`]
    case 'delivered':
      return [`* ${event.nick} was told`]
    case 'members':
      return [`* in ${event.room}: ${showMembers(event.members)}`]
    case 'rooms':
      return [
        `* rooms: ${event.rooms.map(({ room, members }) => `${room} (${members})`).join(', ') || 'none'}`,
      ]
    case 'history':
      return event.messages.map((message) => showMessage(event.room, message))
    case 'away':
      return [`* ${event.nick} is ${event.text === null ? 'back' : `away: ${event.text}`}`]
    case 'error':
      return [`! ${event.text}`]
    case 'closing':
      return [`! closing: ${event.text}`]
    case 'stored':
    case 'pong':
      return []
  }
}

function showMessage(room: string, { seq, nick, text }: StoredMessage): string {
  return `[${room} ${seq}] ${nick}: ${text}`
}

function showMembers(members: readonly Presence[]): string {
  return members.map(({ nick, away }) => (away === null ? nick : `${nick} (away)`)).join(', ') || 'nobody'
}
