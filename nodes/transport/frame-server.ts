// A server of frames: each frame of a session passes through a pipeline of middleware to a handler, and what comes back is
// the answer. Frames of one session are handled one after the other, so that answers keep the order of the requests; a
// peer that sends faster than it is answered, or does not read its answers, is held back by the stream itself.

import { type Framing, FramingError } from './framing.ts'
import type { Session } from './session.ts'
import { serveSockets, type SocketServer, type SocketServerOptions } from './socket-server.ts'
import type { Env } from '../../sim/index.ts'

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
  /** The last word to one whose bytes are no frame; null says nothing (default). Then the session ends. */
  readonly onBadFrame?: (error: FramingError) => F | null
}

/** Serves frames. Rejects as `Net.listen` does. */
export function serveFrames<F>(env: Env, options: FrameServerOptions<F>): Promise<SocketServer> {
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
  #isEnding = false

  constructor(env: Env, session: Session, options: FrameServerOptions<F>, handle: FrameHandler<F>) {
    this.env = env
    this.session = session
    this.#options = options
    this.#handle = handle
  }

  push(frame: F): Promise<void> {
    return this.session.connection.write(this.#options.framing.encode(frame))
  }

  end(): void {
    this.#isEnding = true
  }

  async serve(): Promise<void> {
    const decoder = this.#options.framing.decoder()
    try {
      while (!this.#isEnding) {
        const bytes = await this.session.read()
        if (bytes === null) break
        await this.#answer(decoder.push(bytes))
      }
      if (this.session.endedBy === 'peer') decoder.end()
    } catch (error) {
      if (!(error instanceof FramingError)) throw error
      await this.#refuse(error)
    }
  }

  async #answer(frames: Iterable<F>): Promise<void> {
    for (const frame of frames) {
      const answer = await this.#handle(frame, this)
      if (answer !== null) await this.session.connection.write(this.#encoded(answer))
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
