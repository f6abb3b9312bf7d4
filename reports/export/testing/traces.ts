// Traces for the tests of exports: a real run, and small ones that are written down event by event.

import { kvStore, storeClient } from '../../../nodes/kv/index.ts'
import {
  clockSteps,
  crashes,
  type Data,
  type Event,
  group,
  memorySource,
  partitions,
  perSecond,
  run,
  scenario,
  seconds,
  tornWrites,
  type TraceFooter,
  type TraceHeader,
} from '../../../sim/index.ts'
import { exportTrace, type ExportOptions, type ExportSource } from '../export-trace.ts'
import type { ExportContext, Exporter } from '../exporter.ts'

export const header: TraceHeader = {
  scenario: 'test',
  title: 'a test',
  parameters: {},
  seed: 1,
  plan: [],
  version: '0.1.0',
  fingerprint: '',
  nodeVersion: 'v20.20.0',
  platform: 'linux-x64',
  options: {},
}

/** Names, keys and values that break out of whatever does not escape them. */
export const hostileTexts: readonly string[] = [
  '</script><script>alert(1)</script>',
  '"\'`<>&;#%{}()[]\\|$',
  ']]>',
  '\u0000\u0001\u001f\u007f\u0085',
  '\ud800 alone, \udfff alone',
  '\ufffe\uffff',
  'two\nlines\r\nand\u2028more\ttabs',
  '-->',
  '<!-- ',
  '#35; #lt;',
  'end',
  '%%{init: {"securityLevel": "loose"}}%%',
  'a: b; note over x: y',
  '"; drop table events; --',
  ' ',
  '__proto__',
]

/** Events from their own fields; what is left out follows from their place. */
export function eventsOf(
  fields: readonly { readonly kind: string; readonly [field: string]: Data }[],
): readonly Event[] {
  return fields.map((own, place) => {
    const { kind, node = 'a', at = place * 1000, cause = 0, ...rest } = own
    return { seq: place + 1, at, node, kind, cause, ...rest } as Partial<Event> as Event
  })
}

/** Events as a source. */
export function sourceOf(events: readonly Event[], footer: TraceFooter | null = null): ExportSource {
  return { ...memorySource('run.ndjson', header, events), footer }
}

const replicas = ['store-1', 'store-2', 'store-3']

const storeInTrouble = scenario({
  title: 'three replicas serve two clients while machines, disks and links fail',
  nodes: () => [
    ...group('store', replicas.length, kvStore()),
    ...group('client', 2, storeClient({ replicas, rate: perSecond(50) }), { quorum: 0 }),
  ],
  faults: [
    partitions({ every: seconds(2) }),
    crashes({ of: 'store', every: seconds(1) }),
    tornWrites(),
    clockSteps({ every: seconds(1) }),
    { kind: 'pause', node: 'store-1', at: seconds(1), for: seconds(1) },
    { kind: 'duplication', links: { from: 'any', to: 'any' }, ratio: 0.1, at: seconds(0), for: seconds(5) },
  ],
  duration: seconds(5),
  settle: seconds(2),
})

let recorded: Promise<readonly Event[]> | undefined

/** A run of the store in which much fails. */
export function eventsOfStore(): Promise<readonly Event[]> {
  recorded ??= record()
  return recorded
}

async function record(): Promise<readonly Event[]> {
  const events: Event[] = []
  await run(storeInTrouble, { seed: 1, onEvent: (event) => void events.push(event) })
  return events
}

/** What an exporter makes of events. */
export async function exported(
  make: (context: ExportContext) => Exporter,
  source: ExportSource,
  options: ExportOptions = {},
): Promise<string> {
  let text = ''
  for await (const piece of exportTrace(source, make({ name: source.name, header: source.header }), options))
    text += piece
  return text
}
