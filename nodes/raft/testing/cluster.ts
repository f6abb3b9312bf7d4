// A cluster of cores in one process, for tests: messages lie in one list until the test delivers, drops or repeats them;
// time passes when the test says so; a disk writes when the test says so. Deterministic, synchronous, small.

import { Raft } from '../core/raft.ts'
import type { MembershipChange } from '../core/configuration.ts'
import type { ProposalResult } from '../core/host.ts'
import type { RaftMessage } from '../core/message.ts'
import { raftDefaults, type RaftSettings } from '../core/settings.ts'
import type { Batch } from '../core/staging.ts'
import { MemoryDisk } from './memory-disk.ts'
import { ms, type Data, type Duration, type Instant, type NodeId } from '../../../sim/index.ts'

/** A message that was sent and not yet delivered. */
export interface InFlight {
  readonly source: NodeId
  readonly target: NodeId
  readonly message: RaftMessage
}

/** A probe that a server published. */
export interface Probe {
  readonly node: NodeId
  readonly name: string
  readonly value: Data
}

/** One server of the cluster. */
export interface Server {
  raft: Raft
  readonly disk: MemoryDisk
  readonly settings: RaftSettings
  isUp: boolean
  /** The batch that is being written; lost in a crash. */
  writing: Batch | null
  /** The commands applied by this incarnation and, before them, those of the snapshot that it began with. */
  applied: Data[]
}

/** How a cluster is made. */
export interface ClusterOptions {
  readonly settings?: Partial<RaftSettings>
  /** Batches are on disk as soon as they are cut (default), or when the test calls `sync`. */
  readonly isInstantDisk?: boolean
  /** Draws election time-outs; by default the n-th server draws the range's minimum and n steps of 10 ms. */
  readonly draw?: (server: NodeId, min: number, max: number) => number
  readonly buggify?: (site: string) => boolean
  readonly onProbe?: (probe: Probe) => void
}

/** A cluster in memory. */
export class Cluster {
  readonly servers: Map<NodeId, Server> = new Map<NodeId, Server>()
  readonly network: InFlight[] = []
  readonly probes: Probe[] = []
  readonly #options: ClusterOptions
  #now = 0
  /** Messages between these are lost when they are sent or delivered. */
  readonly cut: Set<string> = new Set<string>()

  constructor(names: readonly NodeId[], options: ClusterOptions = {}) {
    this.#options = options
    for (const name of names) this.add(name, names)
  }

  get now(): Instant {
    return this.#now as Instant
  }

