// Profiles that hurt disks. (What a crash leaves of unsynced writes is `crashes` and `tornWrites`.)

import type { MomentOptions } from './clock-profiles.ts'
import { range } from './options.ts'
import type { FaultProfile } from './profile.ts'
import { drawNumber, repeating, type DrawnRange, type Recipe, type RepeatingOptions } from './repeating.ts'
import { numberBetween, ratio, text, wholeBetween } from '../field.ts'
import { ms, seconds } from '../../time.ts'

/** What profiles of disks can be told. */
export interface DiskOptions extends RepeatingOptions {
  /** Only files whose path begins with this. */
  readonly paths?: string
}

/** What profiles of disks that fail now and then can be told; `ratio`: of the operations. */
export interface DiskRatioOptions extends DiskOptions {
  readonly ratio?: DrawnRange
}

const paths = text('the beginning of a path')

/** Reads or writes fail with EIO (default: 1% to 50% of them). */
export function diskErrors(options: DiskRatioOptions = {}): FaultProfile {
  return repeating(
    onDisk('diskErrors', ({ node, random }) => ({
      kind: random.boolean(0.5) ? 'disk-read-error' : 'disk-write-error',
      node,
      ...aim(options, drawNumber(random, options.ratio ?? [0.01, 0.5])),
    })),
    options,
    { paths, ratio: range(ratio) },
  )
}

/** Syncs fail (default: half to all of them), after which the unsynced pages are gone. */
export function fsyncFailures(options: DiskRatioOptions = {}): FaultProfile {
  const recipe = onDisk('fsyncFailures', ({ node, random }) => ({
    kind: 'fsync-failure',
    node,
    ...aim(options, drawNumber(random, options.ratio ?? [0.5, 1])),
  }))
  return repeating({ ...recipe, every: seconds(20), isDataDamaging: true }, options, {
    paths,
    ratio: range(ratio),
  })
}

/** Disks are full for a while. */
export function fullDisks(options: DiskOptions = {}): FaultProfile {
  return repeating(
    onDisk('fullDisks', ({ node }) => ({ kind: 'disk-full', node, ...aim(options) })),
    options,
    { paths },
  )
}

/** Disks are slow for a while; `factor`: how many times (default 2 to 100). */
export function slowDisks(options: RepeatingOptions & { readonly factor?: DrawnRange } = {}): FaultProfile {
  const recipe = onDisk('slowDisks', ({ node, random }) => ({
    kind: 'disk-slow',
    node,
    factor: drawNumber(random, options.factor ?? [2, 100]),
  }))
  return repeating({ ...recipe, for: [ms(500), seconds(10)] }, options, {
    factor: range(numberBetween(1, 1_000_000)),
  })
}

/** Disks complete nothing for a while. */
export function stalledDisks(options: RepeatingOptions = {}): FaultProfile {
  return repeating(
    onDisk('stalledDisks', ({ node }) => ({ kind: 'disk-stall', node })),
    options,
    {},
  )
}

/** Bits of files flip; `bits` at a time (default 1). */
export function bitRot(
  options: MomentOptions & { readonly paths?: string; readonly bits?: number } = {},
): FaultProfile {
  const recipe: Recipe = {
    name: 'bitRot',
    isForServing: true,
    every: seconds(30),
    isDataDamaging: true,
    draw: ({ node }) => ({ kind: 'bit-rot', node, ...aim(options), bits: options.bits ?? 1 }),
  }
  return repeating(recipe, options, { paths, bits: wholeBetween(1, 65_536) })
}

/** Now and then, one write lands at another place. */
export function misdirectedWrites(options: DiskOptions = {}): FaultProfile {
  const recipe = onDisk('misdirectedWrites', ({ node, random }) => ({
    kind: 'misdirected-write',
    node,
    ...aim(options, drawNumber(random, [0.01, 1])),
    count: 1,
  }))
  return repeating({ ...recipe, every: seconds(30), isDataDamaging: true }, options, { paths })
}

/** Reads give fewer bytes than there are (default: 5% to all of them). */
export function shortReads(options: DiskRatioOptions = {}): FaultProfile {
  return repeating(
    onDisk('shortReads', ({ node, random }) => ({
      kind: 'short-read',
      node,
      ...aim(options, drawNumber(random, options.ratio ?? [0.05, 1])),
    })),
    options,
    { paths, ratio: range(ratio) },
  )
}

function onDisk(name: string, draw: Recipe['draw']): Recipe {
  return { name, isForServing: true, every: seconds(15), for: [ms(100), seconds(5)], draw }
}

function aim(
  given: { readonly paths?: string },
  share?: number,
): { readonly paths?: string; readonly ratio?: number } {
  return {
    ...(given.paths === undefined ? {} : { paths: given.paths }),
    ...(share === undefined ? {} : { ratio: share }),
  }
}
