// A client of the chat that survives its connections: it comes back, reads on in each room where it was, and sends again what was
// not acknowledged, so that no message is lost and none is there twice.

import { type Duration, type Env, ms, NetError, type Timer } from '../../sim/index.ts'
import { type Backoff, BackoffWaits } from '../resilience/index.ts'
import {
  type ChatAddress,
  type ChatLink,
  ChatLinkError,
  isLinkError,
  notChat,
  openLink,
} from './chat-link.ts'
import { readEvent } from './json-codec.ts'
import type { ChatCommand, ChatErrorCode, ChatEvent, StoredMessage } from './protocol.ts'

/** What a client is told to do. */
export interface ChatClientOptions extends ChatAddress {
  readonly nick: string
  /** Told every event, each message of a room once and in its order. */
  readonly onEvent?: (event: ChatEvent) => void
  /** Told when it is connected and has its name, and when it lost the connection, with the reason. */
  readonly onConnection?: (state: { readonly isConnected: boolean; readonly reason: string }) => void
  /**
   * How often it asks the server whether it is there; one that does not answer within twice as long is given up, even if it tells
   * other things: then it is not heard (default 5 s).
   */
  readonly pingEvery?: Duration
  /** How long to wait before it connects again (default: 200 ms, then twice as long each time up to 6.4 s, with equal jitter). */
  readonly backoff?: Backoff
}

/** A message was refused: it was not stored, and never will be. */
export class ChatRefusal extends Error {
  readonly code: ChatErrorCode

  constructor(code: ChatErrorCode, text: string) {
    super(text)
    this.name = 'ChatRefusal'
    this.code = code
  }
}

interface Saying {
  readonly command: Extract<ChatCommand, { readonly kind: 'say' }>
  readonly resolve: (seq: number) => void
  readonly reject: (error: Error) => void
}

/** A client; it connects as soon as it is started, and again until it is closed. */
export class ChatClient {
  readonly #env: Env
  readonly #options: ChatClientOptions
  readonly #secret: string
  readonly #idPrefix: string
  readonly #waits: BackoffWaits
  /** The last message heard of each room that is wanted; null before the first answer. */
  readonly #rooms = new Map<string, number | null>()
  /** What was said and not acknowledged, by its id, in its order. */
  readonly #saying = new Map<string, Saying>()
  /** How it is called, and what it said of being away: it comes back as who it was. */
  #nick: string
  #away: string | null = null
  #link: ChatLink | null = null
  #timer: Timer | null = null
  #isWelcome = false
  #isClosed = false
  /** Since when an answer is waited for; null when none is. */
  #askedAt: number | null = null
  #count = 0
  /** Why the connection is about to be lost, where this end or the server said so. */
  #lostBy: string | null = null

  constructor(env: Env, options: ChatClientOptions) {
    this.#env = env
    this.#options = options
    this.#nick = options.nick
    const backoff = options.backoff ?? { base: ms(200), max: ms(6400) }
    this.#waits = new BackoffWaits(backoff, env.randomFor('chat client pauses'))
    const random = env.randomFor('chat client')
    this.#secret = Buffer.from(random.bytes(16)).toString('hex')
    this.#idPrefix = Buffer.from(random.bytes(8)).toString('hex')
  }

  /** Whether it is connected and has its name. */
  get isConnected(): boolean {
    return this.#isWelcome
  }

  /** How many messages of its own are not acknowledged. */
  get unacknowledged(): number {
    return this.#saying.size
  }

