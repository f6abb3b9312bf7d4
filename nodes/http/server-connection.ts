// One connection of an HTTP server: its requests are answered one after the other, in their order.

import { HttpError } from './http-error.ts'
import { IncomingRequest } from './incoming-request.ts'
import { Fields, type HttpResponse, type UpgradeTask } from './message.ts'
import type { RequestEntry, RequestLog } from './request-log.ts'
import type { RequestHead } from './request-parser.ts'
import { expectsContinue, type Refusal, requestProblem } from './request-problem.ts'
import { RequestStream, SlowRequestError } from './request-stream.ts'
import { ResponseWriter } from './response-writer.ts'
import { HttpWriteError } from './serializer.ts'
import type { ServerSettings } from './server-options.ts'
import { statusText } from './status-text.ts'
import { type Env, NetError } from '../../sim/index.ts'
import { errorFields, type Session } from '../transport/index.ts'

/** How much of a body that no handler wanted is read over, so that the connection can be kept. */
const unreadMax = 256 * 1024
/** How much of a target is logged. */
const targetMax = 200

/** Serves the requests of one connection. */
export class ServerConnection {
  readonly #env: Env
  readonly #session: Session
  readonly #settings: ServerSettings
  readonly #stream: RequestStream
  readonly #writer: ResponseWriter
  readonly #log: RequestLog | null
  /** The request that is being answered, where it is published. */
  #entry: RequestEntry | null = null
  #requests = 0

  constructor(env: Env, session: Session, settings: ServerSettings, log: RequestLog | null = null) {
    this.#env = env
    this.#log = log
    this.#session = session
    this.#settings = settings
    this.#stream = new RequestStream(env, session, settings)
    this.#writer = new ResponseWriter(env, session.connection, settings.writeTimeout)
  }

  /** Until the connection is to end. Rejects when it broke. */
  async serve(): Promise<void> {
    // Whose request it is that is refused: an answer to HEAD has no body, whatever it says.
    let head: RequestHead | null = null
    try {
      for (;;) {
        head = null
        const next = await this.#stream.nextHead()
        if (next.kind === 'none') return
        head = next.head
        const isKept = this.#log === null ? this.#answer(head) : this.#answerInLog(head, this.#log)
        if (!(await isKept)) return
      }
    } catch (error) {
      const refusal = refusalOf(error)
      if (refusal === null || this.#writer.isMidway) throw error
      await this.#refuse(refusal, head)
    } finally {
      this.#stream.unwatch()
    }
  }

  /** The same, and publishes it. */
  async #answerInLog(head: RequestHead, log: RequestLog): Promise<boolean> {
    const entry = log.begin(this.#session.id, head)
    this.#entry = entry
    let isWhole = false
    try {
      const isKept = await this.#answer(head)
      isWhole = !this.#writer.isMidway
      return isKept
    } catch (error) {
      const refusal = refusalOf(error)
      if (refusal === null || this.#writer.isMidway) throw error
      isWhole = true
      return await this.#refuse(refusal, head)
    } finally {
      this.#entry = null
      entry?.end(isWhole)
    }
  }

  /** Answers one request; whether another one may follow. */
  async #answer(head: RequestHead): Promise<boolean> {
    this.#requests++
    const problem = requestProblem(head, this.#settings.upgrade !== undefined)
    if (problem !== null) return this.#refuse(problem, head)
    const request = new IncomingRequest(head, {
      stream: this.#stream,
      isContinueDue: expectsContinue(head),
      remote: this.#session.connection.remote,
      allowBody: () => this.#writer.allowBody(),
      inform: (status, reason, headers) => this.#writer.inform(status, reason, headers),
    })
    if (head.framing.kind === 'none') await request.takeEmptyBody()
    const task = head.isSwitch ? await this.#askForSwitch(request) : null
    if (task !== null) {
      request.answered()
      return this.#switch(request, task)
    }
    if (head.method === 'CONNECT')
      return this.#refuse({ status: 501, text: 'no tunnel for this request' }, head)
    if (head.isSwitch) this.#stream.declineSwitch()
    try {
      return await this.#respond(head, request)
    } catch (error) {
      // There is nobody to end it in order for.
      const isGone = request.isAborted
      request.abort(error)
      if (isGone || !this.#writer.isCutShort) throw error
      this.#tellBreak(head.target, error)
      return false
    }
  }

  async #respond(head: RequestHead, request: IncomingRequest): Promise<boolean> {
    const response = await this.#handle(request)
    try {
      // What streams an answer may stream the request into it: once the answer has begun it is too late to ask for it.
      if (typeof response.body === 'object' && !(response.body instanceof Uint8Array))
        await request.allowBody()
      request.answered()
      const isKept = await this.#write(response, head, !this.#isLast(head, request))
      return isKept && request.readOver(unreadMax)
    } catch (error) {
      await giveUp(response)
      throw error
    }
  }

  #isLast(head: RequestHead, request: IncomingRequest): boolean {
    return (
      request.failure !== null ||
      !head.isKeptAlive ||
      this.#session.draining.aborted ||
      this.#requests >= this.#settings.requestsMax ||
      // Who was never told to send the body may send it or not: nobody could tell where the next request begins.
      (request.isContinueDue && !request.isRead) ||
      (head.framing.kind === 'length' && !request.isTaken && head.framing.length > unreadMax)
    )
  }

  async #handle(request: IncomingRequest): Promise<HttpResponse> {
    try {
      return await this.#settings.handler(request)
    } catch (error) {
      // A handler has errors of the same kinds from elsewhere: only that of its own request ends the connection.
      if (request.failure !== null && error === request.failure) throw error
      if (request.isGoneBy(error)) throw error
      this.#tell('a handler failed', request.target, error)
      return plainResponse({ status: 500, text: 'the request could not be answered' })
    }
  }