  /** Adds a server that was given those initial voters, and perhaps other settings than the rest. */
  add(name: NodeId, voters: readonly NodeId[], settings: Partial<RaftSettings> = {}): Server {
    const disk = new MemoryDisk()
    const merged = { ...raftDefaults, voters, ...this.#options.settings, ...settings }
    const applied: Data[] = []
    const server: Server = {
      raft: this.#boot(name, merged, disk, applied),
      disk,
      settings: merged,
      isUp: true,
      writing: null,
      applied,
    }
    this.servers.set(name, server)
    return server
  }

  server(name: NodeId): Server {
    const server = this.servers.get(name)
    if (server === undefined) throw new Error(`no server ${name}`)
    return server
  }

  raft(name: NodeId): Raft {
    return this.server(name).raft
  }

  /** The leaders of the highest term that a running server leads. */
  get leader(): NodeId | null {
    let best: NodeId | null = null
    for (const [name, { raft, isUp }] of this.servers)
      if (isUp && raft.role === 'leader' && (best === null || raft.term > this.raft(best).term)) best = name
    return best
  }

  // ---- inputs

  /** Lets time pass, in steps of a millisecond, delivering everything after each step. */
  run(duration: Duration): void {
    for (let elapsed = 0; elapsed < duration; elapsed += ms(1)) {
      this.elapse(ms(1))
      this.settle()
    }
  }

  /** Lets time pass for everyone; deliver nothing. */
  elapse(duration: Duration, only?: NodeId): void {
    this.#now += duration
    for (const [name, server] of this.servers)
      if (server.isUp && (only === undefined || only === name)) {
        server.raft.tick(this.now)
        this.#flush(server)
      }
  }

  /** Begins an election at once: its election time-out has passed. */
  timeout(name: NodeId): void {
    const { raft } = this.server(name)
    const { settings } = raft.state
    this.#now += settings.electionTimeoutMax
    raft.tick(this.now)
    this.#flush(this.server(name))
  }

  /** Delivers messages, also those that this gives rise to, until there are none. */
  settle(): void {
    for (let steps = 0; this.network.length > 0; steps++) {
      if (steps > 100_000) throw new Error('the messages never end')
      this.deliver(0)
    }
  }

  /** Delivers the message at a place of the list, if its target runs and can be reached. */
  deliver(place: number, keep = false): void {
    const [sent] = keep ? [this.network[place]] : this.network.splice(place, 1)
    if (sent === undefined || this.cut.has(`${sent.source}>${sent.target}`)) return
    const server = this.servers.get(sent.target)
    if (server === undefined || !server.isUp) return
    server.raft.step(this.now, sent.source, sent.message)
    this.#flush(server)
  }

  /** Delivers the messages that match, in order, and what they give rise to only if that matches too. */
  deliverWhere(matches: (sent: InFlight) => boolean): void {
    for (let place = 0; place < this.network.length;)
      if (matches(this.network[place] as InFlight)) this.deliver(place)
      else place++
  }

  /** Loses the messages that match. */
  dropWhere(matches: (sent: InFlight) => boolean): InFlight[] {
    const dropped = this.network.filter(matches)
    const rest = this.network.filter((sent) => !matches(sent))
    this.network.splice(0, this.network.length, ...rest)
    return dropped
  }

  /** Hands a server a message from outside the list. */
  inject(source: NodeId, target: NodeId, message: RaftMessage): void {
    this.network.unshift({ source, target, message })
    this.deliver(0)
  }

  propose(name: NodeId, command: Data): ProposalResult {
    const server = this.server(name)
    const result = server.raft.propose(this.now, command)
    this.#flush(server)
    return result
  }

  changeMembers(name: NodeId, change: MembershipChange): ProposalResult {
    const server = this.server(name)
    const result = server.raft.changeMembers(this.now, change)
    this.#flush(server)
    return result
  }

  read(name: NodeId, mode: 'index' | 'lease'): { outcome: 'ready' | 'lost' | null } {
    const read: { outcome: 'ready' | 'lost' | null } = { outcome: null }
    this.raft(name).read(this.now, mode, (outcome) => {
      read.outcome = outcome
    })
    return read
  }

  transfer(name: NodeId, target: NodeId): boolean {
    return this.raft(name).transfer(this.now, target)
  }

  /** The batch that is being written is on disk, and what follows from it. */
  sync(name: NodeId): void {
    const server = this.server(name)
    const { writing } = server
    if (writing === null || !server.isUp) return
    server.writing = null
    server.disk.write(writing)
    server.raft.persisted(this.now, writing)
    this.#flush(server)
  }

  /** The server is gone, with what it was writing. */
  crash(name: NodeId): void {
    const server = this.server(name)
    server.isUp = false
    server.writing = null
  }

  /** The server comes back with its disk. */
  restart(name: NodeId): void {
    const server = this.server(name)
    server.applied = []
    server.raft = this.#boot(name, server.settings, server.disk, server.applied)
    server.isUp = true
  }

  /** Cuts a server off from all others, or from those named, in both directions. */
  isolate(name: NodeId, from: readonly NodeId[] = [...this.servers.keys()]): void {
    for (const other of from) if (other !== name) this.cut.add(`${name}>${other}`).add(`${other}>${name}`)
  }

  heal(): void {
    this.cut.clear()
  }

  // ---- outputs

  /** The log of a server as text: the term of each entry in memory, such as `1 1 2`. */
  terms(name: NodeId): string {
    const { log } = this.raft(name).state
    return log
      .slice(log.base + 1)
      .map((entry) => entry.term)
      .join(' ')
  }

  probesOf(name: string): Probe[] {
    return this.probes.filter((probe) => probe.name === name)
  }

  #flush(server: Server): void {
    while (server.isUp && server.writing === null && server.raft.hasBatch) {
      server.writing = server.raft.takeBatch()
      if (this.#options.isInstantDisk === false) return
      const batch = server.writing
      server.writing = null
      server.disk.write(batch)
      server.raft.persisted(this.now, batch)
    }
  }

  #boot(name: NodeId, settings: RaftSettings, disk: MemoryDisk, applied: Data[]): Raft {
    const rank = [...settings.voters].indexOf(name)
    const { draw, buggify, onProbe } = this.#options
    return new Raft(
      name,
      settings,
      {
        send: (target, message) =>
          void this.network.push({ source: name, target, message: Object.freeze(message) }),
        probe: (probe, value) => {
          this.probes.push({ node: name, name: probe, value })
          onProbe?.({ node: name, name: probe, value })
        },
        apply: (_, entry) => {
          if (entry.command !== null) applied.push(entry.command)
        },
        takeSnapshot: () => JSON.stringify(applied),
        restoreSnapshot: (state) => void applied.splice(0, applied.length, ...(JSON.parse(state) as Data[])),
        roleChanged: () => undefined,
        draw: (min, max) => draw?.(name, min, max) ?? Math.min(max, min + Math.max(0, rank) * ms(10)),
        buggify: (site) => buggify?.(site) ?? false,
      },
      { recovered: disk.read(), now: this.now },
    )
  }
}
