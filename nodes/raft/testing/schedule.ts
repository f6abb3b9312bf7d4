// Random schedules: what happens next to a cluster is decided by a list of numbers, so that a failing list can be shrunk.

import { Cluster } from './cluster.ts'
import { Safety } from './safety.ts'
import type { RaftSettings } from '../core/settings.ts'
import { ms, type NodeId } from '../../../sim/index.ts'

/** Lets a cluster live through a schedule. Throws when a safety property is violated. */
export function live(choices: readonly number[], settings: Partial<RaftSettings> = {}): Cluster {
  return new Life(settings).live(choices)
}

const names = ['a', 'b', 'c', 'd', 'e']

class Life {
  readonly #cluster: Cluster
  #count = 0
  #draws = 0

  constructor(settings: Partial<RaftSettings>) {
    const safety = new Safety()
    this.#cluster = new Cluster(names.slice(0, 4), {
      isInstantDisk: false,
      settings: { compactionThreshold: 6, retainedEntries: 2, ...settings },
      draw: (_, min, max) => min + ((this.#draws++ * 37) % 100) * ((max - min) / 100),
      buggify: (site) => site === 'raft.small-append' && this.#draws % 2 === 0,
      onProbe: (probe) => safety.observe(probe),
    })
    this.#cluster.add('e', [])
  }

  live(choices: readonly number[]): Cluster {
    for (const choice of choices) this.#step(choice % 1000, Math.floor(choice / 1000))
    return this.#cluster
  }

  #step(what: number, which: number): void {
    const cluster = this.#cluster
    const name = names[which % names.length] as NodeId
    const { isUp } = cluster.server(name)
    if (what < 600) this.#deliver(which)
    else if (what < 800) cluster.sync(name)
    else if (what < 900) cluster.elapse(ms(isUp ? 2 : 10))
    else if (what < 910) cluster.elapse(ms(60), name)
    else if (what < 970) this.#propose()
    else if (what < 974) cluster.crash(name)
    else if (what < 985) this.#restart(name, isUp)
    else if (what < 989) cluster.network.splice(which % (cluster.network.length || 1), 1)
    else if (what < 991) this.#change(name, which)
    else if (what < 992) cluster.transfer(cluster.leader ?? name, name)
    else if (what < 994) this.#partition(which)
    else cluster.heal()
  }

  // Mostly in order, now and then the newest first, now and then twice.
  #deliver(which: number): void {
    const { network } = this.#cluster
    if (network.length === 0) return
    const place = which % 5 === 0 ? network.length - 1 : which % 3
    if (place < network.length) this.#cluster.deliver(place, which % 11 === 0 && network.length < 200)
  }

  #propose(): void {
    for (const [name, { raft, isUp }] of this.#cluster.servers)
      if (isUp && raft.role === 'leader') this.#cluster.propose(name, ++this.#count)
  }

  #restart(name: NodeId, isUp: boolean): void {
    if (!isUp) this.#cluster.restart(name)
  }

  #change(name: NodeId, which: number): void {
    const change = which % 2 === 0 ? 'remove' : 'add-voter'
    for (const [leader, { raft, isUp }] of this.#cluster.servers)
      if (isUp && raft.role === 'leader') this.#cluster.changeMembers(leader, { change, node: name })
  }

  #partition(which: number): void {
    this.#cluster.heal()
    const side = names.filter((_, place) => ((which >> place) & 1) === 1)
    for (const name of side)
      this.#cluster.isolate(
        name,
        names.filter((other) => !side.includes(other)),
      )
  }
}
