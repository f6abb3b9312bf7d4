// One room: messages are numbered in the order in which they come, put on the disk together with those that come meanwhile, and
// told to every member in that order once they are there.

import { DiskError, type Env } from '../../sim/index.ts'
import type { ChatRules } from './chat-rules.ts'
import type { ChatSession } from './chat-session.ts'
import type { StoredMessage } from './protocol.ts'
import { RoomLog } from './room-log.ts'
import type { ChatLimits } from './rules.ts'

/** What a message becomes: its number, or null when the disk did not take it. */
export type Stored = number | null

/** What a room needs of its server. */
export interface RoomContext {
  readonly env: Env
  readonly limits: ChatLimits
  readonly rules: ChatRules
  /** Whether what is acknowledged and what histories show is published, for those who judge a log of the server. */
  readonly isLogged: boolean
  /** The disk cannot be relied on any more. */
  readonly onDiskFailure: (error: unknown) => never
}

interface Waiting {
  readonly message: Omit<StoredMessage, 'seq'>
  readonly tell: ((stored: Stored) => void)[]
}

interface Member {
  /** The last message that was told. */
  told: number
  /** Whether new messages are told as they come; else those before them are read from the log. */
  isLive: boolean
}

/** What an event has besides its text, in characters at the most. */
const messageOverhead = 256

/** A room that somebody entered since the server started. */
export class Room {
  readonly name: string
  readonly members: Map<ChatSession, Member> = new Map()
  readonly #context: RoomContext
  readonly #log: RoomLog
  /** The last messages, which end with the last that was told. */
  readonly #recent: StoredMessage[]
  /** The numbers of messages by their ids, the oldest first. */
  readonly #ids: Map<string, number>
  readonly #waiting = new Map<string, Waiting>()
  /** Those that are being written. */
  #writing: ReadonlyMap<string, Waiting> = new Map()
  #isWriting = false
  /** How many read from the log. */
  #reading = 0
  #last: number

  private constructor(name: string, context: RoomContext, log: RoomLog, past: Past) {
    this.name = name
    this.#context = context
    this.#log = log
    this.#recent = past.recent
    this.#ids = past.ids
    this.#last = log.last
  }

  /** Opens a room with what its log holds. Rejects with a DiskError or a JournalError. */
  static async open(name: string, context: RoomContext): Promise<Room> {
    const past: Past = { recent: [], ids: new Map() }
    const log = await RoomLog.open(context.env.disk, name, (batch) => {
      for (const message of batch) remember(past, message, context.limits)
    })
    context.env.probe('chat.recovered', { room: name, last: log.last })
    if (!context.rules.recallsIds) past.ids.clear()
    return new Room(name, context, log, past)
  }

  /** Whether it can be closed: nobody is in it, and nothing is being written or read. */
  get isIdle(): boolean {
    return this.members.size === 0 && this.#reading === 0 && !this.#isWriting
  }

  /** Whether there is a log on the disk. */
  get isStored(): boolean {
    return this.#log.isThere
  }

  /** Gives the log back; the room has to be idle, and is not to be used any more. Rejects with a DiskError. */
  close(): Promise<void> {
    return this.#log.close()
  }

  /** The number of the last message that was told; 0 when there is none. */
  get last(): number {
    return this.#last
  }

