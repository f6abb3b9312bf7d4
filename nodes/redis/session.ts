// One client's connection: bytes to the server, and what the server says back. A client that does not read what it is sent
// is not read from either; one that is sent more than a limit without having asked (pub/sub) is ended.

import { Buffer } from 'node:buffer'

import { Client } from './client.ts'
import type { Server } from './server.ts'
import type { ByteString } from './value.ts'
import type { Session } from '../transport/index.ts'

/** Bytes that wait to be taken by a client before it is cut off. */
const unsentMax = 32 * 1024 * 1024
/** Beyond so many bytes that wait a client is not read from until the last of them is taken. */
const unsentPauseMin = 256 * 1024
/** Bytes that a client may have sent ahead while it waits for an answer. */
const aheadMax = 64 * 1024 * 1024

class SessionOutput {
  readonly #session: Session
  #unsent = 0
  #isClosed = false
  /** What the last write waits for. */
  drained: Promise<void> | null = null

  constructor(session: Session) {
    this.#session = session
  }

  write(bytes: ByteString): void {
    if (this.#isClosed) return
    this.#unsent += bytes.length
    if (this.#unsent > unsentMax + bytes.length) {
      this.abort()
      return
    }
    const done = this.#send(bytes).finally(() => {
      if (this.drained === done) this.drained = null
    })
    this.drained = done
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

  /** Never rejects: a connection that broke is told by its reads. */
  async #send(bytes: ByteString): Promise<void> {
    try {
      await this.#session.connection.write(Buffer.from(bytes, 'latin1'))
      this.#unsent -= bytes.length
    } catch {
      this.#isClosed = true
    }
  }
}

/** Serves one connection until either side ends it. */
export async function serveClient(server: Server, session: Session): Promise<void> {
  const output = new SessionOutput(session)
  const client = newClient(server, session, output)
  const context = server.addClient(client)
  try {
    for (;;) {
      const bytes = await session.read()
      if (bytes === null) break
      server.statistics.bytesIn += bytes.length
      server.receive(context, bytes)
      if (client.isClosing || client.decoder.buffered > aheadMax) break
      if (output.unsent > unsentPauseMin && output.drained !== null) await output.drained
    }
    // A client that has sent all it wanted still gets its replies.
    await server.released(client)
  } finally {
    server.removeClient(client)
  }
}

function newClient(server: Server, session: Session, output: SessionOutput): Client {
  const { remote, remotePort } = session.connection
  const user = server.defaultUser
  return new Client({
    id: server.nextClientId(),
    output,
    address: `${remote}:${remotePort}`,
    localAddress: `${server.env.name}:${server.port}`,
    now: server.keyspace.now,
    db: server.keyspace.db(0),
    user,
    isAuthenticated: user.isPasswordless && user.isEnabled,
  })
}
