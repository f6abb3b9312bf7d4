// What a page needs to show two runs side by side, besides the runs.

import { diff, type EventSource, matchEvents } from '../../sim/index.ts'

import { differenceText } from '../difference-text.ts'
import type { ComparisonInfo } from '../viewer/model/document.ts'
import { numberOf, type PagePart, placeOf } from '../viewer/model/event-numbers.ts'
import { VarintWriter } from '../viewer/model/varints.ts'

/** How two runs differ, as a page carries it. */
export interface PackedComparison {
  readonly comparison: ComparisonInfo
  readonly sections: ReadonlyMap<string, Uint8Array>
}

/** Compares two runs, of which the page holds such parts. Rejects with a TraceError when a trace is damaged. */
export async function packComparison(
  a: EventSource,
  b: EventSource,
  parts: { readonly a: PagePart; readonly b: PagePart },
): Promise<PackedComparison> {
  const difference = await diff(a, b)
  const { method, partners } = await matchEvents(a, b)
  const comparison = {
    common: difference.common,
    method,
    changes: difference.changes.map((change) => differenceText(change, { a: 'A', b: 'B' })),
    partings: difference.nodes.map(({ node, isFirst, ...pair }) => ({
      node,
      isFirst,
      a: pair.a?.seq ?? 0,
      b: pair.b?.seq ?? 0,
    })),
  }
  return { comparison, sections: partnerSections(partners, parts) }
}

/**
 * The place on the page of the partner of each event of the first run, and for those of the second, whether they have one that
 * is not on the page. 0: none; the place behind the last one: one that is not on the page.
 */
function partnerSections(
  partners: ArrayLike<number>,
  { a, b }: { readonly a: PagePart; readonly b: PagePart },
): ReadonlyMap<string, Uint8Array> {
  const ofA = new VarintWriter()
  for (let place = 1; place <= a.count; place++) {
    const partner = partners[numberOf(a, place)] ?? 0
    ofA.push(partner === 0 ? 0 : placeOf(b, partner) || b.count + 1)
  }
  const isElsewhere = new Uint8Array(b.count + 1)
  for (let number = 1; number < partners.length; number++)
    if (placeOf(a, number) === 0) isElsewhere[placeOf(b, partners[number] as number)] = 1
  const ofB = new VarintWriter()
  for (let place = 1; place <= b.count; place++) ofB.push(isElsewhere[place] as number)
  return new Map([
    ['partners', ofA.bytes()],
    ['elsewhere', ofB.bytes()],
  ])
}
