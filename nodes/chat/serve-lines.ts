// The chat over lines of text, as people type them, or of JSON, as programs do: from the first line of JSON on, it answers so.

import { type Duration, type Env, type Instant, NetError } from '../../sim/index.ts'
import { FramingError, lines, serveSockets, type Session, type SocketServer } from '../transport/index.ts'
import type { ChatDesk } from './chat-desk.ts'
import type { ChatSession } from './chat-session.ts'
import { readCommand } from './json-codec.ts'
import { lineHelp, readLine, showEvent } from './line-codec.ts'
import type { ChatEvent } from './protocol.ts'

const lineFeed = 10

/** Serves the chat on a port. Rejects as `Net.listen` does. */
export function serveLines(env: Env, desk: ChatDesk, port: number): Promise<SocketServer> {
  return serveSockets(
    env,
    {
      port,
      connectionsMax: desk.limits.connectionsMax,
      refuse: (connection) => connection.write('! closing: there are too many here\n'),
    },
    (session) => new LineTalk(env, desk, session).serve(),
  )
}

class LineTalk {
  readonly #env: Env
  readonly #desk: ChatDesk
  readonly #session: Session
  #isJson = false
  #isOver = false
  /** Since when there is a part of a line, and not the rest; null where there is none. */
  #begun: Instant | null = null
  /** The room that was entered last. */
  #room: string | null = null

  constructor(env: Env, desk: ChatDesk, session: Session) {
    this.#env = env
    this.#desk = desk
    this.#session = session
  }

  async serve(): Promise<void> {
    const { connection } = this.#session
    const chat = this.#desk.open({
      remote: connection.remote,
      write: (text) => connection.write(text),
      show: (event) => this.#show(event),
      end: () => {
        this.#isOver = true
        connection.end()
      },
      reset: () => {
        connection.reset()
      },
    })
    try {
      await connection.write('* this is a Faultline chat: /nick NAME to begin, /help for more\n')
      const decoder = lines(this.#desk.limits.commandMax).decoder()
      for (let bytes = await this.#read(); bytes !== null; bytes = await this.#read())
        await this.#takeAll(chat, decoder.push(bytes), bytes)
      if (this.#session.endedBy === 'idle') this.#sendAway(chat)
    } catch (error) {
      if (error instanceof FramingError) chat.close('bad-bytes', error.message)
      else if (!(error instanceof NetError)) throw error
    } finally {
      if (this.#isOver) await this.#readOver()
      chat.gone()
    }
  }

  async #read(): Promise<Uint8Array | null> {
    if (this.#isOver) return null
    const { commandFor, silentFor } = this.#desk.limits
    const wait = this.#isJson ? silentFor : null
    const left =
      this.#begun === null ? wait : Math.max(0, this.#begun + commandFor - this.#env.clock.monotonic())
    this.#session.setIdleTimeout(left === null ? null : (Math.min(left, wait ?? left) as Duration))
    return this.#session.read()
  }

  /** A line that did not come whole counts from when something of it came alone. */
  async #takeAll(chat: ChatSession, found: Iterable<string>, bytes: Uint8Array): Promise<void> {
    const now = this.#env.clock.monotonic()
    if (bytes.includes(lineFeed)) this.#begun = null
    if (bytes[bytes.length - 1] !== lineFeed) this.#begun ??= now
    for (const line of found) if (!this.#isOver) await this.#take(chat, line)
  }

  #sendAway(chat: ChatSession): void {
    if (this.#begun !== null && this.#env.clock.monotonic() >= this.#begun + this.#desk.limits.commandFor)
      chat.close('slow-writer', 'a command did not come to its end in time')
    else chat.close('silent', 'nothing came for too long')
  }

  /** Up to the end, so that what was written last arrives; a reset ends it too. */
  async #readOver(): Promise<void> {
    try {
      while ((await this.#session.readOn()) !== null);
    } catch (error) {
      if (!(error instanceof NetError)) throw error
    }
  }

  async #take(chat: ChatSession, line: string): Promise<void> {
    if (line.startsWith('{')) this.#isJson = true
    else if (this.#isJson || line.trim() === '') return
    if (line === '/help') return this.#session.connection.write(`${lineHelp.join('\n')}\n`)
    const context = { room: this.#room, isNamed: chat.nick !== null, newId: () => this.#newId() }
    await this.#desk.take(chat, this.#isJson ? readCommand(line) : readLine(line, context))
  }

  #newId(): string {
    return Buffer.from(this.#env.randomFor('chat ids').bytes(12)).toString('hex')
  }

  #show(event: ChatEvent): string | null {
    if (event.kind === 'room') this.#room = event.room
    if (this.#isJson) return `${JSON.stringify(event)}\n`
    const shown = showEvent(event)
    return shown.length === 0 ? null : `${shown.join('\n')}\n`
  }
}
