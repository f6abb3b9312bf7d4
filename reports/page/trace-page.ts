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
import type { PlainRecord, RunInfo, ViolationInfo } from '../viewer/model/document.ts'
import { faultText } from '../viewer/model/event-line.ts'
import { whoWaits } from '../who-waits.ts'
import { type PageBounds, pageBounds, RunPacker } from './run-packer.ts'

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
  bounds: PageBounds = pageBounds,
): Promise<PackedRun> {
  const packer = new RunPacker(bounds)
  for await (const { events } of trace.batches()) for (const event of events) packer.add(event)
  const { info, sections } = packer.finish(index)
  const { header, footer } = trace
  const violations: ViolationInfo[] = []
  for (const violation of (footer?.violations ?? []).slice(0, violationsMax))
    violations.push(await violationInfo(trace, violation))
  const { scenario, title, seed } = header
  const outcome = footer?.outcome ?? 'unknown'
  const facts = factsOf(header, footer)
  return { info: { name, command, scenario, title, seed, facts, outcome, violations, ...info }, sections }
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
