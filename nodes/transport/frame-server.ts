// A server of frames: each frame of a session passes through a pipeline of middleware to a handler, and what comes back is
// the answer. Frames of one session are handled one after the other, so that answers keep the order of the requests; a
// peer that sends faster than it is answered, or does not read its answers, is held back by the stream itself.

import { type Framing, FramingError } from './framing.ts'
import { demandDurations } from './option-bounds.ts'
import type { Session } from './session.ts'
import { serveSockets, type SocketServer, type SocketServerOptions } from './socket-server.ts'
import { TimedWriter } from './timed-writer.ts'
import type { Duration, Env, Instant } from '../../sim/index.ts'

/** What a handler knows besides the frame. */
export interface FrameContext<F> {
  readonly env: Env
  readonly session: Session
  /** What parts of the pipeline tell each other about this session: who it is, what it may do. */
  readonly state: Map<string, unknown>
  /** Sends a frame that answers nothing. */
  push(frame: F): Promise<void>
  /** Ends the session once this frame is answered. */
  end(): void
}

/** Answers a frame; null says nothing. An error it throws resets the session. */
export type FrameHandler<F> = (frame: F, context: FrameContext<F>) => F | null | Promise<F | null>

/** Sees a frame before `next` does, and its answer after it; or answers by itself. */
export type FrameMiddleware<F> = (
  frame: F,
  context: FrameContext<F>,
  next: (frame: F) => Promise<F | null>,
) => F | null | Promise<F | null>

/** How a server of frames is made. */
export interface FrameServerOptions<F> extends SocketServerOptions {
  readonly framing: Framing<F>
  /** The first is the outermost. */
  readonly middleware?: readonly FrameMiddleware<F>[]
  readonly handler: FrameHandler<F>
  /**
   * How long a frame may take to arrive once it has begun (default: for ever): then the session ends. Without it a peer that
   * sends a byte now and then holds its connection, as it is never idle.
   */
  readonly frameTimeout?: Duration
  /** How long a peer may read nothing of what is sent to it (default: for ever): then its connection is reset. */
  readonly writeTimeout?: Duration
  /** The last word to one whose bytes are no frame; null says nothing (default). Then the session ends. */
  readonly onBadFrame?: (error: FramingError) => F | null
}

/** Serves frames. Rejects as `serveSockets` does. */
export async function serveFrames<F>(env: Env, options: FrameServerOptions<F>): Promise<SocketServer> {
  const { frameTimeout, writeTimeout } = options
  demandDurations({ frameTimeout, writeTimeout })
  const handle = pipeline(options.middleware ?? [], options.handler)
  return serveSockets(env, options, (session) => new FrameSession(env, session, options, handle).serve())
}

function pipeline<F>(middleware: readonly FrameMiddleware<F>[], handler: FrameHandler<F>): FrameHandler<F> {
  return middleware.reduceRight<FrameHandler<F>>(
    (inner, outer) => (frame, context) => outer(frame, context, async (passed) => inner(passed, context)),
    handler,
  )
}

class FrameSession<F> implements FrameContext<F> {
  readonly env: Env
  readonly session: Session
  readonly state = new Map<string, unknown>()
  readonly #options: FrameServerOptions<F>
  readonly #handle: FrameHandler<F>
  readonly #write: (bytes: Uint8Array) => Promise<void>
  /** When the frame began of which only a part has come. */
  #begun: Instant | null = null
  #isEnding = false

  constructor(env: Env, session: Session, options: FrameServerOptions<F>, handle: FrameHandler<F>) {
    this.env = env
    this.session = session
    this.#options = options
    this.#handle = handle
    const { connection } = session
    const writer =
      options.writeTimeout === undefined ? connection : new TimedWriter(env, connection, options.writeTimeout)
    this.#write = (bytes) => writer.write(bytes)
  }

  push(frame: F): Promise<void> {
    return this.#write(this.#options.framing.encode(frame))
  }

  end(): void {
    this.#isEnding = true
  }

  async serve(): Promise<void> {
    const decoder = this.#options.framing.decoder()
    try {
      while (!this.#isEnding) {
        const bytes = await this.#read()
        if (bytes === null) break
        await this.#answer(decoder.push(bytes))
      }
      if (this.session.endedBy === 'peer') decoder.end()
    } catch (error) {
      if (!(error instanceof FramingError)) throw error
      await this.#refuse(error)
    }
  }

  #read(): Promise<Uint8Array | null> {
    const { idleTimeout, frameTimeout } = this.#options
    if (frameTimeout !== undefined) {
      const left = this.#begun === null ? null : this.#begun + frameTimeout - this.env.clock.monotonic()
      const wait = left === null ? idleTimeout : Math.max(0, Math.min(left, idleTimeout ?? left))
      this.session.setIdleTimeout((wait ?? null) as Duration | null)
    }
    return this.session.read()
  }

  /** A frame that did not come whole counts from when something of it came alone. */
  async #answer(frames: Iterable<F>): Promise<void> {
    this.#begun ??= this.env.clock.monotonic()
    for (const frame of frames) {
      this.#begun = null
      const answer = await this.#handle(frame, this)
      if (answer !== null) await this.#write(this.#encoded(answer))
      if (this.#isEnding) return
    }
  }

  /** An answer that is no frame is the handler's fault, not the peer's. */
  #encoded(answer: F): Uint8Array {
    try {
      return this.#options.framing.encode(answer)
    } catch (error) {
      throw error instanceof FramingError ? new Error(`the answer: ${error.message}`) : error
    }
  }

  async #refuse(error: FramingError): Promise<void> {
    const { remote } = this.session.connection
    this.env.log.info('bad frame', { session: this.session.id, remote, error: error.message })
    const last = this.#options.onBadFrame?.(error) ?? null
    if (last !== null) await this.push(last)
  }
}
