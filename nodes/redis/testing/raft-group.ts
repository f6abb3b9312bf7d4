// A client of a group of replicas on a Raft log, for tests: finds who leads, asks it, and begins anew when that fails.

import { RedisClient, redisPort, type Reply } from '../index.ts'
import { type Duration, type Env, ms } from '../../../sim/index.ts'
import { RequestError } from '../../transport/index.ts'

const patience = ms(400)

/** Asks whoever leads of some replicas. */
export class RaftGroup {
  readonly #env: Env
  readonly #hosts: readonly string[]
  readonly #patience: Duration
  #next = 0
  #leader: RedisClient | null = null

  /** Replies are waited for as long as `patienceMax`. */
  constructor(env: Env, hosts: readonly string[], patienceMax: Duration = patience) {
    this.#patience = patienceMax
    this.#env = env
    this.#hosts = hosts
  }

  /** A reply of the leader's; null where it did not come: the command may have taken effect. */
  async ask(...args: readonly string[]): Promise<Reply | null> {
    const leader = await this.#find()
    try {
      const reply = await leader.call(args, this.#patience)
      if (reply.kind !== 'error' || !reply.text.startsWith('READONLY')) return reply
    } catch (error) {
      if (!(error instanceof RequestError)) throw error
    }
    this.#leave()
    return null
  }

  /** The same until a reply comes: for what may be done twice. */
  async insist(...args: readonly string[]): Promise<Reply> {
    for (;;) {
      const reply = await this.ask(...args)
      if (reply !== null) return reply
      await this.#env.sleep(ms(50))
    }
  }

  async #find(): Promise<RedisClient> {
    for (;;) {
      if (this.#leader !== null) return this.#leader
      const host = this.#hosts[this.#next++ % this.#hosts.length] ?? ''
      this.#leader = new RedisClient(this.#env, { host, port: redisPort, connectTimeout: patience })
      if (await this.#leads(this.#leader)) return this.#leader
      this.#leave()
      await this.#env.sleep(ms(50))
    }
  }

  async #leads(client: RedisClient): Promise<boolean> {
    try {
      const role = await client.call(['ROLE'], patience)
      const first = 'items' in role ? role.items[0] : undefined
      return first !== undefined && 'text' in first && first.text === 'master'
    } catch (error) {
      if (error instanceof RequestError) return false
      throw error
    }
  }

  #leave(): void {
    this.#leader?.close()
    this.#leader = null
  }
}
