// Profiles that hurt disks. (What a crash leaves of unsynced writes is `crashes` and `tornWrites`.)

import type { MomentOptions } from './clock-profiles.ts'
import type { FaultProfile } from './profile.ts'
import { drawNumber, repeating, type DrawnRange, type Recipe, type RepeatingOptions } from './repeating.ts'
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

/** Reads or writes fail with EIO (default: 1% to 50% of them). */
export function diskErrors(options: DiskRatioOptions = {}): FaultProfile {
  return repeating(
    onDisk('diskErrors', ({ node, random }) => ({
      kind: random.boolean(0.5) ? 'disk-read-error' : 'disk-write-error',
      node,
      ...aim(options, drawNumber(random, options.ratio ?? [0.01, 0.5])),
    })),
    options,
  )
}

/** Syncs fail (default: half to all of them), after which the unsynced pages are gone. */
export function fsyncFailures(options: DiskRatioOptions = {}): FaultProfile {
  const recipe = onDisk('fsyncFailures', ({ node, random }) => ({
    kind: 'fsync-failure',
    node,
    ...aim(options, drawNumber(random, options.ratio ?? [0.5, 1])),
  }))
  return repeating({ ...recipe, every: seconds(20), isDataDamaging: true }, options)
}

/** Disks are full for a while. */
export function fullDisks(options: DiskOptions = {}): FaultProfile {
  return repeating(
    onDisk('fullDisks', ({ node }) => ({ kind: 'disk-full', node, ...aim(options) })),
    options,
  )
}

/** Disks are slow for a while; `factor`: how many times (default 2 to 100). */
export function slowDisks(options: RepeatingOptions & { readonly factor?: DrawnRange } = {}): FaultProfile {
  const recipe = onDisk('slowDisks', ({ node, random }) => ({
    kind: 'disk-slow',
    node,
    factor: drawNumber(random, options.factor ?? [2, 100]),
  }))
  return repeating({ ...recipe, for: [ms(500), seconds(10)] }, options)
}

/** Disks complete nothing for a while. */
export function stalledDisks(options: RepeatingOptions = {}): FaultProfile {
  return repeating(
    onDisk('stalledDisks', ({ node }) => ({ kind: 'disk-stall', node })),
    options,
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
  return repeating(recipe, options)
}

/** Now and then, one write lands at another place. */
export function misdirectedWrites(options: DiskOptions = {}): FaultProfile {
  const recipe = onDisk('misdirectedWrites', ({ node, random }) => ({
    kind: 'misdirected-write',
    node,
    ...aim(options, drawNumber(random, [0.01, 1])),
    count: 1,
  }))
  return repeating({ ...recipe, every: seconds(30), isDataDamaging: true }, options)
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
  )
}

function onDisk(name: string, draw: Recipe['draw']): Recipe {
  return { name, isForServing: true, every: seconds(15), for: [ms(100), seconds(5)], draw }
}

function aim(
  { paths }: { readonly paths?: string },
  ratio?: number,
): { readonly paths?: string; readonly ratio?: number } {
  return { ...(paths === undefined ? {} : { paths }), ...(ratio === undefined ? {} : { ratio }) }
}
