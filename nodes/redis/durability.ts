// Gives a server durability: what its files say is loaded, its changes go to them, and replies wait for them.

import { Client, silentOutput } from './client.ts'
import { CommandError } from './command-error.ts'
import { CommandContext } from './commands/context.ts'
import { execute } from './execute.ts'
import {
  Persistence,
  type PersistenceFlaws,
  type PersistenceHost,
  ReplayError,
  type StreamOrigin,
} from './files/index.ts'
import type { Server } from './server.ts'
import type { ByteString, Value } from './value.ts'

/**
 * Loads a server's data, and keeps it from then on; to be called before it listens, so that nobody sees half of it. Where it cannot be loaded the program ends with
 * code 1.
 */
export async function keepData(server: Server, flaws: PersistenceFlaws): Promise<void> {
  const { keyspace, env } = server
  const persistence = new Persistence(new ServerHost(server), flaws)
  keyspace.ignoresExpiry = true
  // What has expired leaves a replica by the word of its master, also what did so while it was away.
  if (server.configuration.get('replicaof') !== '') keyspace.removesExpired = false
  await persistence.start()
  keyspace.ignoresExpiry = false
  server.persistence = persistence
  keyspace.effects.addSink((unit) => {
    persistence.append(unit)
  })
  server.gate = () => persistence.barrier()
  server.writeRefusal = () => persistence.refusal()
  server.configuration.onChange((name, value) => {
    persistence.configure(name, value)
  })
  env.onStop(async () => {
    await persistence.end()
  })
}

class ServerHost implements PersistenceHost {
  readonly #server: Server
  #unwatch: (() => void) | null = null
  readonly #loader: CommandContext

  constructor(server: Server) {
    this.#server = server
    this.#loader = new CommandContext(server, loaderClient(server))
  }

  get env(): Server['env'] {
    return this.#server.env
  }

  get databases(): Server['keyspace']['databases'] {
    return this.#server.keyspace.databases
  }

  get libraries(): readonly ByteString[] {
    return this.#server.scripting.libraries.codes
  }

  get origin(): StreamOrigin | null {
    return this.#server.replication.origin
  }

  resume(origin: StreamOrigin): void {
    this.#server.replication.resume(origin, this.#server.configuration.get('replicaof') !== '')
  }

  get limits(): Server['limits'] {
    return this.#server.limits
  }

  get dirty(): number {
    return this.#server.keyspace.dirty
  }

  set dirty(changes: number) {
    this.#server.keyspace.dirty = changes
  }

  get now(): number {
    return this.#server.keyspace.now
  }

  setting(name: string): ByteString {
    return this.#server.configuration.get(name)
  }

  watchValues(observer: ((value: Value) => void) | null): void {
    this.#unwatch?.()
    this.#unwatch = observer === null ? null : this.#server.keyspace.watchValues(observer)
  }

  clear(): void {
    for (const db of this.#server.keyspace.databases) db.clear()
    this.#server.scripting.libraries.clear()
  }

  loadLibrary(code: ByteString): void {
    try {
      this.#server.scripting.libraries.load(code, false)
    } catch (error) {
      if (!(error instanceof CommandError)) throw error
      throw new ReplayError(`a library of functions cannot be loaded: ${error.message}`)
    }
  }

  loadKey(database: number, key: ByteString, value: Value, expiresAt: number | null): boolean {
    const { keyspace } = this.#server
    // What has expired while the server was away is not loaded.
    if (expiresAt !== null && expiresAt < keyspace.now && keyspace.removesExpired) return false
    const db = keyspace.databases[database]
    if (db === undefined)
      throw new ReplayError(`a key is in database ${database}, and there are ${keyspace.databases.length}`)
    const entry = db.add(key, value)
    if (expiresAt !== null) db.setExpiry(key, entry, expiresAt)
    return true
  }

  replay(commands: readonly (readonly ByteString[])[]): void {
    for (const args of commands) {
      execute(this.#loader, args)
      const reply = this.#loader.client.reply.take()
      if (reply.startsWith('-ERR unknown'))
        throw new ReplayError(`the append-only file has a command that is not known here: ${reply.trim()}`)
    }
  }
}

/** Who runs the commands of the append-only file: nobody refuses it anything, and nobody hears what it is told. */
function loaderClient(server: Server): Client {
  const client = new Client({
    id: 0,
    output: silentOutput,
    address: '',
    localAddress: '',
    now: server.keyspace.now,
    moment: server.moment,
    db: server.keyspace.db(0),
    user: server.defaultUser,
    isAuthenticated: true,
  })
  client.role = 'master'
  return client
}
