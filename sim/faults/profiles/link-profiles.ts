// Profiles that disturb links and names. What they disturb is drawn: one link, all links of a node, or all there are.

import { range, span, whole } from './options.ts'
import type { FaultProfile } from './profile.ts'
import {
  drawNumber,
  drawSkewed,
  repeating,
  type Moment,
  type DrawnRange,
  type Recipe,
  type RepeatingOptions,
} from './repeating.ts'
import type { Links } from '../fault.ts'
import { numberBetween, ratio as share } from '../field.ts'
import { allLinks } from '../links.ts'
import { servingNodes } from '../topology.ts'
import { ms, ns, seconds, type Duration } from '../../time.ts'

/** What profiles of links that lose, double or change things can be told; `ratio`: of what is sent. */
export interface RatioOptions extends RepeatingOptions {
  readonly ratio?: DrawnRange
}

/** Links lose what is sent (default: 1% to 30% of it). */
export function packetLoss(options: RatioOptions = {}): FaultProfile {
  return ratioProfile('packetLoss', 'loss', options, [0.01, 0.3])
}

/** Things arrive twice (default: 1% to 30% of them). */
export function duplication(options: RatioOptions = {}): FaultProfile {
  return ratioProfile('duplication', 'duplication', options, [0.01, 0.3])
}

/** Things arrive with changed bytes (default: 0.1% to 10% of them). */
export function corruption(options: RatioOptions = {}): FaultProfile {
  return ratioProfile('corruption', 'corruption', options, [0.001, 0.1])
}

/** Things overtake each other (default: 5% to 50% are late by up to 1ms to 300ms). */
export function reordering(
  options: RatioOptions & { readonly window?: DrawnRange<Duration> } = {},
): FaultProfile {
  const { ratio = [0.05, 0.5], window = [ms(1), ms(300)] } = options
  const recipe = onLinks('reordering', (moment) => ({
    kind: 'reordering',
    links: drawLinks(moment),
    ratio: drawNumber(moment.random, ratio),
    window: drawSkewed(moment.random, window),
  }))
  return repeating(recipe, options, { ratio: range(share), window: range(span(ns(1))) })
}

/** Latencies grow by `added` (default 1ms to 1s) and are multiplied by `factor` (default 1 to 20). */
export function clogs(
  options: RepeatingOptions & { readonly factor?: DrawnRange; readonly added?: DrawnRange<Duration> } = {},
): FaultProfile {
  const { factor = [1, 20], added = [ms(1), seconds(1)] } = options
  const recipe = onLinks('clogs', (moment) => ({
    kind: 'clog',
    links: drawLinks(moment),
    factor: drawNumber(moment.random, factor),
    added: drawSkewed(moment.random, added),
  }))
  return repeating(recipe, options, { factor: range(numberBetween(1, 1_000_000)), added: range(span(ns(0))) })
}

/** Messages wait, and leave all at once. */
export function holds(options: RepeatingOptions = {}): FaultProfile {
  const recipe = onLinks('holds', (moment) => ({ kind: 'hold', links: drawLinks(moment) }))
  return repeating({ ...recipe, for: [ms(50), seconds(3)] }, options, {})
}

/** Links carry little: `bytesPerSecond` (default 20,000 to 1,000,000). */
export function narrowLinks(
  options: RepeatingOptions & { readonly bytesPerSecond?: DrawnRange } = {},
): FaultProfile {
  const { bytesPerSecond = [20_000, 1_000_000] } = options
  const recipe = onLinks('narrowLinks', (moment) => ({
    kind: 'bandwidth',
    links: drawLinks(moment),
    bytesPerSecond: drawSkewed(moment.random, bytesPerSecond),
    queue: 65_536,
  }))
  return repeating(recipe, options, { bytesPerSecond: range(whole(1)) })
}

/** Names keep resolving as they did. */
export function staleNames(options: RepeatingOptions = {}): FaultProfile {
  const recipe = onLinks('staleNames', ({ node }) => ({ kind: 'names-stale', node }))
  return repeating({ ...recipe, every: seconds(20) }, options, {})
}

/** Names do not resolve. */
export function failingNames(options: RepeatingOptions = {}): FaultProfile {
  const recipe = onLinks('failingNames', ({ node }) => ({ kind: 'names-fail', node }))
  return repeating({ ...recipe, every: seconds(20) }, options, {})
}

/** Names of the scenario stand for another node for a while; where it has none, nothing happens. */
export function movingNames(options: RepeatingOptions = {}): FaultProfile {
  const recipe = onLinks('movingNames', ({ node, random, context }) => {
    const { names = [] } = context.topology
    const drawn = random.float()
    const name = names[Math.floor(drawn * names.length)]
    return name === undefined ? undefined : { kind: 'names-change', name, node }
  })
  return repeating({ ...recipe, every: seconds(20), isForServing: true }, options, {})
}

function ratioProfile(
  name: string,
  kind: 'loss' | 'duplication' | 'corruption',
  options: RatioOptions,
  ratio: DrawnRange,
): FaultProfile {
  const recipe = onLinks(name, (moment) => ({
    kind,
    links: drawLinks(moment),
    ratio: drawNumber(moment.random, options.ratio ?? ratio),
  }))
  return repeating(recipe, options, { ratio: range(share) })
}

function onLinks(name: string, draw: Recipe['draw']): Recipe {
  return { name, every: seconds(12), for: [ms(500), seconds(8)], draw }
}

/**
 * The links of a drawn node: to one other node that others depend on, in one direction or both; to and from all; or
 * simply all links.
 */
function drawLinks({ random, node, context }: Moment): Links {
  const extent = random.float()
  const other = random.pick(servingNodes(context.topology))
  const isSymmetric = random.boolean(0.5)
  if (extent < 0.2) return allLinks
  if (extent < 0.6 || other === node) return { from: [node], to: 'any', isSymmetric: true }
  return { from: [node], to: [other], isSymmetric }
}
