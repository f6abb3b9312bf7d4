// Narrows the intervals of operations by what must hold in every legal order, before any search: where the origin of
// each value is known, most of a long history is then in order already (Gibbons and Korach, "Testing shared memories",
// 1997: clusters of one write and its reads cannot overlap).

import { Bounds } from './bounds.ts'
import type { Cluster, Facts, Item } from './item.ts'

/** Most passes over the facts; each can only narrow, so stopping early is sound. */
const PASSES_MAX = 12

/**
 * The items with narrower intervals, or undefined when that leaves no legal order. `check` is called before each pass.
 */
export function tighten(
  items: readonly Item[],
  facts: Facts,
  check: () => void,
): readonly Item[] | undefined {
  if (facts.isImpossible) return undefined
  const bounds = new Bounds(items)
  for (let pass = 0; pass < PASSES_MAX; pass++) {
    check()
    let isNarrower = false
    for (const cluster of facts.clusters) isNarrower = applyWriter(bounds, cluster) || isNarrower
    if (facts.narrow !== undefined) isNarrower = facts.narrow(bounds) || isNarrower
    const zones = zonesOf(bounds, facts.clusters)
    if (zones === undefined) return undefined
    if (!applyZones(bounds, zones) && !isNarrower) break
  }
  const narrowed = itemsOf(items, bounds, facts.clusters)
  return narrowed.some((item) => item.return < item.call) ? undefined : narrowed
}

function itemsOf(items: readonly Item[], bounds: Bounds, clusters: readonly Cluster[]): readonly Item[] {
  const begins = new Map<number, number>()
  const sees = new Map<number, number>()
  for (const [index, { writer, readers }] of clusters.entries()) {
    if (writer !== undefined) begins.set(writer, index)
    for (const reader of readers) sees.set(reader, index)
  }
  return items.map((item, index) => ({
    action: item.action,
    call: bounds.call[index] as number,
    return: bounds.end[index] as number,
    begins: begins.get(index),
    sees: sees.get(index),
  }))
}

function applyWriter(bounds: Bounds, { writer, readers }: Cluster): boolean {
  if (writer === undefined) return false
  let isNarrower = false
  for (const reader of readers) isNarrower = bounds.order(writer, reader) || isNarrower
  return isNarrower
}

/** From the first end to the last call of a cluster nothing else can take effect. */
interface Zone {
  readonly begin: number
  readonly end: number
  readonly cluster: Cluster
  readonly members: ReadonlySet<number>
}

/** The zones in order, or undefined when two overlap. */
function zonesOf(bounds: Bounds, clusters: readonly Cluster[]): readonly Zone[] | undefined {
  const zones: Zone[] = []
  for (const cluster of clusters) {
    const { writer, readers } = cluster
    const members = new Set(writer === undefined ? readers : [writer, ...readers])
    let begin = writer === undefined ? -Infinity : Infinity
    let end = -Infinity
    for (const member of members) {
      begin = Math.min(begin, bounds.end[member] as number)
      end = Math.max(end, bounds.call[member] as number)
    }
    if (begin < end) zones.push({ begin, end, cluster, members })
  }
  zones.sort((a, b) => a.begin - b.begin || a.end - b.end)
  const overlap = zones.some((zone, index) => index > 0 && (zones[index - 1] as Zone).end > zone.begin)
  return overlap ? undefined : zones
}

function applyZones(bounds: Bounds, zones: readonly Zone[]): boolean {
  let isNarrower = false
  for (let item = 0; item < bounds.call.length; item++) {
    const atCall = zoneBefore(zones, bounds.call[item] as number)
    if (atCall !== undefined && isKeptOut(atCall, item) && (bounds.call[item] as number) < atCall.end)
      isNarrower = bounds.raiseCall(item, atCall.end) || isNarrower
    const end = bounds.end[item] as number
    const atEnd = end === Infinity ? undefined : zoneBefore(zones, end)
    if (atEnd !== undefined && isKeptOut(atEnd, item) && end > atEnd.begin && end <= atEnd.end)
      isNarrower = bounds.lowerEnd(item, atEnd.begin) || isNarrower
  }
  return isNarrower
}

function isKeptOut({ members, cluster }: Zone, item: number): boolean {
  return !members.has(item) && !cluster.isNeutral(item)
}

/** The last zone that begins before a place. */
function zoneBefore(zones: readonly Zone[], place: number): Zone | undefined {
  let low = 0
  let high = zones.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((zones[middle] as Zone).begin < place) low = middle + 1
    else high = middle
  }
  return zones[low - 1]
}
