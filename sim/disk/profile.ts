// How fast, how large and how forgetful a simulated disk is, as plain data, with presets.

import type { FieldsOf } from '../known-fields.ts'
import { Problems } from '../problems.ts'
import { ms, ns, us, type Duration } from '../time.ts'

/** How long one kind of operation takes, besides waiting for its turn and moving its bytes. */
export interface DiskLatency {
  /** The least it takes, at least 0. */
  readonly min: Duration
  /** The mean of what comes on top, exponentially distributed; 0 for none. */
  readonly tail: Duration
  /** How likely an operation is an outlier, 0 to 1. */
  readonly outlierRatio: number
  /** How many times as long an outlier takes, at least 1. */
  readonly outlierFactor: number
}

/** What a device does for an operation; `metadata` is whatever concerns names only. */
export type DiskService = 'read' | 'write' | 'sync' | 'metadata'

/** A simulated disk's character. */
export interface DiskProfile {
  readonly latency: { readonly [S in DiskService]: DiskLatency }
  /** How many bytes a second reads and writes together move, at least 1. Whole pages are moved. */
  readonly bandwidth: number
  /** How many operations are served at once, 1 to 256; the others wait in the order in which they came. */
  readonly depth: number
  /** How many operations may be under way or waiting, at least 1; one more is rejected with EIO. */
  readonly operationsMax: number
  /** How many bytes fit, at least 0; one more is ENOSPC. Content is held in memory. */
  readonly capacity: number
  /** How many files and directories fit, at least 1; one more is ENOSPC. */
  readonly filesMax: number
  /** What is written in one piece or not at all: bytes, at least 1. A crash tears writes at these boundaries. */
  readonly sectorSize: number
  /** What the device moves in one piece: bytes, at least 1. */
  readonly pageSize: number
  /**
   * Which unsynced entries of a directory may survive a crash: those made up to some moment (`ordered`, a journaling
   * file system) or any of them (`any`).
   */
  readonly entries: 'ordered' | 'any'
}

const shared = {
  operationsMax: 65_536,
  capacity: 1_073_741_824,
  filesMax: 65_536,
  sectorSize: 512,
  pageSize: 4096,
  entries: 'ordered',
} as const

/** A solid-state disk: syncs in a third of a millisecond, now and then twenty times that. 1 GiB. */
export const ssd: DiskProfile = {
  latency: {
    read: latency(us(60), us(25), 0.001),
    write: latency(us(5), us(3), 0.001),
    sync: latency(us(200), us(150), 0.005),
    metadata: latency(us(3), us(2), 0.001),
  },
  bandwidth: 500_000_000,
  depth: 8,
  ...shared,
}

/** A spinning disk: seeks, and serves one operation at a time. 1 GiB. */
export const hdd: DiskProfile = {
  latency: {
    read: latency(ms(2), ms(6), 0.002),
    write: latency(us(8), us(8), 0.001),
    sync: latency(ms(4), ms(8), 0.005),
    metadata: latency(us(20), us(40), 0.002),
  },
  bandwidth: 150_000_000,
  depth: 1,
  ...shared,
}

/** A disk that takes no time, for tests of what happens and not when. 1 GiB. */
export const instant: DiskProfile = {
  latency: { read: none(), write: none(), sync: none(), metadata: none() },
  bandwidth: 1_000_000_000_000_000,
  depth: 1,
  ...shared,
}

/** The presets by name. */
export const diskProfiles: ReadonlyMap<string, DiskProfile> = new Map([
  ['ssd', ssd],
  ['hdd', hdd],
  ['instant', instant],
])

/** What is wrong with a profile, each as `place: got, wanted`; empty when nothing is. */
export function diskProfileProblems(profile: DiskProfile): readonly string[] {
  const problems = new Problems()
  if (!problems.fields<DiskProfile>('fields', profile, profileFields)) return problems.list
  if (problems.fields<DiskProfile['latency']>('latency', profile.latency, services))
    for (const service of Object.keys(services) as DiskService[])
      checkLatency(problems, `latency.${service}`, profile.latency[service])
  for (const [field, max] of boundedFields) {
    problems.whole(field, profile[field], [field === 'capacity' ? 0 : 1, max])
    if (profile[field] === undefined) problems.add(field, undefined, 'a value: presets such as ssd have all')
  }
  if (profile.entries !== 'ordered' && profile.entries !== 'any')
    problems.add('entries', profile.entries, "'ordered' or 'any'")
  return problems.list
}

function checkLatency(problems: Problems, place: string, latency: DiskLatency): void {
  if (!problems.fields<DiskLatency>(place, latency, latencyFields)) return
  problems.span(`${place}.min`, latency.min)
  problems.span(`${place}.tail`, latency.tail)
  problems.ratio(`${place}.outlierRatio`, latency.outlierRatio)
  problems.number(`${place}.outlierFactor`, latency.outlierFactor, [1, 1_000_000])
  for (const field of Object.keys(latencyFields) as (keyof DiskLatency)[])
    if (latency[field] === undefined) problems.add(`${place}.${field}`, undefined, 'a number')
}

const profileFields: FieldsOf<DiskProfile> = {
  latency: true,
  bandwidth: true,
  depth: true,
  operationsMax: true,
  capacity: true,
  filesMax: true,
  sectorSize: true,
  pageSize: true,
  entries: true,
}
const latencyFields: FieldsOf<DiskLatency> = {
  min: true,
  tail: true,
  outlierRatio: true,
  outlierFactor: true,
}
const services: FieldsOf<DiskProfile['latency']> = { read: true, write: true, sync: true, metadata: true }

const boundedFields = [
  ['bandwidth', Number.MAX_SAFE_INTEGER],
  ['depth', 256],
  ['operationsMax', 16_777_216],
  ['capacity', 68_719_476_736],
  ['filesMax', 16_777_216],
  ['sectorSize', 1_048_576],
  ['pageSize', 16_777_216],
] as const

function latency(min: Duration, tail: Duration, outlierRatio: number): DiskLatency {
  return { min, tail, outlierRatio, outlierFactor: 20 }
}

function none(): DiskLatency {
  return { min: ns(0), tail: ns(0), outlierRatio: 0, outlierFactor: 1 }
}
