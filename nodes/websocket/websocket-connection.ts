// An open WebSocket over a stream, at either end: messages in and out, pings answered and sent, the closing handshake
// (RFC 6455, sections 5.5 and 7). It reads no more than its owner takes, so that the peer feels it.

import {
  type Connection,
  type Duration,
  type Env,
  type Instant,
  minutes,
  NetError,
  ns,
  seconds,
} from '../../sim/index.ts'
import { LazyTimer } from '../transport/index.ts'
import { closeCodes, type CloseReason, encodeClose, reasonMax } from './close-code.ts'
import { MessageDeflater } from './deflate.ts'
import type { Agreement } from './extension.ts'
import { opcodes } from './frame.ts'
import { FrameWriter } from './frame-writer.ts'
import { KeepAlive, type KeepAliveOptions } from './keep-alive.ts'
import { type Decoded, MessageDecoder, type MessageLimits } from './message-decoder.ts'
import { MessageInflater } from './message-inflater.ts'
import { MessageInbox, type WebSocketMessage } from './message-inbox.ts'
import { WebSocketError } from './websocket-error.ts'

/** So many pings that came at once are answered each by its own pong. */
const pongsAtOnceMax = 64

/** How an open connection behaves. */
export interface WebSocketOptions {
  readonly limits?: Partial<MessageLimits>
  /** Bytes of messages that wait to be received before no more is read (default 1 MiB). */
  readonly incomingMax?: number
  /** Cuts messages into frames of so many bytes (default: none is cut). */
  readonly fragmentSize?: number
  /** Messages of fewer bytes are not compressed (default 1,024), where compression was agreed on. */
  readonly compressedMin?: number
  /** Asks a silent peer whether it is there, and breaks with one that is not (default: never asks). */
  readonly keepAlive?: KeepAliveOptions | null
  /**
   * How long a message may take from its first byte to its last, and what stands between (default 1 min); null for ever. Beyond it
   * the connection is closed with 1008: who sends a byte now and then keeps no connection.
   */
  readonly messageTimeout?: Duration | null
  /** How long closing may take before the stream is reset (default 5 s). */
  readonly closeTimeout?: Duration
}

/** What the opening handshake left. */
export interface OpenedStream {
  readonly connection: Connection
  readonly role: 'client' | 'server'
  /** What came behind the handshake. */
  readonly rest?: Uint8Array
  /** The subprotocol; '' for none. */
  readonly protocol?: string
  readonly agreement?: Agreement | null
}

/** How a connection ended. */
export interface Closure extends CloseReason {
  /** Whether both sides said so by close frames. */
  readonly isClean: boolean
}

/** An open connection; iterating receives. */
export class WebSocketConnection implements AsyncIterable<WebSocketMessage> {
  readonly remote: string
  readonly protocol: string
  /** Resolves once nothing can be sent or received any more. Never rejects. */
  readonly closed: Promise<Closure>
  readonly #env: Env
  readonly #connection: Connection
  readonly #role: 'client' | 'server'
  readonly #decoder: MessageDecoder
  readonly #writer: FrameWriter
  readonly #inbox: MessageInbox
  readonly #keepAlive: KeepAlive
  readonly #closeTimeout: Duration
  readonly #messageTimeout: Duration | null
  #state: 'open' | 'closing' | 'closed' = 'open'
  /** Since when there is a part of a message, and not the rest; null where there is none. */
  #begunAt: Instant | null = null
  readonly #wholeTimer: LazyTimer
  /** How many pings were answered since bytes were read last, and the last one that was not. */
  #answered = 0
  #unanswered: Uint8Array | null = null
  /** What is known of the end so far. */
  #closure: Closure = { code: closeCodes.abnormal, reason: '', isClean: false }
  #resolveClosed: (closure: Closure) => void = () => undefined

