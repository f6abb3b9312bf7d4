// What is wrong with one link now, by its profile and by faults, and what becomes of what it carries. Every draw that is
// on is made for every parcel whatever becomes of it, so that one loss never shifts what befalls the next.

import { Chance, struckBy } from './chance.ts'
import type { Link } from './link.ts'
import { type Parcel, undamaged } from './parcel.ts'
import { narrowest, type Throttle, Transmitter } from './transmitter.ts'
import type { DropReason } from '../event.ts'
import type { FaultOrigin, LinkDisturbance, PartitionCuts, Release, Verdict } from '../faults/index.ts'
import type { Duration, Instant } from '../time.ts'

/** How many parcels a hold keeps on one link; more are lost. */
export const heldMax = 100_000

interface Block {
  readonly cuts: PartitionCuts
  /** The seq of the last event before it began. */
  readonly since: number
  readonly origin: FaultOrigin
}

interface Clog {
  readonly factor: number
  readonly added: Duration
  readonly origin: FaultOrigin
}

interface Held {
  readonly parcel: Parcel
  readonly cause: number
  readonly damage: number
}

/** What is wrong with one link. */
export class Impairments {
  readonly #link: Link
  readonly #transmitter: Transmitter
  readonly #blocks: Block[] = []
  readonly #holds: FaultOrigin[] = []
  readonly #clogs: Clog[] = []
  readonly #losses: Chance[] = []
  readonly #duplications: Chance[] = []
  readonly #reorderings: Chance[] = []
  readonly #corruptions: Chance[] = []
  readonly #throttles: Throttle[] = []
  #held: Held[] = []

  constructor(link: Link) {
    this.#link = link
    this.#transmitter = new Transmitter(link.source.simulation)
    const { lossRatio, duplicationRatio, reorderRatio, reorderWindow, corruptionRatio, bandwidth, queueMax } =
      link.character.profile
    if (lossRatio > 0) this.#losses.push(this.#chance('loss', lossRatio))
    if (duplicationRatio > 0) this.#duplications.push(this.#chance('duplication', duplicationRatio))
    if (reorderRatio > 0) this.#reorderings.push(this.#chance('reordering', reorderRatio, reorderWindow))
    if (corruptionRatio > 0) this.#corruptions.push(this.#chance('corruption', corruptionRatio))
    if (bandwidth > 0) this.#throttles.push({ bytesPerSecond: bandwidth, queueMax, origin: null })
    this.#transmitter.limit(narrowest(this.#throttles))
  }

  /** Whether nothing is wrong. */
  get isNone(): boolean {
    return (
      this.#link.rules.isEmpty &&
      this.#blocks.length === 0 &&
      this.#holds.length === 0 &&
      this.#clogs.length === 0 &&
      this.#losses.length === 0 &&
      this.#duplications.length === 0 &&
      this.#reorderings.length === 0 &&
      this.#corruptions.length === 0 &&
      this.#throttles.length === 0
    )
  }

  /** Lets nothing pass that is sent from now on. */
  block(cuts: PartitionCuts, origin: FaultOrigin): Release {
    return addTo(this.#blocks, { cuts, since: this.#link.source.simulation.log.seq, origin })
  }

  /** Adds what a fault does to the link. */
  disturb(disturbance: LinkDisturbance, origin: FaultOrigin): Release {
    switch (disturbance.kind) {
      case 'hold':
        return this.#hold(origin)
      case 'clog':
        return addTo(this.#clogs, { factor: disturbance.factor, added: disturbance.added, origin })
      case 'loss':
        return this.#addChance(this.#losses, disturbance, origin)
      case 'duplication':
        return this.#addChance(this.#duplications, disturbance, origin)
      case 'reordering':
        return this.#addChance(this.#reorderings, disturbance, origin)
      case 'corruption':
        return this.#addChance(this.#corruptions, disturbance, origin)
      case 'bandwidth':
        return this.#throttle({
          bytesPerSecond: disturbance.bytesPerSecond,
          queueMax: disturbance.queue,
          origin,
        })
    }
  }

