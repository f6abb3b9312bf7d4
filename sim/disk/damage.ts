// What goes wrong on a disk without anybody being told: bits that turn over, and writes that land elsewhere.

import type { DiskErrorCode } from '../env.ts'
import type { DeviceHost } from '../node/index.ts'
import type { RandomStream } from '../random.ts'
import type { DiskFaultOrigin } from './active-faults.ts'
import type { BitRotFault } from './fault.ts'
import { walk, type FileNode } from './node.ts'
import type { Volume } from './volume.ts'

/** A byte of a file. */
interface Spot {
  readonly path: string
  readonly file: FileNode
  readonly offset: number
}

/** Where damage is done, and with what randomness. */
export interface DamageSite {
  readonly volume: Volume
  readonly host: DeviceHost
  readonly random: RandomStream
}

/** Flips drawn bits of the files whose paths begin as the fault says; nothing when they hold no bytes. Two draws a bit. */
export function rot({ volume, host, random }: DamageSite, fault: BitRotFault, origin: DiskFaultOrigin): void {
  for (let count = fault.bits ?? 1; count > 0; count--) {
    const place = random.float()
    const bit = random.int(0, 7)
    const spot = pickSpot(volume, fault.paths ?? '', place)
    if (spot === null) continue
    const { path, file, offset } = spot
    const byte = file.content.read(offset, 1)[0] ?? 0
    file.content.damage(offset, Uint8Array.of(byte ^ (1 << bit)))
    host.emitInput('disk-damage', origin.cause, { path, damage: 'bit-rot', offset })
    origin.affected()
  }
}

/** A write and where it was meant to land. */
export interface MeantWrite {
  readonly file: FileNode
  readonly path: string
  readonly offset: number
  readonly bytes: Uint8Array
  readonly sectorSize: number
}

/**
 * Writes bytes over the content at a drawn sector of any file instead of where they belong, which is only made long
 * enough, with zeros. One draw. When there is no other sector to hit, the write is lost.
 */
export function misdirect({ volume, host, random }: DamageSite, meant: MeantWrite): DiskErrorCode | null {
  const { file, path, offset, bytes } = meant
  const place = random.float()
  const problem = volume.resize(file, Math.max(file.content.size, offset + bytes.length))
  if (problem !== null) return problem
  const drawn = pickSpot(volume, '', place)
  const spot = drawn === null ? null : elsewhere(drawn, meant)
  if (spot !== null) spot.file.content.damage(spot.offset, bytes)
  const landed = spot ?? { path, offset }
  host.emit('disk-damage', { path: landed.path, damage: 'misdirected-write', offset: landed.offset })
  return null
}

// The start of the spot's sector, or of a neighbour when that is where the write belongs; null when there is none.
function elsewhere(spot: Spot, meant: MeantWrite): Spot | null {
  const { sectorSize } = meant
  const sector = Math.floor(spot.offset / sectorSize)
  const meantSector = Math.floor(meant.offset / sectorSize)
  if (spot.file !== meant.file || sector !== meantSector) return { ...spot, offset: sector * sectorSize }
  if (sector > 0) return { ...spot, offset: (sector - 1) * sectorSize }
  return sectorSize < spot.file.content.size ? { ...spot, offset: sectorSize } : null
}

// The byte at a place from 0 to 1 in all files one after the other, in the order of their paths.
function pickSpot(volume: Volume, paths: string, place: number): Spot | null {
  const files = [...filesOf(volume, paths)]
  let rest = Math.floor(place * files.reduce((total, [, file]) => total + file.content.size, 0))
  for (const [path, file] of files) {
    if (rest < file.content.size) return { path, file, offset: rest }
    rest -= file.content.size
  }
  return null
}

function* filesOf(volume: Volume, paths: string): Generator<readonly [path: string, file: FileNode]> {
  for (const [path, node] of walk(volume.root, 'cached'))
    if (node.kind === 'file' && path.startsWith(paths)) yield [path, node]
}
