// The chat itself: who is there, under which name, in which rooms; what each command does.

import { seconds } from '../../sim/index.ts'
import type { ChatSession } from './chat-session.ts'
import type { ChatCommand, ChatErrorCode, ChatEvent, Presence, StoredMessage } from './protocol.ts'
import { OpenRooms } from './open-rooms.ts'
import type { Room, RoomContext } from './room.ts'
import { isMessageId, isNick, isRoom, isText, nickKey, textWanted } from './rules.ts'

type Command<K extends ChatCommand['kind']> = Extract<ChatCommand, { readonly kind: K }>

const nsPerMs = 1_000_000
/** How many messages of the past one gets who enters without saying after which. */
const welcomeCount = 20
const historyMax = 500
/** Whoever asks for a name again and again does not fill what waits for its holder. */
const wantedEvery = seconds(1)

/** All sessions and rooms of one server. */
export class ChatHub {
  readonly #options: RoomContext
  readonly #named = new Map<string, ChatSession>()
  readonly #rooms: OpenRooms

  /** `stored`: the names of the rooms that have a log. */
  constructor(options: RoomContext, stored: readonly string[]) {
    this.#options = options
    this.#rooms = new OpenRooms(options, stored)
  }

  /** Does what a session asks; resolves when its next command may be taken. */
  async handle(session: ChatSession, command: ChatCommand): Promise<void> {
    if (session.nick === null && !['hello', 'ping', 'quit', 'rooms'].includes(command.kind))
      return this.#refuse(session, 'no-nick', 'take a name first')
    switch (command.kind) {
      case 'hello':
        return this.#hello(session, command)
      case 'nick':
        return this.#rename(session, command.nick)
      case 'join':
        return this.#join(session, command)
      case 'leave':
        return this.#leaveOne(session, command.room)
      case 'say':
        return this.#say(session, command)
      case 'tell':
        return this.#tellOne(session, command)
      case 'who':
        return this.#who(session, command.room)
      case 'rooms':
        return session.tell({ kind: 'rooms', rooms: this.#roomList() })
      case 'history':
        return this.#history(session, command)
      case 'away':
        return this.#away(session, command.text)
      case 'ping':
        return session.tell({ kind: 'pong' })
      case 'quit':
        return session.close('quit', command.text === '' ? 'bye' : command.text.slice(0, 100))
    }
  }

  /** A session is over: its name is free, and the rooms hear of it. */
  forget(session: ChatSession, reason: string): void {
    for (const room of session.rooms.values()) this.#leave(session, room, reason)
    if (session.nick !== null && this.#named.get(nickKey(session.nick)) === session)
      this.#named.delete(nickKey(session.nick))
  }

  #refuse(session: ChatSession, code: ChatErrorCode, text: string, id: string | null = null): void {
    session.tell({ kind: 'error', code, text, id })
  }

  #hello(session: ChatSession, { nick, secret }: Command<'hello'>): void {
    if (session.nick !== null)
      return this.#refuse(session, 'bad-command', 'you have a name: /nick changes it')
    if (!isNick(nick)) return this.#refuseNick(session)
    const holder = this.#named.get(nickKey(nick))
    if (holder !== undefined) {
      // Whoever lost a connection that the server still has comes back by the secret.
      if (secret === null || secret !== holder.secret) return this.#refuseTaken(session, nick, holder)
      holder.close('replaced', 'you came in by another connection')
    }
    session.nick = nick
    session.secret = secret
    this.#named.set(nickKey(nick), session)
    session.tell({ kind: 'welcome', nick })
  }

  #refuseNick(session: ChatSession): void {
    this.#refuse(session, 'bad-nick', 'a name is a letter, then up to 23 letters, digits, _ or -')
  }

