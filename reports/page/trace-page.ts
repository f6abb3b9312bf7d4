// The page of a trace, and of two traces side by side.

import type {
  DataRecord,
  EventSource,
  Outcome,
  TraceFooter,
  TraceHeader,
  Violation,
} from '../../sim/index.ts'

import { fieldsText } from '../data-text.ts'
import { isBefore, isBehind } from '../event-range.ts'
import { StandingEvents } from '../standing-events.ts'
import type { PlainRecord, RunInfo, ViolationInfo } from '../viewer/model/document.ts'
import { faultText } from '../viewer/model/event-line.ts'
import { whoWaits } from '../who-waits.ts'
import { type PageBounds, pageBounds, type NeededBefore, type PageRange, RunPacker } from './run-packer.ts'

/** A trace to be shown: a source that knows its footer once it was read to its end. */
export interface ShownTrace extends EventSource {
  readonly footer: TraceFooter | null
}

/** How a trace is called, and run again. */
export interface TraceNames {
  readonly name: string
  readonly command: string
}

/** A run, ready for a page. */
export interface PackedRun {
  readonly info: RunInfo
  readonly sections: ReadonlyMap<string, Uint8Array>
}

const violationsMax = 20

/** Reads a trace to its end and packs it as run number `index` of a page. Rejects with a TraceError. */
export async function packTrace(
  trace: ShownTrace,
  { name, command }: TraceNames,
  index = 0,
  { bounds = pageBounds, range, damage = () => '' }: PackOptions = {},
): Promise<PackedRun> {
  const packer = await packed(trace, bounds, range ?? {})
  const { info, sections } = packer.finish(index)
  const { header, footer } = trace
  const violations: ViolationInfo[] = []
  for (const violation of (footer?.violations ?? []).slice(0, violationsMax))
    violations.push(await violationInfo(trace, violation))
  const { scenario, title, seed } = header
  const outcome = footer?.outcome ?? 'unknown'
  const facts = factsOf(header, footer)
  const about = { name, command, scenario, title, seed, facts, outcome, damage: damage() }
  return { info: { ...about, violations, ...info }, sections }
}

/** What of a trace is packed. */
export interface PackOptions {
  readonly bounds?: PageBounds
  /** Which part of it (default: from the first event on, or up to the violation where that would not fit). */
  readonly range?: PageRange
  /** What kept the rest of the trace from being read, asked once that was tried; '' where nothing did. */
  readonly damage?: () => string
}

/** More events than these that led to those of a part are not kept. */
const causesMax = 10_000
/** How much of what fits comes before a violation that is far from the beginning. */
const partBefore = 0.9

async function packed(trace: ShownTrace, bounds: PageBounds, range: PageRange): Promise<RunPacker> {
  const packer = new RunPacker(bounds, range, await neededBefore(trace, range))
  for await (const events of trace.eventGroups()) for (const event of events) packer.add(event)
  const [first] = trace.footer?.violations ?? []
  if (first === undefined || range.from !== undefined || range.to !== undefined) return packer
  const { seq } = readViolation(first)
  const fitting = packer.count
  if (seq <= fitting) return packer
  return packed(trace, bounds, { from: { seq: Math.max(1, seq - Math.floor(fitting * partBefore)) } })
}

async function neededBefore(trace: ShownTrace, { from, to }: PageRange): Promise<NeededBefore> {
  const none: ReadonlySet<number> = new Set()
  if (from === undefined) return { standing: none, causes: none }
  const standing = new StandingEvents()
  const causes = new Set<number>()
  let before = 0
  for await (const events of trace.eventGroups())
    for (const event of events) {
      if (event.seq === before + 1 && isBefore(event, from)) {
        before = event.seq
        standing.take(event)
      } else if (event.cause <= before && causes.size < causesMax)
        if (to === undefined || !isBehind(event, to)) causes.add(event.cause)
    }
  return { standing: new Set(standing.list().map(({ seq }) => seq)), causes }
}

/** What a footer says of a violation; whoever wrote the trace may have left out any of it. */
async function violationInfo(trace: ShownTrace, record: DataRecord): Promise<ViolationInfo> {
  const violation = readViolation(record)
  const outcome = { kind: 'violated' } satisfies Outcome
  const waits = await whoWaits(trace, { outcome, violation, events: violation.seq })
  const { invariant, message, seq, witnesses } = violation
  return { invariant, message, seq, witnesses, waits }
}

function readViolation(record: DataRecord): Violation {
  const text = (field: string): string => (typeof record[field] === 'string' ? record[field] : '')
  const count = (value: unknown): number => (Number.isSafeInteger(value) ? Math.max(0, value as number) : 0)
  const { witnesses } = record
  const seqs = Array.isArray(witnesses) ? witnesses.map(count).filter((seq) => seq > 0) : []
  return {
    invariant: text('invariant'),
    message: text('message'),
    node: text('node'),
    at: count(record['at']) as Violation['at'],
    seq: count(record['seq']),
    witnesses: seqs,
    ...(record['lacksProgress'] === true ? { lacksProgress: true } : {}),
  }
}

function factsOf(header: TraceHeader, footer: TraceFooter | null): RunInfo['facts'] {
  const { parameters, plan, version, fingerprint, nodeVersion, platform, options } = header
  return [
    ['parameters', fieldsText(parameters, 500)],
    ...plan.map((fault, place) => [`fault #${place}`, faultText(asRecord(fault))] as const),
    ['options', fieldsText(options, 500)],
    ['digest', footer?.digest ?? 'unknown'],
    ['made by', `faultline ${version}, code ${fingerprint}, Node ${nodeVersion}, ${platform}`],
  ]
}

function asRecord(fault: object): PlainRecord {
  return fault as PlainRecord
}
