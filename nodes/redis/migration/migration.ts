// Moves keys to other servers (MIGRATE): AUTH, SELECT and a RESTORE for each key in one pipeline over a connection that is
// kept for a while, tried once more where the one that was kept turns out to be dead.
//
// Where Redis sends all that from one buffer, a key is encoded here when its turn comes, so that what is moved may be large.

import { Buffer } from 'node:buffer'

import { MigrationTarget, type TargetAddress } from './migration-target.ts'
import { dumpBytes } from '../files/index.ts'
import { encodeCommand } from '../resp/request-encoder.ts'
import type { ByteString, Entry } from '../value.ts'
import { type Env, NetError, seconds } from '../../../sim/index.ts'

/** What is to be moved, and where to. */
export interface Migration extends TargetAddress {
  readonly database: number
  /** Arguments of AUTH; none where nothing is to be said. */
  readonly credentials: readonly ByteString[]
  readonly isReplacing: boolean
  readonly isCompressing: boolean
  /** `list-max-listpack-size`. */
  readonly listNodeSize: number
  readonly entries: readonly (readonly [key: ByteString, entry: Entry])[]
}

/** What became of it. */
export interface MigrationEnd {
  /** Keys that the target has taken. */
  readonly moved: readonly ByteString[]
  /** The reply's error; null where everything went well. */
  readonly error: ByteString | null
}

/** What became of one try. */
interface Attempt {
  readonly moved: ByteString[]
  /** How many RESTOREs were answered. */
  answered: number
  /** The first error that the target answered. */
  refusal: ByteString | null
  /** What was under way when the connection broke; null where it did not. */
  broken: 'writing' | 'reading' | null
}

const targetsMax = 64
const idleMax = seconds(10)
const pieceMin = 64 * 1024
const noConnection = 'IOERR error or timeout connecting to the client'

/** The connections of one server to those that it moves keys to. */
export class Migrations {
  readonly #env: Env
  /** By host and port, in the order in which they were used. */
  readonly #targets = new Map<string, MigrationTarget>()

  constructor(env: Env) {
    this.#env = env
  }

  /** How many connections are kept. */
  get connected(): number {
    return this.#targets.size
  }

  /** Moves keys, as far as that goes. What is moved has to stay as it is meanwhile. */
  async move(migration: Migration): Promise<MigrationEnd> {
    for (let mayRetry = true; ; mayRetry = false) {
      const target = await this.#target(migration)
      if (target === null) return { moved: [], error: noConnection }
      const attempt = target === 'refused' ? newAttempt('writing') : await this.#attempt(target, migration)
      const { answered, broken, moved, refusal } = attempt
      if (broken !== null) this.#drop(migration)
      const isLate = target !== 'refused' && target.isLate
      if (broken !== null && mayRetry && answered === 0 && !isLate) continue
      if (refusal !== null) return { moved, error: `ERR Target instance replied with error: ${refusal}` }
      return { moved, error: broken === null ? null : `IOERR error or timeout ${broken} to target instance` }
    }
  }

  /** Once a second: connections that nobody has used for ten are closed. */
  tick(): void {
    for (const [name, target] of this.#targets)
      if (this.#env.clock.monotonic() - target.usedAt > idleMax) {
        target.close()
        this.#targets.delete(name)
      }
  }

  /** The connection to a target, or why there is none: null where it is not to be found, or does not answer. */
  async #target(address: TargetAddress): Promise<MigrationTarget | 'refused' | null> {
    const name = nameOf(address)
    const known = this.#targets.get(name)
    if (known !== undefined) {
      known.usedAt = this.#env.clock.monotonic()
      this.#targets.delete(name)
      this.#targets.set(name, known)
      return known
    }
    const [oldest] = this.#targets
    if (oldest !== undefined && this.#targets.size >= targetsMax) {
      oldest[1].close()
      this.#targets.delete(oldest[0])
    }
    try {
      const target = await MigrationTarget.open(this.#env, address)
      this.#targets.set(name, target)
      return target
    } catch (error) {
      if (!(error instanceof NetError)) throw error
      // Redis hears that it is refused only when it writes.
      return ['ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN'].includes(error.code) ? null : 'refused'
    }
  }

  #drop(address: TargetAddress): void {
    const name = nameOf(address)
    this.#targets.get(name)?.close()
    this.#targets.delete(name)
  }

