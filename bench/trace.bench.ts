// How fast a trace is written and read: the events of a replicated store's run, in memory, to a file and back.

import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { TraceEncoder, TraceFile, type TraceHeader, TraceWriter } from '../sim/log/index.ts'
import type { Event } from '../sim/event.ts'

/** One figure of a benchmark. */
interface Row {
  readonly name: string
  readonly value: number
  readonly unit: string
}

const eventCount = 400_000
const rounds = 3
const header: TraceHeader = {
  scenario: 'bench',
  title: 'bench',
  parameters: {},
  seed: 1,
  plan: [],
  version: '0.1.0',
  fingerprint: '',
  nodeVersion: process.version,
  platform: 'bench',
  options: {},
}

/** Measures writing (encoder alone, then to a file) and reading back, checks included. The best of a few rounds counts. */
export async function benchTrace(): Promise<readonly Row[]> {
  const events = storeEvents(eventCount)
  const folder = mkdtempSync(join(tmpdir(), 'faultline-bench-'))
  const rows: Row[] = []
  try {
    rows.push(row('trace encoded in memory', ...(await best(() => encode(events)))))
    const path = join(folder, 'run.ndjson')
    rows.push(row('trace written to a file', ...(await best(() => writeTo(path, events)))))
    rows.push(row('trace read and checked', ...(await best(() => readBack(path)))))
  } finally {
    rmSync(folder, { recursive: true })
  }
  return rows
}

function row(name: string, bytes: number, seconds: number): Row {
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

function encode(events: readonly Event[]): number {
  const encoder = new TraceEncoder(header)
  let bytes = 0
  for (const event of events) {
    encoder.event(event)
    if (encoder.pending > 256 * 1024) bytes += encoder.take().length
  }
  return bytes + encoder.take().length
}

function writeTo(path: string, events: readonly Event[]): number {
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
function storeEvents(count: number): readonly Event[] {
  return Array.from({ length: count }, (_, index) => storeEvent(index + 1))
}

function storeEvent(seq: number): Event {
  const [node, other] = [`store-${seq % 5}`, `store-${(seq + 2) % 5}`]
  const common = { seq, at: seq * 12_345, node, cause: seq - 1 }
  const entry = { term: 3, index: seq, command: { f: 'put', key: `k${seq % 7}`, value: seq, session: 'client-1' } }
  const message = { kind: 'append', term: 3, leader: node, previous: { index: seq - 1, term: 3 }, entries: [entry] }
  const own: readonly object[] = [
    { kind: 'send', target: other, size: 160, message },
    { kind: 'deliver', source: other, message },
    { kind: 'timer-set', timer: seq, due: seq * 12_345 + 150_000_000 },
    { kind: 'timer-fire', timer: seq - 1 },
    { kind: 'disk-request', operation: 'append', path: '/log/0001', bytes: 'AAECAwQFBgcICQoLDA0ODxAREhM=' },
    { kind: 'disk-result', operation: 'append', path: '/log/0001', size: 4096 },
    { kind: 'probe', name: 'commit', value: { term: 3, index: seq } },
    { kind: 'send', target: other, size: 30, message: { kind: 'appended', term: 3, match: seq } },
  ]
  const { kind, ...fields } = own[seq % own.length] as { readonly kind: string }
  const event: object = { ...common, kind, ...fields }
  return event as Event
}