  /** Writes a response, or a 500 for one that cannot be written. */
  async #write(response: HttpResponse, head: RequestHead, isKept: boolean): Promise<boolean> {
    const context = { isHead: head.method === 'HEAD', version: head.version, isKept }
    this.#entry?.answers(response)
    try {
      return await this.#writer.write(response, context)
    } catch (error) {
      if (!(error instanceof HttpWriteError)) throw error
      this.#tell('an answer cannot be written', head.target, error)
      if (this.#writer.isMidway) throw error
      await giveUp(response)
      const failure = plainResponse({ status: 500, text: 'the request could not be answered' })
      this.#entry?.answers(failure)
      return this.#writer.write(failure, context)
    }
  }

  async #refuse(refusal: Refusal, head: RequestHead | null): Promise<false> {
    const response = plainResponse(refusal)
    this.#entry?.answers(response)
    await this.#writer.write(response, {
      isHead: head?.method === 'HEAD',
      version: head?.version ?? '1.1',
      isKept: false,
    })
    return false
  }

  /** A hook that fails declines: then the handler answers. */
  async #askForSwitch(request: IncomingRequest): Promise<UpgradeTask | null> {
    try {
      return (await this.#settings.upgrade?.(request)) ?? null
    } catch (error) {
      this.#tell('an upgrade failed', request.target, error)
      return null
    }
  }

  /** Why an answer ends before it is whole: clients and networks do such things, handlers should not. */
  #tellBreak(target: string, error: unknown): void {
    // That one was told when it was found.
    if (error instanceof HttpWriteError) return
    if (refusalOf(error) === null && !(error instanceof NetError))
      return this.#tell('an answer broke off', target, error)
    this.#env.log.info('an answer broke off', { target: target.slice(0, targetMax), error: String(error) })
  }

  /** Logs what the client is not told. What a handler throws may be anything, and of any length. */
  #tell(text: string, target: string, error: unknown): void {
    this.#env.log.error(text, { target: target.slice(0, targetMax), ...errorFields(error) })
  }

  /** Reads the request to its end, and hands the connection over with what came after it. */
  async #switch(request: IncomingRequest, task: UpgradeTask): Promise<false> {
    if (!(await request.readOver(unreadMax))) return this.#refuse({ status: 413, text: 'a long body' }, null)
    const event = await this.#stream.nextEvent()
    if (event.kind !== 'switch')
      throw new Error(`got ${event.kind} after a request for an upgrade, wanted the switch`)
    this.#entry?.switched()
    this.#session.setIdleTimeout(null)
    await task(this.#session.connection, event.rest, this.#session.draining)
    return false
  }
}

/** Lets a body go that nobody will read: it may hold whatever it comes from. One that was begun has been let go already. */
async function giveUp({ body }: HttpResponse): Promise<void> {
  if (typeof body !== 'object' || body instanceof Uint8Array) return
  try {
    await body[Symbol.asyncIterator]().return?.()
  } catch {
    // Its end is nobody's affair any more.
  }
}

/** What is answered to an error of the request; null for one that has no answer. */
function refusalOf(error: unknown): Refusal | null {
  if (error instanceof SlowRequestError) return { status: 408, text: error.message }
  return error instanceof HttpError ? { status: error.status, text: error.message } : null
}

/** A response that says in plain text what it is. */
function plainResponse({ status, text }: Refusal): HttpResponse {
  const headers = new Fields([['Content-Type', 'text/plain; charset=utf-8']])
  return { status, headers, body: `${status} ${statusText(status)}: ${text}\n` }
}