  async #attempt(target: MigrationTarget, migration: Migration): Promise<Attempt> {
    const attempt = newAttempt('writing')
    try {
      const keys = await this.#send(target, migration)
      attempt.broken = 'reading'
      await hear(target, migration, keys, attempt)
      attempt.broken = null
      target.database = attempt.refusal === null ? migration.database : null
    } catch (error) {
      if (!(error instanceof NetError)) throw error
    }
    return attempt
  }

  /** Resolves to the keys that were sent: those that have not expired before their turn came. */
  async #send(target: MigrationTarget, migration: Migration): Promise<readonly ByteString[]> {
    const { timeout } = migration
    const keys: ByteString[] = []
    let pieces: Uint8Array[] = greeting(target, migration).map((args) =>
      Buffer.from(encodeCommand(args), 'latin1'),
    )
    let size = 0
    for (const [key, entry] of migration.entries) {
      const { expiresAt } = entry
      const left = expiresAt === null ? 0 : expiresAt - Math.floor(this.#env.clock.wall() / 1_000_000)
      if (left < 0) continue
      keys.push(key)
      const ttl = expiresAt === null ? 0 : Math.max(1, left)
      const added = restoring(
        key,
        ttl,
        dumpBytes(entry.value, migration.isCompressing, migration.listNodeSize),
        migration,
      )
      pieces.push(...added)
      size += added.reduce((sum, { length }) => sum + length, 0)
      if (size < pieceMin) continue
      for (const piece of size > 2 * pieceMin ? pieces : [Buffer.concat(pieces)])
        await target.write(piece, timeout)
      pieces = []
      size = 0
    }
    await target.write(Buffer.concat(pieces), timeout)
    return keys
  }
}

function newAttempt(broken: Attempt['broken']): Attempt {
  return { moved: [], answered: 0, refusal: null, broken }
}

function nameOf({ host, port }: TargetAddress): string {
  return `${host}:${port}`
}

function isSelecting(target: MigrationTarget, { database }: Migration): boolean {
  return target.database !== database
}

function greeting(target: MigrationTarget, migration: Migration): readonly (readonly ByteString[])[] {
  const { credentials, database } = migration
  return [
    ...(credentials.length > 0 ? [['AUTH', ...credentials]] : []),
    ...(isSelecting(target, migration) ? [['SELECT', String(database)]] : []),
  ]
}

/** The pieces of a RESTORE: its value may be longer than a text may be. */
function restoring(
  key: ByteString,
  ttl: number,
  value: Buffer,
  { isReplacing }: Migration,
): readonly Buffer[] {
  const time = String(ttl)
  const head = `*${isReplacing ? 5 : 4}\r\n$7\r\nRESTORE\r\n$${key.length}\r\n${key}\r\n$${time.length}\r\n${time}\r\n`
  return [
    Buffer.from(`${head}$${value.length}\r\n`, 'latin1'),
    value,
    Buffer.from(isReplacing ? '\r\n$7\r\nREPLACE\r\n' : '\r\n', 'latin1'),
  ]
}

/** Takes the answers, one by one, as they come. */
async function hear(
  target: MigrationTarget,
  migration: Migration,
  keys: readonly ByteString[],
  attempt: Attempt,
): Promise<void> {
  const { credentials, timeout } = migration
  const before: ByteString[] = []
  const isAsked = [credentials.length > 0, isSelecting(target, migration)]
  for (const _ of isAsked.filter(Boolean)) before.push(await target.line(timeout))
  for (const key of keys) {
    const answer = await target.line(timeout)
    attempt.answered += 1
    const wrong = [...before, answer].find((line) => line.startsWith('-'))
    if (wrong === undefined) attempt.moved.push(key)
    else attempt.refusal ??= wrong.slice(1)
  }
}
