// What the simulated disk of a node is made of, as its pieces share it.

import type { ActiveFaults } from './active-faults.ts'
import type { OperationQueue } from './operation-queue.ts'
import type { DiskProfile } from './profile.ts'
import type { Volume } from './volume.ts'
import type { DeviceHost } from '../node/index.ts'
import type { RandomStream } from '../random.ts'

/** What operations act on. */
export interface MountedParts {
  readonly host: DeviceHost
  readonly profile: DiskProfile
  readonly volume: Volume
  readonly faults: ActiveFaults
  /** The disk's stream of a purpose. */
  readonly stream: (purpose: string) => RandomStream
}

/** The pieces of one simulated disk. */
export interface DiskParts extends MountedParts {
  readonly queue: OperationQueue
}
