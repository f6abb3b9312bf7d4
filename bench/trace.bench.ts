// How fast a trace is written and read: the events of a replicated store's run, in memory, to a file and back.

import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import {
  type DataRecord,
  Digest,
  type Event,
  type EventKind,
  type Instant,
  TraceEncoder,
  TraceFile,
  TraceWriter,
} from '../sim/index.ts'

import { calls } from './baselines.ts'
import type { Detail } from './detail.ts'
import { measureRow, type Row } from './row.ts'
import { header } from './trace-header.ts'

const eventCount = 50_000
const rounds = 8
/** Measures the row of the budget: a trace written to a file, in megabytes a second. */
export async function benchTraceWriting(rounds: number): Promise<Row> {
  const events = storeEvents(eventCount)
  const folder = mkdtempSync(join(tmpdir(), 'faultline-bench-'))
  const name = 'trace written as NDJSON'
  const run = (): number => writeTo(join(folder, 'run.ndjson'), events) / 1e6
  const budget = { bound: 'at-least', figure: 100 } as const
  try {
    const workload = { name, unit: 'MB', run }
    return await measureRow({ name, unit: 'MB/s', workload, baseline: calls, budget }, rounds)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** Measures writing (encoder alone, then to a file) and reading back, checks included. The best of a few rounds counts. */
export async function benchTrace(): Promise<readonly Detail[]> {
  const events = storeEvents(eventCount)
  const folder = mkdtempSync(join(tmpdir(), 'faultline-bench-'))
  const rows: Detail[] = []
  try {
    rows.push(row('baseline: JSON.stringify of each event', ...(await best(() => stringify(events)))))
    rows.push(row('trace encoded in memory', ...(await best(() => encode(events)))))
    rows.push(row('trace encoded during a run', ...(await best(() => encode(events, new Digest())))))
    const path = join(folder, 'run.ndjson')
    rows.push(row('trace written to a file', ...(await best(() => writeTo(path, events)))))
    rows.push(row('trace read and checked', ...(await best(() => readBack(path)))))
  } finally {
    rmSync(folder, { recursive: true })
  }
  return rows
}

function row(name: string, bytes: number, seconds: number): Detail {
  return { name, value: bytes / 1e6 / seconds, unit: 'MB/s' }
}

async function best(measured: () => number | Promise<number>): Promise<[bytes: number, seconds: number]> {
  let result: [number, number] = [0, Infinity]
  for (let round = 0; round < rounds; round++) {
    const start = performance.now()
    const bytes = await measured()
    const seconds = (performance.now() - start) / 1000
    if (seconds < result[1]) result = [bytes, seconds]
  }
  return result
}

function stringify(events: readonly Event[]): number {
  let bytes = 0
  for (const event of events) bytes += JSON.stringify(event).length
  return bytes
}

function encode(events: readonly Event[], liveDigest?: Digest): number {
  const encoder = new TraceEncoder(header, liveDigest)
  let bytes = 0
  for (const event of events) {
    encoder.event(event)
    if (encoder.pending > 256 * 1024) bytes += encoder.take().length
  }
  return bytes + encoder.take().length
}

/** Writes a trace; its size in bytes. */
export function writeTo(path: string, events: readonly Event[]): number {
  const writer = new TraceWriter(path, header, { overwrite: true })
  for (const event of events) writer.write(event)
  writer.finish({ outcome: 'passed', violations: [] })
  return statSync(path).size
}

async function readBack(path: string): Promise<number> {
  let count = 0
  for await (const batch of (await TraceFile.open(path)).batches()) count += batch.events.length
  if (count !== eventCount) throw new Error(`read ${count} events of ${eventCount}`)
  return statSync(path).size
}

/** A mix of kinds as a replicated store makes it: half messages, a third timers, some disk operations and probes. */
export function storeEvents(count: number): readonly Event[] {
  return Array.from({ length: count }, (_, index) => storeEvent(index + 1))
}

function storeEvent(seq: number): Event {
  const [node, target] = [`store-${seq % 5}`, `store-${(seq + 2) % 5}`] as const
  const path = '/log/0001'
  switch (seq % 8) {
    case 0:
      return event(seq, node, 'send', { target, size: 160, message: appendMessage(seq, node) })
    case 1:
      return event(seq, node, 'deliver', { source: target, message: appendMessage(seq, node) })
    case 2:
      return event(seq, node, 'timer-set', { timer: seq, due: (seq * 12_345 + 150_000_000) as Instant })
    case 3:
      return event(seq, node, 'timer-fire', { timer: seq - 1 })
    case 4:
      return event(seq, node, 'disk-request', {
        operation: 'append',
        path,
        bytes: 'AAECAwQFBgcICQoLDA0ODxAREhM=',
      })
    case 5:
      return event(seq, node, 'disk-result', { operation: 'append', path, size: 4096 })
    case 6:
      return event(seq, node, 'probe', { name: 'commit', value: { term: 3, index: seq } })
    default:
      return event(seq, node, 'send', {
        target,
        size: 30,
        message: { kind: 'appended', term: 3, match: seq },
      })
  }
}

/** Builds an event field by field, as the event log does: objects made by spreading are several times slower to walk. */
function event(seq: number, node: string, kind: EventKind, own: object): Event {
  const built: { [field: string]: unknown } = { seq, at: seq * 12_345, node, kind, cause: seq - 1 }
  for (const [field, value] of Object.entries(own)) built[field] = value
  return built as Partial<Event> as Event
}

function appendMessage(index: number, leader: string): DataRecord {
  const command = { f: 'put', key: `k${index % 7}`, value: index, session: 'client-1' }
  return {
    kind: 'append',
    term: 3,
    leader,
    previous: { index: index - 1, term: 3 },
    entries: [{ term: 3, index, command }],
  }
}