  start(): void {
    this.#env.spawn(() => this.#connectAll())
    this.#timer = this.#env.timers.every(this.#pingEvery, () => {
      this.#keepAlive()
    })
  }

  /** Enters a room, and stays in it across connections. `after`: the last message that is known already. */
  join(room: string, after: number | null = null): void {
    this.#rooms.set(room, after)
    this.ask({ kind: 'join', room, after })
  }

  leave(room: string): void {
    this.#rooms.delete(room)
    this.ask({ kind: 'leave', room })
  }

  /**
   * Says something in a room that was joined. Resolves with the number under which it is stored, however many connections that takes. Rejects
   * with a ChatRefusal, also when a thousand are not acknowledged, and never for the loss of a connection.
   */
  say(room: string, text: string): { readonly id: string; readonly stored: Promise<number> } {
    const id = `${this.#idPrefix}-${++this.#count}`
    const command = { kind: 'say', room, id, text } as const
    if (!this.#rooms.has(room)) return { id, stored: refused('not-in-room', `you are not in ${room}`) }
    if (this.#saying.size >= unacknowledgedMax)
      return { id, stored: refused('not-stored', 'too much is not acknowledged yet') }
    const stored = new Promise<number>((resolve, reject) => {
      this.#saying.set(id, { command, resolve, reject })
    })
    this.ask(command)
    return { id, stored }
  }

  /** Sends a command if there is a connection; nothing sends it again, but a name and being away outlast the connection. */
  ask(command: ChatCommand): void {
    if (this.#isWelcome) this.#send(command)
  }

  /** Ends it. What was said and is not acknowledged stays without an answer. */
  close(): void {
    this.#isClosed = true
    this.#timer?.cancel()
    this.#link?.reset()
  }

  get #pingEvery(): Duration {
    return this.#options.pingEvery ?? ms(5000)
  }

  async #connectAll(): Promise<void> {
    while (!this.#isClosed) {
      try {
        await this.#connectOnce()
      } catch (error) {
        if (!isLinkError(error)) throw error
        this.#lose(this.#lostBy ?? error.message)
      }
      if (this.#isClosed) return
      await this.#env.sleep(this.#waits.next())
    }
  }

  async #connectOnce(): Promise<void> {
    this.#lostBy = null
    const link = await openLink(this.#env, this.#options)
    this.#link = link
    this.#askedAt = this.#env.clock.monotonic()
    this.#send({ kind: 'hello', nick: this.#nick, secret: this.#secret })
    for await (const text of link.texts) {
      const event = readEvent(text)
      if (event !== null) this.#take(event)
      else if (!this.#isWelcome) throw new ChatLinkError(notChat(text))
    }
    this.#lose(this.#lostBy ?? 'the connection ended')
    link.reset()
  }

  #lose(reason: string): void {
    this.#link = null
    this.#isWelcome = false
    this.#options.onConnection?.({ isConnected: false, reason })
  }

  #keepAlive(): void {
    if (this.#link === null) return
    const now = this.#env.clock.monotonic()
    if (this.#askedAt !== null && now - this.#askedAt > 2 * this.#pingEvery) {
      this.#lostBy = 'the server does not answer'
      this.#link.reset()
    } else if (this.#askedAt === null) {
      this.#askedAt = now
      this.ask({ kind: 'ping' })
    }
  }

  #send(command: ChatCommand): void {
    const link = this.#link
    if (link === null) return
    void (async () => {
      try {
        await link.send(JSON.stringify(command))
      } catch (error) {
        // Whoever reads learns it; what matters is sent again.
        if (!(error instanceof NetError)) throw error
      }
    })()
  }

  #take(event: ChatEvent): void {
    switch (event.kind) {
      case 'welcome':
        this.#askedAt = null
        this.#nick = event.nick
        this.#comeBack()
        break
      case 'pong':
        this.#askedAt = null
        break
      case 'room':
        // The server may know less than was asked for: nothing before it is to come.
        this.#rooms.set(event.room, event.after)
        this.#sayAgain(event.room)
        break
      case 'message':
        if (!this.#isNext(event.room, event)) return
        break
      case 'stored':
        this.#saying.get(event.id)?.resolve(event.seq)
        this.#saying.delete(event.id)
        break
      case 'error':
        this.#refused(event)
        break
      case 'closing':
        this.#lostBy = event.text
        break
      case 'renamed':
        if (event.nick === this.#nick) this.#nick = event.to
        break
      case 'away':
        if (event.nick === this.#nick) this.#away = event.text
        break
      case 'wanted':
      case 'joined':
      case 'left':
      case 'told':
      case 'delivered':
      case 'members':
      case 'rooms':
      case 'history':
        break
    }
    this.#options.onEvent?.(event)
  }

  #comeBack(): void {
    this.#isWelcome = true
    this.#waits.reset()
    this.#options.onConnection?.({ isConnected: true, reason: '' })
    // Before the rooms, so that those who are there see it with the name.
    if (this.#away !== null) this.ask({ kind: 'away', text: this.#away })
    for (const [room, after] of this.#rooms) this.ask({ kind: 'join', room, after })
  }

  /** What was said before the connection broke may or may not be stored: its id tells the server. */
  #sayAgain(room: string): void {
    for (const { command } of this.#saying.values()) if (command.room === room) this.ask(command)
  }

  /** Whether a message was not heard before. */
  #isNext(room: string, { seq }: StoredMessage): boolean {
    const last = this.#rooms.get(room)
    if (last === undefined || (last !== null && seq <= last)) return false
    this.#rooms.set(room, seq)
    return true
  }

  #refused({ id, code, text }: Extract<ChatEvent, { readonly kind: 'error' }>): void {
    if (code === 'nick-taken' || code === 'bad-nick') {
      this.#lostBy = text
      this.#link?.reset()
    }
    if (id === null || code === 'not-in-room') return
    this.#saying.get(id)?.reject(new ChatRefusal(code, text))
    this.#saying.delete(id)
  }
}

const unacknowledgedMax = 1000

function refused(code: ChatErrorCode, text: string): Promise<never> {
  return Promise.reject(new ChatRefusal(code, text))
}
