// The disk of one simulated machine. It outlives the incarnations of its node's program; what outlives a crash of the
// machine is what was synced, and whatever of the rest is drawn.

import type { Disk } from '../env.ts'
import type { DeviceHost, ProcessPort } from '../node/index.ts'
import { ActiveFaults, type DiskFaultOrigin } from './active-faults.ts'
import type { CrashOutcome } from './content-crash.ts'
import { crashVolume } from './crash.ts'
import { rot } from './damage.ts'
import { diskFaultProblems } from './fault-problems.ts'
import type { DiskFault } from './fault.ts'
import { loadState, readState, type DiskState } from './disk-state.ts'
import type { DiskParts } from './disk-parts.ts'
import { MountedDisk } from './mounted-disk.ts'
import type { DiskView } from './node.ts'
import { OperationQueue } from './operation-queue.ts'
import { DeviceRequests } from './requests.ts'
import { diskProfileProblems, ssd, type DiskProfile } from './profile.ts'
import { Volume } from './volume.ts'

/** A simulated disk: one per node. */
export class SimulatedDisk {
  readonly #parts: DiskParts

  /** Throws a RangeError that names every problem of the profile. */
  constructor(host: DeviceHost, profile: DiskProfile = ssd) {
    const problems = diskProfileProblems(profile)
    if (problems.length > 0) throw new RangeError(`disk profile of ${host.node}: ${problems.join('; ')}`)
    const stream = (purpose: string) => host.stream(`disk/${host.node}/${purpose}`)
    const faults = new ActiveFaults(stream)
    const queue = new OperationQueue(host, profile, faults)
    this.#parts = { host, profile, volume: new Volume(profile), faults, queue, stream }
  }

  /** `env.disk` for a new incarnation. When it ends, its open files are given back and what it waits for is forgotten. */
  attach(port: ProcessPort): Disk {
    const { host, queue, volume } = this.#parts
    port.onEnd(() => {
      queue.abandon()
      volume.closeAll()
    })
    return new MountedDisk(this.#parts, new DeviceRequests(host, queue, port))
  }

  /**
   * The machine has lost its power, and its incarnation has ended: of what was not synced, or still under way, the
   * outcome decides. Logs a `disk-crash` for each file and directory with unsynced changes. The draws are those of a
   * stream of this instant, so that another crash, added or dropped, changes nothing here. A program that ends without
   * its machine losing power leaves its writes where they are: no call.
   */
  crash(outcome: CrashOutcome = 'drawn'): void {
    const { queue, stream, host } = this.#parts
    queue.reset()
    crashVolume(this.#parts, stream(`crash/${host.now()}`), outcome)
  }

  /** Begins a fault; the result ends it and is harmless a second time. Throws a RangeError for a fault that cannot be. */
  begin(fault: DiskFault, origin: DiskFaultOrigin): () => void {
    const problems = diskFaultProblems(fault)
    if (problems.length > 0) throw new RangeError(`disk fault: ${problems.join('; ')}`)
    const { faults, queue, volume, host, stream } = this.#parts
    switch (fault.kind) {
      case 'disk-slow':
        return this.#slowDown(fault.factor, origin)
      case 'disk-stall':
        return queue.stall(origin.affected)
      case 'bit-rot':
        rot({ volume, host, random: stream('bit-rot') }, fault, origin)
        return () => undefined
      default:
        return faults.begin(fault, origin.affected)
    }
  }

  #slowDown(factor: number, { affected }: DiskFaultOrigin): () => void {
    const { faults, queue } = this.#parts
    const changed = (change: () => void): void => {
      const before = faults.slowdown
      change()
      queue.changePace(before)
    }
    let end = (): void => undefined
    changed(() => {
      end = faults.beginSlow(factor, affected)
    })
    return () => {
      changed(end)
    }
  }

  /** What programs see, or what is certain to survive a crash. For tests and reports; the bytes are copies. */
  state(view: DiskView): DiskState {
    return readState(this.#parts.volume, view)
  }

  /** Puts files and directories there, synced: what a node begins with. Throws a DiskError for what cannot be. */
  load(state: DiskState): void {
    loadState(this.#parts.volume, state)
  }
}