  /**
   * Who has the name is told. A machine that came back after it lost its power, and knows neither the connection nor its secret,
   * answers by a reset: then the name is free for whoever asks next, and not only after the time-out of silence.
   */
  #refuseTaken(session: ChatSession, nick: string, holder: ChatSession): void {
    this.#refuse(session, 'nick-taken', `somebody is called ${nick}`)
    const now = this.#options.env.clock.monotonic()
    if (holder.wantedAt !== null && now - holder.wantedAt < wantedEvery) return
    holder.wantedAt = now
    holder.tell({ kind: 'wanted', nick: holder.nick ?? nick })
  }

  #rename(session: ChatSession, to: string): void {
    const { nick } = session
    if (nick === null || !isNick(to)) return this.#refuseNick(session)
    const holder = this.#named.get(nickKey(to))
    if (holder !== undefined && holder !== session) return this.#refuseTaken(session, to, holder)
    this.#named.delete(nickKey(nick))
    this.#named.set(nickKey(to), session)
    session.nick = to
    this.#tellNeighbours(session, { kind: 'renamed', nick, to })
  }

  async #join(session: ChatSession, { room: name, after }: Command<'join'>): Promise<void> {
    if (!isRoom(name))
      return this.#refuse(session, 'bad-room', 'a room is called by up to 32 small letters, digits, _ or -')
    if (session.rooms.has(name)) this.#leaveOne(session, name)
    const { roomsOfOneMax } = this.#options.limits
    if (session.rooms.size >= roomsOfOneMax)
      return this.#refuse(session, 'too-many-rooms', `you are in ${roomsOfOneMax} rooms: leave one`)
    const isOpen = await this.#rooms.use(name, (room) => {
      this.#enter(session, room, after)
    })
    if (!isOpen)
      this.#refuse(session, 'too-many-rooms', 'there are too many rooms: enter one that others are in')
  }

  #enter(session: ChatSession, room: Room, after: number | null): void {
    const { limits, env } = this.#options
    const { name, last } = room
    if (session.isClosed || session.nick === null) return
    if (room.members.size >= limits.membersMax) return this.#refuse(session, 'room-full', `${name} is full`)
    const from = Math.max(Math.min(after ?? last - welcomeCount, last), last - limits.replayMax, 0)
    for (const each of room.members.keys())
      each.tell({ kind: 'joined', room: name, nick: session.nick, reason: '' })
    session.rooms.set(name, room)
    const members = [...presenceIn(room), { nick: session.nick, away: session.away }]
    session.tell({ kind: 'room', room: name, after: from, last, members })
    // It takes as long as the client takes to read, in which its other commands are served.
    const entering = room.enter(session, from)
    env.spawn(() => entering)
  }

  #leaveOne(session: ChatSession, name: string): void {
    const room = session.rooms.get(name)
    if (room === undefined) return this.#refuseRoom(session, name)
    this.#leave(session, room, '')
    session.tell({ kind: 'left', room: name, nick: session.nick ?? '', reason: '' })
  }

  #refuseRoom(session: ChatSession, name: string, id: string | null = null): void {
    this.#refuse(
      session,
      'not-in-room',
      name === '' ? 'you are in no room' : `you are not in ${name.slice(0, 32)}`,
      id,
    )
  }

  #leave(session: ChatSession, room: Room, reason: string): void {
    session.rooms.delete(room.name)
    room.members.delete(session)
    for (const each of room.members.keys())
      each.tell({ kind: 'left', room: room.name, nick: session.nick ?? '', reason })
    this.#rooms.left(room)
  }

  async #say(session: ChatSession, { room: name, id, text }: Command<'say'>): Promise<void> {
    const { limits, env } = this.#options
    const room = session.rooms.get(name)
    if (room === undefined || session.nick === null) return this.#refuseRoom(session, name, id)
    if (!isMessageId(id)) return this.#refuse(session, 'bad-command', 'an id is 1 to 64 characters of ASCII')
    if (!isText(text, limits.textMax))
      return this.#refuse(session, 'bad-text', textWanted(limits.textMax), id)
    const at = Math.floor(env.clock.wall() / nsPerMs)
    const storing = this.#store(session, room, { nick: session.nick, id, text, at })
    // So many may be under way; then whoever sends them waits for the disk.
    if (session.unstored >= limits.unstoredMax) await storing
  }

  async #store(session: ChatSession, room: Room, message: Omit<StoredMessage, 'seq'>): Promise<void> {
    session.unstored++
    const seq = await room.store(message)
    session.unstored--
    if (seq === null)
      this.#refuse(session, 'not-stored', `${room.name} takes no more: the disk is full`, message.id)
    else session.tell({ kind: 'stored', room: room.name, id: message.id, seq })
  }

  #tellOne(session: ChatSession, { nick, text }: Command<'tell'>): void {
    const { textMax } = this.#options.limits
    if (!isText(text, textMax)) return this.#refuse(session, 'bad-text', textWanted(textMax))
    const other = this.#named.get(nickKey(nick))
    if (other === undefined || session.nick === null)
      return this.#refuse(session, 'no-such-nick', `nobody here is called ${nick.slice(0, 24)}`)
    other.tell({ kind: 'told', from: session.nick, text })
    session.tell({ kind: 'delivered', nick: other.nick ?? nick })
    if (other.away !== null) session.tell({ kind: 'away', nick: other.nick ?? nick, text: other.away })
  }

  #who(session: ChatSession, name: string): void {
    const room = session.rooms.get(name)
    if (room === undefined) return this.#refuseRoom(session, name)
    session.tell({ kind: 'members', room: name, members: presenceIn(room) })
  }

  #roomList(): readonly { readonly room: string; readonly members: number }[] {
    return [...this.#rooms.inUse()]
      .slice(0, 100)
      .map(({ name, members }) => ({ room: name, members: members.size }))
  }

  async #history(session: ChatSession, { room: name, before, count }: Command<'history'>): Promise<void> {
    const room = session.rooms.get(name)
    if (room === undefined) return this.#refuseRoom(session, name)
    const messages = await room.history(before ?? room.last + 1, Math.min(count, historyMax))
    await session.room()
    const { env, isLogged, limits } = this.#options
    const page = atMost(messages, limits.outboxMax / 4)
    if (isLogged)
      env.probe('chat.page', { room: name, seqs: page.map(({ seq }) => seq), ids: page.map(({ id }) => id) })
    session.tell({ kind: 'history', room: name, messages: page })
    await session.room()
  }

  #away(session: ChatSession, text: string | null): void {
    if (session.nick === null) return
    if (text !== null && !isText(text, 200)) return this.#refuse(session, 'bad-text', textWanted(200))
    session.away = text
    this.#tellNeighbours(session, { kind: 'away', nick: session.nick, text })
  }

  /** Tells everybody who is in a room with a session, itself too, once. */
  #tellNeighbours(session: ChatSession, event: ChatEvent): void {
    const heard = new Set([session])
    for (const room of session.rooms.values()) for (const each of room.members.keys()) heard.add(each)
    for (const each of heard) each.tell(event)
  }
}

function presenceIn(room: Room): readonly Presence[] {
  return [...room.members.keys()].map(({ nick, away }) => ({ nick: nick ?? '', away }))
}

/** The last of some messages whose texts are not larger than that in all; one at least. */
function atMost(messages: readonly StoredMessage[], sizeMax: number): readonly StoredMessage[] {
  let size = 0
  const first = messages.findLastIndex(({ text }) => (size += text.length) > sizeMax)
  return messages.slice(Math.min(first + 1, messages.length - 1))
}
