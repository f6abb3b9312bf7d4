// The parts of the benchmark. Each runs in a process of its own, as a sweep would: what one part makes of the compiled
// code and of the heap is no matter of the next one's figures.

import { benchConformance } from './conformance.bench.ts'
import type { Detail } from './detail.ts'
import type { Extent } from './extent.ts'
import { benchExport, benchQuery, exportedFormats } from './export.bench.ts'
import { benchIdleNode } from './idle-node.bench.ts'
import { benchLinearCost, type LinearCost } from './linear-cost.bench.ts'
import { benchLinearizability } from './linearizability.bench.ts'
import { benchLoadBalancer } from './load-balancer.bench.ts'
import { benchMessages } from './messages.bench.ts'
import { benchPending } from './pending.bench.ts'
import { benchRedis } from './redis.bench.ts'
import type { Row } from './row.ts'
import { benchStore } from './store.bench.ts'
import { benchStreamMemory } from './stream-memory.bench.ts'
import { benchSweep } from './sweep.bench.ts'
import { benchTrace, benchTraceWriting } from './trace.bench.ts'
import { benchViewer } from './viewer.bench.ts'

/** What a part measures. */
export interface Figures {
  readonly rows: readonly Row[]
  readonly linearCosts: readonly LinearCost[]
  readonly details: readonly Detail[]
}

type Part = (extent: Extent) => Promise<Figures>

/** The parts, in the order in which they run. */
export const parts: ReadonlyMap<string, Part> = new Map<string, Part>([
  ['messages-sync', async (extent) => figures({ rows: [await benchMessages('sync', extent)] })],
  ['messages-async', async (extent) => figures({ rows: [await benchMessages('async', extent)] })],
  ['messages-full', async (extent) => figures({ rows: [await benchMessages('full', extent)] })],
  ['trace', async ({ rounds }) => figures({ rows: [await benchTraceWriting(rounds)] })],
  ...exportedFormats.map((name): readonly [string, Part] => [
    `export-${name}`,
    async (extent) => figures({ rows: await benchExport(name, extent) }),
  ]),
  ['query', async ({ hasDetails }) => figures({ rows: hasDetails ? [await benchQuery()] : [] })],
  ['store', async (extent) => figures({ rows: [await benchStore(false, extent)] })],
  ['store-judged', async (extent) => figures({ rows: [await benchStore(true, extent)] })],
  ['sweep', async ({ sweep }) => figures({ rows: sweep === null ? [] : await benchSweep(sweep) })],
  ['idle-node', async () => figures({ rows: [await benchIdleNode()] })],
  ['pending', async (extent) => figures({ rows: await benchPending(extent) })],
  ['conformance', async ({ rounds }) => figures({ rows: await benchConformance(rounds) })],
  ['redis', async (extent) => figures(await benchRedis(extent))],
  ['viewer', async ({ rounds }) => figures({ rows: await benchViewer(rounds) })],
  [
    'stream-memory',
    async ({ hasDetails }) => figures({ rows: hasDetails ? [await benchStreamMemory()] : [] }),
  ],
  ['linear-cost', async ({ linear }) => figures({ linearCosts: await benchLinearCost(linear) })],
  ['trace-details', async (extent) => details(extent, benchTrace)],
  ['linearizability-details', async (extent) => details(extent, benchLinearizability)],
  ['load-balancer-details', async (extent) => details(extent, benchLoadBalancer)],
])

async function details(extent: Extent, measure: () => Promise<readonly Detail[]>): Promise<Figures> {
  return figures({ details: extent.hasDetails ? await measure() : [] })
}

function figures(some: Partial<Figures>): Figures {
  return { rows: [], linearCosts: [], details: [], ...some }
}
