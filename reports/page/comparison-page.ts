// What a page needs to show two runs side by side, besides the runs.

import { diff, type EventSource, matchEvents } from '../../sim/index.ts'

import { differenceText } from '../difference-text.ts'
import type { ComparisonInfo } from '../viewer/model/document.ts'
import { VarintWriter } from '../viewer/model/varints.ts'

/** How two runs differ, as a page carries it. */
export interface PackedComparison {
  readonly comparison: ComparisonInfo
  readonly sections: ReadonlyMap<string, Uint8Array>
}

/** Compares two runs, of which the page holds so many events. Rejects with a TraceError when a trace is damaged. */
export async function packComparison(
  a: EventSource,
  b: EventSource,
  counts: { readonly a: number; readonly b: number },
): Promise<PackedComparison> {
  const difference = await diff(a, b)
  const { method, partners } = await matchEvents(a, b)
  const writer = new VarintWriter()
  for (let seq = 1; seq <= counts.a; seq++) {
    const partner = partners[seq] ?? 0
    writer.push(partner <= counts.b ? partner : 0)
  }
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
  return { comparison, sections: new Map([['partners', writer.bytes()]]) }
}