  /** Takes over a stream after its handshake, and begins to read. */
  constructor(env: Env, opened: OpenedStream, options: WebSocketOptions = {}) {
    const { connection, role, rest, protocol = '', agreement = null } = opened
    this.#env = env
    this.#connection = connection
    this.#role = role
    this.remote = connection.remote
    this.protocol = protocol
    const own = agreement?.[role] ?? null
    const peers = agreement?.[role === 'client' ? 'server' : 'client'] ?? null
    this.#decoder = new MessageDecoder({
      isMasked: role === 'server',
      limits: options.limits ?? {},
      inflater:
        agreement === null ? null : new MessageInflater(peers ?? { windowBits: 15, isContextless: false }),
    })
    this.#writer = new FrameWriter(connection, {
      maskingKeys: role === 'client' ? env.randomFor('websocket masks') : null,
      deflater: own === null ? null : new MessageDeflater(own),
      ...options,
    })
    this.#inbox = new MessageInbox(options.incomingMax ?? 1024 * 1024)
    this.#closeTimeout = options.closeTimeout ?? seconds(5)
    this.#messageTimeout = options.messageTimeout === undefined ? minutes(1) : options.messageTimeout
    this.#wholeTimer = new LazyTimer(env, () => {
      this.#lookWhole()
    })
    this.closed = new Promise((resolve) => {
      this.#resolveClosed = resolve
    })
    this.#keepAlive = new KeepAlive(env, options.keepAlive ?? null, {
      ask: () => this.#writer.answerable(opcodes.ping, new Uint8Array(0)),
      giveUp: () => {
        this.#break('the peer does not answer')
      },
    })
    if (rest !== undefined) this.#decoder.push(rest)
    env.spawn(() => this.#readAll())
  }

  /** Whether messages can be sent. */
  get isOpen(): boolean {
    return this.#state === 'open'
  }

  /** Bytes that were sent and for which the stream has no room yet. */
  get unsent(): number {
    return this.#writer.unsent
  }

  /**
   * Sends a message, text or bytes (copied at once). Resolves when the stream has room for more. Rejects with a NetError: EPIPE
   * once the connection closes, or what the stream says.
   */
  send(message: string | Uint8Array): Promise<void> {
    return this.isOpen
      ? this.#writer.message(message)
      : Promise.reject(new NetError('EPIPE', `WebSocket to ${this.remote} is closing`))
  }

  /** Asks the peer to answer; nothing waits for it (see `keepAlive`). */
  ping(): void {
    if (this.isOpen) this.#writer.answerable(opcodes.ping, new Uint8Array(0))
  }

  /** The next message; null when there is none any more (see `closed`). Not to be called again before it resolves. */
  receive(): Promise<WebSocketMessage | null> {
    return this.#inbox.take()
  }

  /**
   * Begins the closing handshake; messages that were not received yet are forgotten. Resolves as `closed` does, after
   * `closeTimeout` at the latest. Throws a RangeError for a code or reason that cannot be sent.
   */
  close(code: number = closeCodes.normal, reason = ''): Promise<Closure> {
    const payload = encodeClose({ code, reason })
    if (this.#state === 'open') {
      this.#closure = { code, reason, isClean: false }
      this.#beginClosing(payload)
      this.#inbox.abandon()
    }
    return this.closed
  }

  /** Ends the stream at once, without a word. */
  abort(): void {
    this.#break('ended by this side')
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<WebSocketMessage, void, undefined> {
    for (let message = await this.receive(); message !== null; message = await this.receive()) yield message
  }

  async #readAll(): Promise<void> {
    try {
      while (await this.#readOne());
    } catch (error) {
      if (error instanceof WebSocketError) await this.#fail(error)
      else if (error instanceof NetError) this.#break(error.message)
      else throw error
    }
  }

  /** Takes one message, or more bytes; false when nothing more is to come. */
  async #readOne(): Promise<boolean> {
    await this.#inbox.room()
    if (this.#state === 'closed') return false
    const incoming = this.#decoder.next()
    if (incoming !== null) {
      // A control frame between fragments is no progress.
      if (!this.#decoder.isWithinMessage) this.#begunAt = null
      return this.#take(incoming)
    }
    if (this.#decoder.isWithin) this.#watchWhole()
    this.#answerLast()
    this.#keepAlive.isReading = true
    const bytes = await this.#connection.read()
    this.#keepAlive.isReading = false
    if (bytes === null) {
      this.#break('the stream ended')
      return false
    }
    this.#keepAlive.heard()
    this.#decoder.push(bytes)
    return true
  }

  /** A message that has begun has to become whole in time, however much of it comes. */
  #watchWhole(): void {
    if (this.#messageTimeout === null || !this.isOpen) return
    this.#begunAt ??= this.#env.clock.monotonic()
    this.#wholeTimer.armBy((this.#begunAt + this.#messageTimeout) as Instant)
  }

  #lookWhole(): void {
    if (this.#begunAt === null || this.#messageTimeout === null) return
    if (this.#env.clock.monotonic() < this.#begunAt + this.#messageTimeout) this.#watchWhole()
    else void this.close(closeCodes.policyViolation, 'a message did not come to its end in time')
  }

  async #take(incoming: Decoded): Promise<boolean> {
    switch (incoming.kind) {
      case 'text':
      case 'binary':
        this.#inbox.put(incoming)
        return true
      case 'ping':
        this.#answer(incoming.payload)
        return true
      case 'pong':
        return true
      case 'working':
        // Others have their turn before it goes on.
        await this.#env.sleep(ns(0))
        return true
      case 'close':
        await this.#peerCloses(incoming)
        return false
    }
  }

  /** Of many pings that came at once, those behind the first are answered by one pong to the last (section 5.5.3). */
  #answer(payload: Uint8Array): void {
    if (this.#answered >= pongsAtOnceMax) this.#unanswered = payload
    else if (this.isOpen) this.#writer.answerable(opcodes.pong, payload)
    this.#answered++
  }

  #answerLast(): void {
    if (this.#unanswered !== null && this.isOpen) this.#writer.answerable(opcodes.pong, this.#unanswered)
    this.#unanswered = null
    this.#answered = 0
  }

  async #peerCloses({ code, reason }: CloseReason): Promise<void> {
    // Of two close frames that cross each other, the peer's counts: it is what it knows.
    this.#closure = { code, reason, isClean: true }
    if (this.#state === 'open') this.#beginClosing(encodeClose({ code, reason: '' }))
    this.#inbox.end()
    // The server ends the stream first, so that it is not the one who remembers it (section 7.1.1).
    if (this.#role === 'server') this.#connection.end()
    await this.#readOver()
    this.#finish()
  }

  /** The peer broke the protocol: it is told, and given the time to read it. */
  async #fail({ code, message }: WebSocketError): Promise<void> {
    this.#closure = { code, reason: message, isClean: false }
    if (this.#state === 'open') this.#beginClosing(encodeClose({ code, reason: shortened(message) }))
    this.#inbox.end()
    this.#connection.end()
    await this.#readOver()
    this.#finish()
  }

  /** Reads what is not wanted any more, up to the end: a stream that is closed before would lose what was written last. */
  async #readOver(): Promise<void> {
    try {
      while ((await this.#connection.read()) !== null);
    } catch (error) {
      // It is over in any case.
      if (!(error instanceof NetError)) throw error
    }
  }

  #beginClosing(payload: Uint8Array): void {
    this.#state = 'closing'
    this.#writer.close(payload)
    this.#keepAlive.stop()
    this.#wholeTimer.cancel()
    const timer = this.#env.timers.after(this.#closeTimeout, () => {
      this.#connection.reset()
      this.#finish()
    })
    void this.closed.then(() => {
      timer.cancel()
      return undefined
    })
  }

  #break(reason: string): void {
    if (this.#state === 'closed') return
    if (this.#state === 'open') this.#closure = { code: closeCodes.abnormal, reason, isClean: false }
    this.#connection.reset()
    this.#finish()
  }

  #finish(): void {
    if (this.#state === 'closed') return
    this.#state = 'closed'
    this.#keepAlive.stop()
    this.#wholeTimer.cancel()
    this.#connection.end()
    this.#inbox.end()
    this.#resolveClosed(this.#closure)
  }
}

/** The start of a reason that fits: all of them are ASCII. */
function shortened(reason: string): string {
  return reason.slice(0, reasonMax)
}
