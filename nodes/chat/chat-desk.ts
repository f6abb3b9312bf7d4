// Where connections come in, whatever they speak: each becomes a session, whose commands are taken no faster than it may send them.

import { type Env, seconds, type Timer } from '../../sim/index.ts'
import type { ChatHub } from './chat-hub.ts'
import { type ChatChannel, ChatSession } from './chat-session.ts'
import type { ReadCommand } from './json-codec.ts'
import type { ChatLimits } from './rules.ts'

interface Pace {
  /** Commands since `since`. */
  count: number
  since: number
}

/** Takes connections and what they send. */
export class ChatDesk {
  readonly limits: ChatLimits
  readonly #env: Env
  readonly #hub: ChatHub
  readonly #paces = new Map<ChatSession, Pace>()
  readonly #nameless = new Map<ChatSession, Timer>()

  constructor(env: Env, hub: ChatHub, limits: ChatLimits) {
    this.#env = env
    this.#hub = hub
    this.limits = limits
  }

  /** Begins a session. Its owner says when the connection is gone (`ChatSession.gone`). */
  open(channel: ChatChannel): ChatSession {
    const session = new ChatSession(this.#env, channel, this.limits, (ended, code) => {
      this.#nameless.get(ended)?.cancel()
      this.#nameless.delete(ended)
      this.#paces.delete(ended)
      this.#hub.forget(ended, code === 'quit' ? '' : code)
    })
    this.#paces.set(session, { count: 0, since: this.#env.clock.monotonic() })
    const timer = this.#env.timers.after(this.limits.namelessFor, () => {
      if (session.nick === null) session.close('nameless', 'you did not say who you are')
    })
    this.#nameless.set(session, timer)
    return session
  }

  /** Does what a session asks; resolves when its next command may be taken. */
  async take(session: ChatSession, read: ReadCommand): Promise<void> {
    await this.#keepPace(session)
    if (session.isClosed) return
    if ('problem' in read) session.tell({ kind: 'error', code: 'bad-command', text: read.problem, id: null })
    else await this.#hub.handle(session, read.command)
  }

  /** Closes every session: the server stops. */
  closeAll(): void {
    for (const session of this.#paces.keys()) session.close('stopping', 'the server stops')
  }

  async #keepPace(session: ChatSession): Promise<void> {
    const pace = this.#paces.get(session)
    if (pace === undefined) return
    const now = this.#env.clock.monotonic()
    if (now - pace.since >= seconds(1)) {
      pace.since = now
      pace.count = 0
    }
    pace.count++
    if (pace.count <= this.limits.commandsPerSecond) return
    await this.#env.sleep(seconds(1))
  }
}
