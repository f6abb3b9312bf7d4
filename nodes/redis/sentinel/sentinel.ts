// A monitor in the manner of Redis Sentinel: several of them watch a master and its replicas. When enough of them find the
// master down, they elect one of themselves for an epoch, which makes the best replica the master and lets the others follow
// it. What a client asks them for is where the master is.
//
// Replication is asynchronous: what the old master acknowledged and had not sent is lost. Monitors cannot change that.

import { type Hello, HelloLinks, helloPeriod } from './hello.ts'
import { OtherMonitors } from './other-monitors.ts'
import { fieldsOf } from './reply-fields.ts'
import type { Address, SentinelSettings } from './sentinel-settings.ts'
import { addressText } from './sentinel-settings.ts'
import type { SentinelRecord, SentinelState } from './sentinel-state.ts'
import { preferred, WatchedServer } from './watched-server.ts'
import { type Env, type Instant, ms, type Timer } from '../../../sim/index.ts'

/** How often everybody is looked at, in milliseconds: often enough to see within `downAfter` who is down, at most each second. */
const periodMax = 1000
/** How often servers are asked for INFO, in milliseconds, as in Redis. */
const infoPeriod = 10_000

/** What a monitor tells others. */
export interface SentinelHost {
  /** `+switch-master` and such, for subscribers. */
  publish(channel: string, text: string): void
  /** Where this monitor listens. */
  readonly port: number
}

/** One monitor. */
export class Sentinel {
  #settings: SentinelSettings
  #timer: Timer | null = null
  readonly #env: Env
  readonly #state: SentinelState
  readonly #host: SentinelHost
  readonly #servers = new Map<string, WatchedServer>()
  readonly #links: HelloLinks
  #others: OtherMonitors
  #helloTimer: Timer | null = null
  /** Who finds the master down, by when they said so. */
  readonly #agreeing = new Map<WatchedServer, Instant>()
  #isFailingOver = false
  /** The master is down, and this monitor will begin a failover unless another one was first. */
  #isWaitingForTurn = false
  #nextTryAt: Instant

