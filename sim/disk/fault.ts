// What can go wrong with a disk while it runs, as plain data. When it begins, for how long and on which node is said by
// the fault plan (sim/faults); what a crash leaves behind is no fault of the disk but an outcome of the crash.

/** One way in which a disk goes wrong, from its begin to its end. */
export type DiskFault =
  | DiskReadErrorFault
  | DiskWriteErrorFault
  | FsyncFailureFault
  | DiskFullFault
  | DiskSlowFault
  | DiskStallFault
  | BitRotFault
  | MisdirectedWriteFault
  | ShortReadFault

/** The name of a kind of disk fault. */
export type DiskFaultKind = DiskFault['kind']

/** The disk fault of a given kind. */
export type DiskFaultOf<K extends DiskFaultKind> = Extract<DiskFault, { readonly kind: K }>

/** Which operations a fault hits. */
export interface DiskFaultAim {
  /** Only paths that begin with this text: `/log/` for what is below a directory. All paths when absent. */
  readonly paths?: string
  /** How likely each of those operations is hit, 0 to 1. Every one when absent. */
  readonly ratio?: number
}

/** Reading a file or a directory rejects with EIO. */
export interface DiskReadErrorFault extends DiskFaultAim {
  readonly kind: 'disk-read-error'
}

/** Whatever would change a file or a directory rejects with EIO and changes nothing. */
export interface DiskWriteErrorFault extends DiskFaultAim {
  readonly kind: 'disk-write-error'
}

/**
 * Syncing a file rejects with EIO, and its unsynced writes are gone: the file reads as it did at the last sync that
 * succeeded, and the next sync succeeds (Linux marks the failed pages clean; «Can Applications Recover from fsync
 * Failures?», Rebello et al., USENIX ATC 2020). Syncing a directory rejects with EIO and its entries stay unsynced.
 */
export interface FsyncFailureFault extends DiskFaultAim {
  readonly kind: 'fsync-failure'
}

/** Whatever needs more space (a longer file, a new file) rejects with ENOSPC. */
export interface DiskFullFault extends DiskFaultAim {
  readonly kind: 'disk-full'
}

/** Every operation that is asked for takes `factor` times as long, 1 to 1,000,000. */
export interface DiskSlowFault {
  readonly kind: 'disk-slow'
  readonly factor: number
}

/** The device stands still: what is under way, and what is asked for meanwhile, goes on when the fault ends. */
export interface DiskStallFault {
  readonly kind: 'disk-stall'
}

/** At its begin, some bits at drawn places of the files turn over, on the medium and in the cache. Its end does nothing. */
export interface BitRotFault {
  readonly kind: 'bit-rot'
  /** Only files whose path begins with this text. */
  readonly paths?: string
  /** How many bits, 1 to 65,536; 1 when absent. */
  readonly bits?: number
}

/** A write reports success but lands at another place of the same or another file; where it belonged stays as it was. */
export interface MisdirectedWriteFault extends DiskFaultAim {
  readonly kind: 'misdirected-write'
  /** At most this many writes, at least 1; all of them when absent. */
  readonly count?: number
}

/** A read gives fewer bytes than there are, at least one. */
export interface ShortReadFault extends DiskFaultAim {
  readonly kind: 'short-read'
}

/** Every kind of disk fault. */
export const diskFaultKinds: readonly DiskFaultKind[] = [
  'disk-read-error',
  'disk-write-error',
  'fsync-failure',
  'disk-full',
  'disk-slow',
  'disk-stall',
  'bit-rot',
  'misdirected-write',
  'short-read',
]
