// A world that notices what a program asks of it that the state of a small world has to hold, or cannot hold: how often it
// drew random numbers, and that it read its clock.

import type { Clock, Env } from '../../env.ts'
import type { NodeId } from '../../event.ts'
import type { Simulation } from '../../kernel/index.ts'
import { type EnvDevices, type Process, SimEnv } from '../../node/index.ts'
import { type RandomStream, randomStream } from '../../random.ts'
import { World, type WorldOptions } from '../../world.ts'

/** A world whose programs are watched. */
export class WatchedWorld extends World {
  /** How many random numbers each node has drawn; the next ones depend on nothing else. */
  readonly draws: Map<NodeId, number> = new Map()
  readonly clockReaders: Set<NodeId> = new Set()

  constructor(simulation: Simulation, prepared: WorldOptions['prepared']) {
    super(simulation, { prepared: { ...prepared, network: null }, buggify: false })
    // Work takes no time where nothing does: what is sent behind it leaves at once.
    for (const machine of this.machines.values()) machine.cpuFactor = 0
  }

  override createEnv(process: Process): Env {
    return new WatchedEnv(process, this)
  }

  /** A stream that holds what the node's next draw gives. */
  nextDraw(node: NodeId): RandomStream {
    const count = this.draws.get(node) ?? 0
    this.draws.set(node, count + 1)
    return randomStream(this.simulation.streams.seed, `node/${node}/${count}`)
  }
}

class WatchedEnv extends SimEnv {
  readonly #watched: WatchedWorld

  constructor(process: Process, world: WatchedWorld & EnvDevices) {
    super(process, world)
    this.#watched = world
  }

  override get clock(): Clock {
    this.#watched.clockReaders.add(this.name)
    return super.clock
  }

  override get random(): RandomStream {
    return countedDraws(() => this.#watched.nextDraw(this.name))
  }
}

/** A stream each of whose draws comes from a stream of its own: where it stands is how many draws there were. */
function countedDraws(next: () => RandomStream): RandomStream {
  return {
    float: () => next().float(),
    int: (min, max) => next().int(min, max),
    boolean: (ratio) => next().boolean(ratio),
    pick: (items) => next().pick(items),
    weightedPick: (items) => next().weightedPick(items),
    shuffle: (items) => next().shuffle(items),
    exponential: (mean) => next().exponential(mean),
    normal: (mean, deviation) => next().normal(mean, deviation),
    logNormal: (median, sigma) => next().logNormal(median, sigma),
    empirical: (sorted) => next().empirical(sorted),
    bytes: (length) => next().bytes(length),
  }
}
