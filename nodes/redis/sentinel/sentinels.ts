// The masters that one monitor watches, by name: those it was told at the start, and those that clients have let it watch, changed
// or let go since, which it keeps on disk.

import { DiskError, type Env } from '../../../sim/index.ts'
import { isReplaced, readText } from './files.ts'
import { Sentinel, type SentinelHost } from './sentinel.ts'
import { addressOf, addressText, type Address, type SentinelSettings } from './sentinel-settings.ts'
import { SentinelState } from './sentinel-state.ts'
import { matchesGlob } from '../structures/glob.ts'

const path = '/sentinel-masters.json'
/** Masters that one monitor may watch. */
const mastersMax = 1000

/** What SENTINEL SET may change. */
export type SentinelChanges = Partial<Pick<SentinelSettings, 'quorum' | 'downAfter' | 'failoverTimeout'>>

/** All masters of a monitor. */
export class Sentinels {
  readonly #env: Env
  readonly #host: SentinelHost
  readonly #initial: SentinelSettings
  readonly #all = new Map<string, Sentinel>()
  #saving: Promise<boolean> = Promise.resolve(true)
  /** Who this monitor is: 40 hexadecimal digits, the same for all masters. */
  id = ''

  private constructor(env: Env, host: SentinelHost, initial: SentinelSettings) {
    this.#env = env
    this.#host = host
    this.#initial = initial
  }

  /** Reads what is on disk. Rejects with a DiskError, or an Error where a file is damaged. */
  static async open(env: Env, initial: SentinelSettings, host: SentinelHost): Promise<Sentinels> {
    const sentinels = new Sentinels(env, host, initial)
    const text = await readText(env.disk, path)
    const all = text === null ? [initial] : parse(text, initial)
    const first = await SentinelState.open(env, initial.master)
    sentinels.id = first.record.id
    for (const settings of all)
      sentinels.#add(settings, settings.name === initial.name ? first : await sentinels.#stateOf(settings))
    return sentinels
  }

  get all(): readonly Sentinel[] {
    return [...this.#all.values()]
  }

  get isFull(): boolean {
    return this.#all.size >= mastersMax
  }

  find(name: string): Sentinel | undefined {
    return this.#all.get(name)
  }

  /** The one whose master is at an address. */
  at(address: Address): Sentinel | undefined {
    return this.all.find(({ master }) => addressText(master) === addressText(address))
  }

  start(): void {
    for (const sentinel of this.#all.values()) sentinel.start()
  }

  /** Watches one more master, together with the same other monitors. Whether that is certain; not at all if its state cannot be read. */
  async monitor(name: string, master: Address, quorum: number): Promise<boolean> {
    const { downAfter, failoverTimeout } = defaults
    const settings = { ...this.#initial, name, master, replicas: [], quorum, downAfter, failoverTimeout }
    const state = await this.#stateOf(settings).catch(nullForDiskErrors)
    if (state === null) return false
    // Votes of former times still bind; who the master was then does not.
    const isCertain = await state.change({ master, masterEpoch: 0, servers: [], others: [] })
    const sentinel = this.#add(settings, state)
    sentinel.start()
    return (await this.save()) && isCertain
  }

  /** Watches a master no more. Resolves to whether that is certain. */
  remove(name: string): Promise<boolean> {
    this.#all.get(name)?.stop()
    this.#all.delete(name)
    return this.save()
  }

  /** Changes how a master is watched. Resolves to whether that is certain. */
  change(sentinel: Sentinel, changes: SentinelChanges): Promise<boolean> {
    sentinel.change(changes)
    return this.save()
  }

  /** Forgets what is known of those masters whose names match; how many there are. */
  async reset(pattern: string): Promise<number> {
    const matching = this.all.filter(({ settings }) => matchesGlob(pattern, settings.name))
    await Promise.all(matching.map((sentinel) => sentinel.reset()))
    return matching.length
  }

  #stateOf({ name, master }: SentinelSettings): Promise<SentinelState> {
    const owner = name === this.#initial.name ? null : { name, id: this.id }
    return SentinelState.open(this.#env, master, owner)
  }

  #add(settings: SentinelSettings, state: SentinelState): Sentinel {
    const sentinel = new Sentinel(this.#env, settings, state, this.#host)
    this.#all.set(settings.name, sentinel)
    return sentinel
  }

  /** Puts on disk which masters are watched and how, one after the other. Resolves to whether that is certain. */
  save(): Promise<boolean> {
    this.#saving = this.#saving.then(() => isReplaced(this.#env, path, this.#text()))
    return this.#saving
  }

  #text(): string {
    const masters = this.all.map(({ master, settings }) => ({
      name: settings.name,
      master: addressText(master),
      quorum: settings.quorum,
      downAfter: settings.downAfter,
      failoverTimeout: settings.failoverTimeout,
    }))
    return `${JSON.stringify(masters)}\n`
  }
}

function nullForDiskErrors(error: unknown): null {
  if (error instanceof DiskError) return null
  throw error
}

/** As those of Redis. */
const defaults = { downAfter: 30_000, failoverTimeout: 180_000 } as const

function parse(text: string, initial: SentinelSettings): readonly SentinelSettings[] {
  const list: unknown = JSON.parse(text)
  if (!Array.isArray(list)) throw new Error(`${path} is damaged`)
  return list.map((each: Readonly<Record<string, unknown>>) => {
    const { name, quorum, downAfter, failoverTimeout } = each
    const master = addressOf(each['master'])
    if (typeof name !== 'string' || master === null) throw new Error(`${path} is damaged`)
    const replicas = name === initial.name ? initial.replicas : []
    return {
      ...initial,
      name,
      master,
      replicas,
      quorum: quorum === null ? null : Number(quorum),
      downAfter: Number(downAfter),
      failoverTimeout: Number(failoverTimeout),
    }
  })
}
