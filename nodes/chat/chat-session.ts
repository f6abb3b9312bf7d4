// One connection to the chat, whatever it speaks: its name, its rooms, and what waits for it to be read.

import type { Env, Instant, Timer } from '../../sim/index.ts'
import { Outbox, type WriteText } from './outbox.ts'
import type { ChatEvent, ClosingCode } from './protocol.ts'
import type { Room } from './room.ts'
import type { ChatLimits } from './rules.ts'

/** What a session needs of its connection. */
export interface ChatChannel {
  readonly remote: string
  /** Sends a text; resolves when there is room for more. */
  readonly write: WriteText
  /** The text of an event; null when it is not told. */
  readonly show: (event: ChatEvent) => string | null
  /** Ends the connection; what was written before is still sent. */
  readonly end: (code: ClosingCode, text: string) => void
  /** Ends it at once. */
  readonly reset: () => void
}

/** One connection. */
export class ChatSession {
  nick: string | null = null
  secret: string | null = null
  away: string | null = null
  readonly rooms: Map<string, Room> = new Map()
  /** When it was told last that somebody wants its name. */
  wantedAt: Instant | null = null
  /** Messages that are not on the disk yet. */
  unstored = 0
  readonly remote: string
  readonly #env: Env
  readonly #channel: ChatChannel
  readonly #limits: ChatLimits
  readonly #outbox: Outbox
  readonly #onClosing: (session: ChatSession, code: ClosingCode) => void
  #isClosed = false
  #timer: Timer | null = null

  constructor(
    env: Env,
    channel: ChatChannel,
    limits: ChatLimits,
    onClosing: (session: ChatSession, code: ClosingCode) => void,
  ) {
    this.#env = env
    this.#channel = channel
    this.#limits = limits
    this.#onClosing = onClosing
    this.remote = channel.remote
    this.#outbox = new Outbox(channel.write, limits.outboxMax, () => {
      this.close(
        'slow-reader',
        'you read more slowly than there is to tell; come back and read on where you were',
      )
    })
  }

  get isClosed(): boolean {
    return this.#isClosed
  }

  /** Tells an event, after those before it. */
  tell(event: ChatEvent): void {
    const text = this.#isClosed ? null : this.#channel.show(event)
    if (text !== null) this.#outbox.put(text)
  }

  /** Resolves when there is room for more to be told, or the session closed. */
  room(): Promise<void> {
    return this.#outbox.room()
  }

  /** Takes the session out of everything, tells why, and ends its connection: kindly, and after a while at once. */
  close(code: ClosingCode, text: string): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#onClosing(this, code)
    this.#outbox.close()
    const { closeTimeout, stopTimeout } = this.#limits
    this.#timer = this.#env.timers.after(code === 'stopping' ? stopTimeout : closeTimeout, () => {
      this.#channel.reset()
    })
    const last = this.#channel.show({ kind: 'closing', code, text })
    // Behind whatever the stream has not taken yet.
    if (last !== null) void this.#channel.write(last).catch(() => undefined)
    this.#channel.end(code, text)
  }

  /** The connection is gone. */
  gone(): void {
    this.#timer?.cancel()
    this.#timer = null
    if (this.#isClosed) return
    this.#isClosed = true
    this.#outbox.close()
    this.#onClosing(this, 'quit')
  }
}