  constructor(env: Env, settings: SentinelSettings, state: SentinelState, host: SentinelHost) {
    this.#env = env
    this.#settings = settings
    this.#state = state
    this.#host = host
    this.#nextTryAt = env.clock.monotonic()
    this.#links = new HelloLinks(env, (hello) => {
      env.spawn(() => this.greet(hello))
    })
    this.#others = this.#newOthers()
    this.#watchAll([settings.master, this.record.master, ...settings.replicas, ...this.record.servers])
  }

  get settings(): SentinelSettings {
    return this.#settings
  }

  get record(): SentinelRecord {
    return this.#state.record
  }

  /** The master as this monitor knows it. */
  get master(): Address {
    return this.record.master
  }

  get servers(): readonly WatchedServer[] {
    return [...this.#servers.values()]
  }

  get others(): readonly WatchedServer[] {
    return this.#others.all
  }

  /** More than half of all monitors, with this one. */
  get majority(): number {
    return Math.floor((this.others.length + 1) / 2) + 1
  }

  /** How many have to find the master down. */
  get quorum(): number {
    return this.settings.quorum ?? this.majority
  }

  /** Whether this monitor has not heard of the master for too long. */
  get findsMasterDown(): boolean {
    return this.#watch(this.master).silence > this.settings.downAfter
  }

  /** The master as it is watched. */
  get watchedMaster(): WatchedServer {
    return this.#watch(this.master)
  }

  /** Whether enough monitors find the master down. */
  get agreesOnDown(): boolean {
    return this.findsMasterDown && this.#agreed()
  }

  get isFailingOver(): boolean {
    return this.#isFailingOver
  }

  start(): void {
    const { downAfter } = this.settings
    this.#timer = this.#env.timers.every(
      ms(Math.max(1, Math.min(periodMax, Math.floor(downAfter / 4)))),
      () => this.#look(),
    )
    this.#helloTimer = this.#env.timers.every(helloPeriod, () => {
      this.#links.speak(this.servers, { ...this.record, name: this.settings.name, port: this.#host.port })
    })
  }

  /** Watches no more. What is under way comes to its end. */
  stop(): void {
    this.#timer?.cancel()
    this.#helloTimer?.cancel()
    this.#links.close()
    this.#others.close()
    for (const server of this.servers) server.close()
  }

  /** Changes how it watches. */
  change(changes: Partial<SentinelSettings>): void {
    const isPatienceOther = (changes.downAfter ?? this.settings.downAfter) !== this.settings.downAfter
    const known = this.servers.map(({ address }) => address)
    this.#settings = { ...this.settings, ...changes }
    if (isPatienceOther) this.#beginAnew(known)
  }

  /** Forgets replicas, monitors it has heard of, and who finds the master down. Resolves when that was put on disk, if it can be. */
  async reset(): Promise<void> {
    const saved = this.#state.change({ servers: [], others: [] })
    this.#beginAnew([])
    await saved
  }

  /** How many monitors can be relied on now: this one, and those that answer. */
  get usable(): number {
    return 1 + this.#others.usable
  }

  #beginAnew(addresses: readonly Address[]): void {
    this.stop()
    this.#servers.clear()
    this.#agreeing.clear()
    this.#isWaitingForTurn = false
    this.#others = this.#newOthers()
    this.#watchAll([this.master, ...addresses])
    this.start()
  }

  #newOthers(): OtherMonitors {
    const { downAfter, sentinels } = this.settings
    return new OtherMonitors(this.#env, [...sentinels, ...this.record.others], downAfter)
  }

  #watchAll(addresses: readonly Address[]): void {
    for (const address of addresses) this.#watch(address)
  }

  /** Another monitor asks whether the master is down and, with an id, for a vote in an epoch. Resolves to what is answered. */
  async asked(
    about: Address,
    epoch: number,
    candidate: string | null,
  ): Promise<{ readonly isDown: boolean; readonly leader: string; readonly leaderEpoch: number }> {
    const isDown = addressText(about) === addressText(this.master) && this.findsMasterDown
    if (candidate === null) return { isDown, leader: '*', leaderEpoch: 0 }
    if (!(await this.#vote(candidate, epoch))) return { isDown, leader: '*', leaderEpoch: 0 }
    const { vote } = this.record
    return { isDown, leader: vote.leader, leaderEpoch: vote.epoch }
  }

  /** A failover is begun although the master is not down. */
  async forceFailover(): Promise<boolean> {
    if (this.#isFailingOver) return false
    await this.#failOver()
    return true
  }

  /**
   * In each epoch at most one vote, which is on disk before anybody hears of it. False where it may not be: nobody hears of it, and
   * it still binds, since it may be.
   */
  async #vote(candidate: string, epoch: number): Promise<boolean> {
    const { vote } = this.record
    // The vote of this epoch may still be on its way to the disk.
    if (epoch <= vote.epoch) return this.#state.saved()
    // Who has voted for another does not compete with it at once.
    this.#postpone(this.settings.failoverTimeout)
    return this.#state.change({
      epoch: Math.max(epoch, this.record.epoch),
      vote: { leader: candidate, epoch },
    })
  }

  async #look(): Promise<void> {
    if (this.#state.hasFailed) this.#env.spawn(async () => void (await this.#state.saved()))
    for (const server of this.servers) this.#env.spawn(() => this.#lookAt(server))
    for (const other of this.others) this.#env.spawn(() => this.#hear(other))
    if (!this.findsMasterDown) {
      this.#agreeing.clear()
      this.#isWaitingForTurn = false
    } else if (this.#agreed() && !this.#isFailingOver) await this.#tryInTurn()
  }

  /** All find the master down at about the same time: each waits for a while of its own, so that one is first. */
  async #tryInTurn(): Promise<void> {
    if (!this.#isWaitingForTurn) {
      this.#isWaitingForTurn = true
      this.#postpone(0)
    }
    if (this.#env.clock.monotonic() >= this.#nextTryAt) await this.#failOver()
  }

  async #lookAt(server: WatchedServer): Promise<void> {
    await server.look()
    const { role } = server
    if (role === null || server.silence > this.settings.downAfter) return
    if (role.kind === 'master') await this.#meet(role.replicas)
    if ((server.infoAge ?? infoPeriod) >= infoPeriod) await server.inquire()
    await this.#correct(server)
  }

  /** Another monitor has said on a server, or here, where it is and what it knows of a master. */
  async greet(hello: Hello): Promise<void> {
    if (hello.name !== this.settings.name || hello.id === this.record.id) return
    if (this.#others.meet(hello)) {
      const others = this.others.map(({ address }) => address)
      await this.#state.change({ others })
    }
    if (hello.epoch > this.record.epoch) await this.#state.change({ epoch: hello.epoch })
    if (hello.masterEpoch <= this.record.masterEpoch) return
    this.#watch(hello.master)
    await this.#adopt(hello.master, hello.masterEpoch)
  }

  /** Watches those that follow a master, and keeps in mind that they are there. */
  async #meet(replicas: readonly Address[]): Promise<void> {
    const count = this.#servers.size
    for (const replica of replicas) this.#watch(replica)
    if (this.#servers.size > count) await this.#state.change({ servers: this.#addresses() })
  }

  #addresses(): readonly Address[] {
    return this.servers.map(({ address }) => address)
  }

  /** What does not follow the master, and is not the master, is told to follow it. */
  async #correct(server: WatchedServer): Promise<void> {
    const { master } = this
    const known = this.#watch(master)
    if (this.#isFailingOver || known.role?.kind !== 'master' || this.findsMasterDown) return
    if (addressText(server.address) === addressText(master)) return
    const { role } = server
    const follows = role?.kind === 'replica' && addressText(role.master) === addressText(master)
    if (!follows) await server.follow(master)
  }

  /** Whether it is known to be another monitor. One that finds itself in its list would count, and vote, twice. */
  async #isAnother(other: WatchedServer): Promise<boolean> {
    const id = await other.identify()
    if (id !== this.record.id) return id !== null
    if (this.others.includes(other)) this.#others.drop(other)
    return false
  }

  /** Asks another monitor what it thinks of the master, and who the master is: the newer epoch is right. */
  async #hear(other: WatchedServer): Promise<void> {
    if (!(await this.#isAnother(other))) return
    const told = await other.call(['SENTINEL', 'MASTER', this.settings.name])
    const fields = told === null ? new Map<string, string>() : fieldsOf(told)
    const epoch = Number(fields.get('config-epoch') ?? -1)
    const [host, port] = [fields.get('ip'), Number(fields.get('port'))]
    if (host !== undefined && port > 0 && epoch > this.record.masterEpoch) {
      this.#watch({ host, port })
      await this.#adopt({ host, port }, epoch)
    }
    if (this.findsMasterDown) await this.#ask(other, null)
  }

  /** What it answers to a question about the master; its vote, where one was asked for. */
  async #ask(other: WatchedServer, epoch: number | null): Promise<string | null> {
    if (!(await this.#isAnother(other))) return null
    const { host, port } = this.master
    const candidate = epoch === null ? '*' : this.record.id
    const number = String(epoch ?? this.record.epoch)
    const reply = await other.call([
      'SENTINEL',
      'IS-MASTER-DOWN-BY-ADDR',
      host,
      String(port),
      number,
      candidate,
    ])
    if (reply?.kind !== 'array') return null
    const [isDown, leader, leaderEpoch] = reply.items
    if (leader?.kind === 'bulk' && leader.text !== '*' && leaderEpoch?.kind === 'integer')
      other.vote = { leader: leader.text, epoch: leaderEpoch.value }
    if (isDown?.kind === 'integer' && isDown.value === 1)
      this.#agreeing.set(other, this.#env.clock.monotonic())
    else this.#agreeing.delete(other)
    const isOfEpoch = leaderEpoch?.kind === 'integer' && leaderEpoch.value === epoch
    return isOfEpoch && leader?.kind === 'bulk' ? leader.text : null
  }

  #agreed(): boolean {
    const since = this.#env.clock.monotonic() - this.settings.downAfter * 1_000_000
    const count = [...this.#agreeing.values()].filter((at) => at >= since).length
    return count + 1 >= this.quorum
  }

  async #failOver(): Promise<void> {
    this.#isFailingOver = true
    const epoch = await this.#elect()
    // Votes that were split do no harm: soon somebody is first.
    this.#postpone(epoch === null ? this.settings.downAfter : this.settings.failoverTimeout)
    if (epoch !== null) await this.#promote(epoch)
    this.#isFailingOver = false
  }

  /** Asks all others for their votes in a new epoch, which is returned where a majority of all (and the quorum) gave theirs. */
  async #elect(): Promise<number | null> {
    const { id } = this.record
    const epoch = this.record.epoch + 1
    // Its own vote counts no sooner than that of others.
    if (!(await this.#state.change({ epoch, vote: { leader: id, epoch } }))) return null
    const voters = new Set([id])
    const ask = async (other: WatchedServer): Promise<void> => {
      // One that is known by two addresses has one vote.
      if ((await this.#ask(other, epoch)) === id && other.id !== null) voters.add(other.id)
    }
    await Promise.all(this.others.map(ask))
    const count = voters.size
    const wanted = Math.max(this.quorum, this.majority)
    this.#env.log.info('election', { epoch, votes: count, wanted })
    return count >= wanted && this.record.epoch === epoch ? epoch : null
  }

  async #promote(epoch: number): Promise<void> {
    const best = await this.#best()
    if (best === null) {
      this.#env.log.warn('no replica can become the master', { epoch })
      return
    }
    if ((await best.follow(null)) === null) return
    await best.look()
    if (best.role?.kind !== 'master') return
    await this.#adopt(best.address, epoch)
    for (const server of this.servers)
      if (server !== best) this.#env.spawn(async () => void (await server.follow(best.address)))
  }

  /** The best replica among those that answer. */
  async #best(): Promise<WatchedServer | null> {
    const candidates = this.servers.filter(
      (server) => server.role?.kind === 'replica' && server.silence <= this.settings.downAfter,
    )
    const told = await Promise.all(candidates.map((server) => server.candidacy()))
    return preferred(told.filter((each) => each !== null))?.server ?? null
  }

  /**
   * Takes a server for the master from now on, also where the disk fails: who may make a master in an epoch was settled by votes
   * that are on disk, and what is forgotten others tell again.
   */
  async #adopt(master: Address, masterEpoch: number): Promise<void> {
    if (masterEpoch <= this.record.masterEpoch) return
    const old = this.master
    const epoch = Math.max(masterEpoch, this.record.epoch)
    await this.#state.change({ master, masterEpoch, epoch, servers: this.#addresses() })
    this.#agreeing.clear()
    this.#env.probe('sentinel.master', { name: this.settings.name, ...master, epoch: masterEpoch })
    if (addressText(old) === addressText(master)) return
    this.#host.publish('+switch-master', `${this.settings.name} ${addressText(old)} ${addressText(master)}`)
  }

  #watch(address: Address): WatchedServer {
    const key = addressText(address)
    const known = this.#servers.get(key)
    if (known !== undefined) return known
    const server = new WatchedServer(this.#env, address, this.settings.downAfter)
    this.#servers.set(key, server)
    return server
  }

  /** The next failover of this monitor's own comes no sooner than in so many milliseconds, and never when others begin theirs. */
  #postpone(least: number): void {
    const wait = least + this.#env.randomFor('sentinel').int(0, 2 * this.settings.downAfter)
    this.#nextTryAt = (this.#env.clock.monotonic() + wait * 1_000_000) as Instant
  }
}