  /** Sends a parcel whose latency is drawn already. */
  send(parcel: Parcel, latency: number): void {
    const lostBy = struckBy(this.#losses)
    const damage = this.#drawDamage()
    const late = this.#drawLateness()
    const copyLatency = this.#drawCopy(parcel)
    const { rules } = this.#link
    const verdict = rules.isEmpty ? null : rules.judge(parcel.describe())
    const why = this.#whyLost(parcel, lostBy, verdict)
    const added = late + (verdict?.kind === 'delay' ? verdict.by : 0)
    const leave = (): void => {
      if (why !== null) return
      this.#launch(parcel, parcel.cause, damage, this.#clogged(latency) + added)
      if (copyLatency >= 0)
        this.#launch(parcel, this.#link.double(parcel.cause), undamaged, this.#clogged(copyLatency))
    }
    // What is lost on the way has occupied the line as well.
    const isTaken = this.#transmitter.take(parcel.size, leave)
    this.#transmitter.throttle?.origin?.affected()
    if (!isTaken) this.#link.drop(parcel.cause, 'queue-full')
    else if (why !== null) this.#link.drop(parcel.cause, why)
  }

  #whyLost(parcel: Parcel, lostBy: Chance | null, verdict: Verdict | null): DropReason | null {
    if (verdict?.kind === 'drop') return 'rule'
    // The very message whose sending triggered a partition was sent before it began.
    const block = this.#blocks.find(({ cuts, since }) => cuts === 'in-flight' || parcel.sent >= since)
    if (block !== undefined) {
      block.origin.affected()
      return 'partition'
    }
    if (lostBy === null) return null
    lostBy.origin?.affected()
    return 'loss'
  }

  #drawDamage(): number {
    let damage = undamaged
    for (const chance of this.#corruptions) {
      const isStruck = chance.strikes()
      const place = chance.random.float()
      if (!isStruck || damage !== undamaged) continue
      damage = place
      chance.origin?.affected()
    }
    return damage
  }

  #drawLateness(): number {
    let late = 0
    for (const chance of this.#reorderings) {
      const more = chance.lateness()
      if (more > 0) chance.origin?.affected()
      late += more
    }
    return late
  }

  // At most one copy arrives, however many faults would make one.
  #drawCopy(parcel: Parcel): number {
    let copyLatency = -1
    for (const chance of this.#duplications) {
      const isStruck = chance.strikes()
      const latency = this.#link.drawLatency(chance.random)
      if (!isStruck || copyLatency >= 0 || !parcel.canDouble) continue
      copyLatency = latency
      chance.origin?.affected()
    }
    return copyLatency
  }

  #clogged(latency: number): number {
    let clogged = latency
    let added = 0
    for (const clog of this.#clogs) {
      clog.origin.affected()
      clogged *= clog.factor
      added += clog.added
    }
    return Math.floor(clogged) + added
  }

  #launch(parcel: Parcel, cause: number, damage: number, latency: number): void {
    const [hold] = this.#holds
    if (hold === undefined) {
      parcel.arrive((this.#link.source.simulation.now + latency) as Instant, cause, damage)
      return
    }
    hold.affected()
    if (this.#held.length < heldMax) this.#held.push({ parcel, cause, damage })
    else this.#link.drop(cause, 'queue-full')
  }

  #hold(origin: FaultOrigin): Release {
    const release = addTo(this.#holds, origin)
    return () => {
      release()
      if (this.#holds.length === 0) this.#releaseHeld()
    }
  }

  // In the order in which they were sent: each a nanosecond behind the one before.
  #releaseHeld(): void {
    const held = this.#held
    this.#held = []
    const { simulation } = this.#link.source
    const first = simulation.now + this.#link.character.latencyMin
    held.forEach(({ parcel, cause, damage }, place) => {
      parcel.arrive((first + place) as Instant, cause, damage)
    })
  }

  #throttle(throttle: Throttle): Release {
    const release = addTo(this.#throttles, throttle)
    this.#transmitter.limit(narrowest(this.#throttles))
    return () => {
      release()
      this.#transmitter.limit(narrowest(this.#throttles))
    }
  }

  #addChance(
    chances: Chance[],
    fault: { readonly kind: string; readonly ratio: number; readonly window?: Duration },
    origin: FaultOrigin,
  ): Release {
    const began = `${fault.kind}@${this.#link.source.simulation.now}`
    const twins = chances.filter((other) => other.stream.includes(`${began}#`)).length
    return addTo(chances, this.#chance(`${began}#${twins + 1}`, fault.ratio, fault.window, origin))
  }

  #chance(name: string, ratio: number, window?: Duration, origin: FaultOrigin | null = null): Chance {
    const { source, name: link } = this.#link
    const { seed } = source.simulation.streams
    return new Chance({ ratio, window: window ?? (0 as Duration), origin, seed, stream: `${link}/${name}` })
  }
}

function addTo<T>(list: T[], item: T): Release {
  list.push(item)
  let isHeld = true
  return () => {
    if (isHeld) list.splice(list.indexOf(item), 1)
    isHeld = false
  }
}
