// One client's connection: bytes to the server, and what the server says back. A client that does not read what it is sent
// is not read from either; one for whom more waits than `client-output-buffer-limit` allows is ended.

import { addressText, localAddress } from './addresses.ts'
import { Client } from './client.ts'
import type { CommandContext } from './commands/context.ts'
import { OutputBudget } from './output-limits.ts'
import type { Server } from './server.ts'
import type { ByteString } from './value.ts'
import type { Instant, StreamReader } from '../../sim/index.ts'
import type { Session } from '../transport/index.ts'

/** Beyond so many bytes that wait a client is not read from until the last of them is taken. */
const unsentPauseMin = 256 * 1024
/** A snapshot is written in pieces of so many bytes, so that it shows that it goes on. */
const pieceMax = 1024 * 1024
/** Bytes that a client may have sent ahead while it waits for an answer. */
const aheadMax = 64 * 1024 * 1024

const nothing = new Uint8Array(0)

class SessionOutput {
  readonly #session: Session
  readonly #server: Server
  readonly #budget = new OutputBudget()
  #unsent = 0
  #isClosed = false
  /** Whose output it is. */
  client: Client | null = null
  /** Resolves when the last write has left. */
  drained: Promise<void> | null = null
  exemptSent = 0

  constructor(server: Server, session: Session) {
    this.#server = server
    this.#session = session
  }

  write(bytes: ByteString): void {
    if (this.#isClosed) return
    this.#unsent += bytes.length
    if (this.#unsent <= this.#server.outputLimits.least) this.#budget.relax()
    else if (this.#isExceeded(bytes.length)) {
      this.abort()
      return
    }
    if (this.#budget.exempted === 0 || bytes.length <= pieceMax) this.#send(bytes)
    else for (let at = 0; at < bytes.length; at += pieceMax) this.#send(bytes.slice(at, at + pieceMax))
  }

  #send(bytes: ByteString): void {
    const leaving = this.#session.connection.send(bytes, 'latin1')
    if (leaving === null) this.#left(bytes.length)
    else this.#leave(leaving, bytes.length)
  }

  #leave(leaving: Promise<void>, bytes: number): void {
    const left = (): void => {
      this.#left(bytes)
    }
    // A connection that broke is told by its reads.
    const broke = (): void => {
      this.#isClosed = true
    }
    this.drained = leaving.then(left, broke)
  }

  #left(bytes: number): void {
    this.#unsent -= bytes
    this.#count(bytes)
    if (this.#budget.exempted === 0) return
    this.exemptSent += bytes
    this.#budget.left(bytes)
  }

  #count(bytes: number): void {
    const { statistics } = this.#server
    statistics.writes += 1
    if (this.client?.role === 'replica') statistics.replicationBytesOut += bytes
    else statistics.bytesOut += bytes
  }

  exempt(bytes: number): void {
    this.#budget.exempt(bytes)
  }

  endIfSlow(): void {
    if (this.#unsent <= this.#server.outputLimits.least) this.#budget.relax()
    else if (!this.#isClosed && this.#isExceeded(0)) this.abort()
  }

  #isExceeded(added: number): boolean {
    const { client } = this
    const { moment, outputLimits } = this.#server
    if (client === null) return false
    return this.#budget.isExceeded(outputLimits.of(client), this.#unsent, added, moment as Instant)
  }

  /** Bytes that nobody has taken yet. */
  get unsent(): number {
    return this.#unsent
  }

  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#session.connection.end()
  }

  abort(): void {
    this.#isClosed = true
    this.#session.connection.reset()
  }
}

/** Serves one connection until either side ends it. */
export async function serveClient(server: Server, session: Session): Promise<void> {
  const output = new SessionOutput(server, session)
  const client = newClient(server, session, output)
  output.client = client
  const context = server.addClient(client)
  try {
    await new Promise<void>((resolve, reject) => {
      new ClientReader(session, context, output, { resolve, reject }).next()
    })
    // A client that has sent all it wanted still gets its replies.
    await server.released(client)
  } finally {
    server.removeClient(client)
  }
}

/** Who is told that nothing more is read. */
interface ReadingEnd {
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

/** Reads what a client sends, until there is nothing more to read. Commands run in the step in which they come. */
class ClientReader implements StreamReader {
  readonly #session: Session
  readonly #context: CommandContext
  readonly #output: SessionOutput
  readonly #end: ReadingEnd

  constructor(session: Session, context: CommandContext, output: SessionOutput, end: ReadingEnd) {
    this.#session = session
    this.#context = context
    this.#output = output
    this.#end = end
  }

  readonly next = (): void => {
    try {
      this.#session.readTo(this)
    } catch (error) {
      this.fail(error)
    }
  }

  readonly take = (bytes: Uint8Array | null): void => {
    const { client, server } = this.#context
    if (bytes === null) {
      this.#end.resolve()
      return
    }
    try {
      if (bytes !== nothing) server.statistics.reads += 1
      server.statistics.bytesIn += bytes.length
      server.receive(this.#context, bytes)
      const wait = this.#whatToWaitFor()
      const goOn = client.isPaused ? this.#takeRest : this.next
      if (client.isClosing || this.#isTooFarAhead()) this.#end.resolve()
      else if (wait === null) goOn()
      else void wait.then(goOn, this.fail)
    } catch (error) {
      this.fail(error)
    }
  }

  /** The rest of what came, now that the replies to its beginning have left. */
  readonly #takeRest = (): void => {
    this.take(nothing)
  }

  readonly fail = (error: unknown): void => {
    this.#end.reject(error)
  }

  /** Who waits has sent much more, or a command is longer than `client-query-buffer-limit` lets it be. */
  #isTooFarAhead(): boolean {
    const { client, server } = this.#context
    const { buffered } = client.decoder
    if (buffered <= aheadMax) return false
    return client.isBlocked || buffered > server.configuration.number('client-query-buffer-limit')
  }

  /** What has to be over before more is read; null where nothing has. */
  #whatToWaitFor(): Promise<unknown> | null {
    const { client, server } = this.#context
    // A replica says that it lives, whatever it has still to take.
    const isTaking = this.#output.unsent <= unsentPauseMin || client.role === 'replica'
    const drained = isTaking ? null : this.#output.drained
    if (drained !== null) return drained.then(() => server.congestion(client))
    return server.congestion(client)
  }
}

function newClient(server: Server, session: Session, output: SessionOutput): Client {
  const { connection } = session
  const user = server.defaultUser
  return new Client({
    id: server.nextClientId(),
    output,
    address: addressText(connection.remote, connection.remotePort),
    localAddress: localAddress(server, connection),
    now: server.keyspace.now,
    moment: server.moment,
    db: server.keyspace.db(0),
    user,
    isAuthenticated: user.isPasswordless && user.isEnabled,
  })
}
