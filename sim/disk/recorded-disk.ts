// The disk of a node whose program runs alone: it keeps nothing, because what came of each operation is recorded.

import type { Disk, DiskErrorCode } from '../env.ts'
import type { DeviceHost, ProcessPort, RecordedPort } from '../node/index.ts'
import { ActiveFaults } from './active-faults.ts'
import { MountedDisk } from './mounted-disk.ts'
import { type DirectoryNode, directoryNode, type FileNode, fileNode } from './node.ts'
import { ssd } from './profile.ts'
import { RecordedRequests } from './recorded-requests.ts'
import { Volume } from './volume.ts'

/** `env.disk` for an incarnation: logs the requests of its program, and gives it the recorded results. */
export function recordedDisk(host: DeviceHost, port: ProcessPort, recorded: RecordedPort): Disk {
  const stream = (purpose: string) => host.stream(`disk/${host.node}/${purpose}`)
  const faults = new ActiveFaults(stream)
  const parts = { host, profile: ssd, volume: new EmptyVolume(ssd), faults, stream }
  return new MountedDisk(parts, new RecordedRequests(host, port, recorded))
}

/** A volume that lets everything happen and keeps nothing of it. */
class EmptyVolume extends Volume {
  override open(): FileNode {
    return fileNode()
  }

  override close(): void {}

  override write(): DiskErrorCode | null {
    return null
  }

  override resize(): DiskErrorCode | null {
    return null
  }

  override rename(): DiskErrorCode | null {
    return null
  }

  override unlink(): DiskErrorCode | null {
    return null
  }

  override makeDirectory(): DiskErrorCode | null {
    return null
  }

  override removeDirectory(): DiskErrorCode | null {
    return null
  }

  override directory(): DirectoryNode {
    return directoryNode()
  }
}