  /** Stores a message, unless it is there already, and tells it. Resolves once it is certain to survive a crash. */
  store(message: Omit<StoredMessage, 'seq'>): Promise<Stored> {
    const { rules, limits } = this.#context
    const known = rules.knowsIds ? this.#ids.get(message.id) : undefined
    if (known !== undefined) return Promise.resolve(known)
    if (this.#log.size >= limits.logMax) return Promise.resolve(null)
    return new Promise((resolve) => {
      const underWay = this.#waiting.get(message.id) ?? this.#writing.get(message.id)
      if (underWay === undefined) this.#waiting.set(message.id, { message, tell: [resolve] })
      else underWay.tell.push(resolve)
      if (!this.#isWriting) this.#context.env.spawn(() => this.#writeAll())
      this.#isWriting = true
    })
  }

  /** Tells a member what it missed, and from then on what comes. Resolves once it has caught up or is gone. */
  async enter(session: ChatSession, after: number): Promise<void> {
    const { rules } = this.#context
    const member: Member = { told: after, isLive: false }
    this.members.set(session, member)
    let next = rules.resumesAt(after)
    while (this.members.get(session) === member && next <= this.#last) {
      const missed = (await this.#read(next)).filter(({ seq }) => seq <= this.#last)
      if (missed.length === 0 || this.members.get(session) !== member) break
      for (const message of missed) {
        session.tell({ kind: 'message', room: this.name, ...message })
        member.told = message.seq
        await session.room()
        if (this.members.get(session) !== member) return
      }
      next = member.told + 1
    }
    member.isLive = true
  }

  /** The last messages before a number, so many at the most. */
  async history(before: number, count: number): Promise<readonly StoredMessage[]> {
    const end = Math.min(before, this.#last + 1)
    const messages: StoredMessage[] = []
    this.#reading++
    for (let next = Math.max(1, end - count); next < end; next = (messages.at(-1)?.seq ?? next) + 1) {
      const part = (await this.#read(next)).filter(({ seq }) => seq < end)
      if (part.length === 0) break
      messages.push(...part)
    }
    this.#reading--
    return messages
  }

  /** Messages from a number on: some at least, unless there are none. */
  async #read(from: number): Promise<readonly StoredMessage[]> {
    const oldest = this.#recent[0]?.seq ?? this.#last + 1
    if (from >= oldest) return this.#recent.slice(from - oldest)
    this.#reading++
    try {
      return await this.#log.read(from)
    } catch (error) {
      return this.#context.onDiskFailure(error)
    } finally {
      this.#reading--
    }
  }

  async #writeAll(): Promise<void> {
    while (this.#waiting.size > 0) {
      const batch = this.#nextBatch()
      this.#writing = new Map(batch)
      for (const [id] of batch) this.#waiting.delete(id)
      await this.#write([...this.#writing.values()])
      this.#writing = new Map()
    }
    this.#isWriting = false
  }

  /** What is written together: so little that telling it at once fills nobody's outbox who reads. */
  #nextBatch(): readonly (readonly [string, Waiting])[] {
    const batch: (readonly [string, Waiting])[] = []
    let size = 0
    for (const entry of this.#waiting) {
      size += entry[1].message.text.length + messageOverhead
      if (batch.length > 0 && size > this.#context.limits.outboxMax / 4) break
      batch.push(entry)
    }
    return batch
  }

  async #write(batch: readonly Waiting[]): Promise<void> {
    const messages = batch.map(({ message }, place) => ({ seq: this.#last + 1 + place, ...message }))
    if (!(await this.#append(messages))) {
      for (const { tell } of batch) for (const each of tell) each(null)
      return
    }
    if (this.#context.rules.tellsWhen === 'appended') {
      this.#tell(messages, batch)
      await this.#sync()
    } else {
      await this.#sync()
      this.#tell(messages, batch)
    }
  }

  /** Whether it was written. A disk that is full takes nothing and has harmed nothing. */
  async #append(messages: readonly StoredMessage[]): Promise<boolean> {
    try {
      await this.#log.append(messages)
      return true
    } catch (error) {
      if (!(error instanceof DiskError) || error.code !== 'ENOSPC') return this.#context.onDiskFailure(error)
    }
    try {
      await this.#log.cut()
      return false
    } catch (error) {
      return this.#context.onDiskFailure(error)
    }
  }

  async #sync(): Promise<void> {
    try {
      await this.#log.sync()
    } catch (error) {
      // What was not synced is gone, and nobody can know what of it was.
      this.#context.onDiskFailure(error)
    }
  }

  #tell(messages: readonly StoredMessage[], batch: readonly Waiting[]): void {
    for (const message of messages)
      remember({ recent: this.#recent, ids: this.#ids }, message, this.#context.limits)
    this.#last = messages.at(-1)?.seq ?? this.#last
    if (this.#context.isLogged)
      for (const { seq, id } of messages)
        this.#context.env.probe('chat.acknowledged', { room: this.name, seq, id })
    for (const [session, member] of this.members) {
      if (!member.isLive || session.nick === null) continue
      for (const message of this.#context.rules.orderFor(messages, session.nick)) {
        session.tell({ kind: 'message', room: this.name, ...message })
        member.told = message.seq
      }
    }
    for (const [place, { tell }] of batch.entries())
      for (const each of tell) each(messages[place]?.seq ?? null)
  }
}

interface Past {
  readonly recent: StoredMessage[]
  readonly ids: Map<string, number>
}

function remember({ recent, ids }: Past, message: StoredMessage, { recentMax, idsMax }: ChatLimits): void {
  recent.push(message)
  // Now and then, so that not all of them move with each.
  if (recent.length >= recentMax * 2) recent.splice(0, recent.length - recentMax)
  ids.set(message.id, message.seq)
  if (ids.size <= idsMax) return
  for (const oldest of ids.keys()) {
    ids.delete(oldest)
    return
  }
}
