// Each line is held against the protobuf messages of OTLP: whatever they do not know, or would write differently, is a
// mistake. The ids of JSON are hexadecimal, which protobuf's own JSON does not know: they are compared as text.
import root from '@opentelemetry/otlp-transformer/build/src/generated/root.js'
import { beforeAll, describe, expect, test } from 'vitest'

import type { Event } from '../../../sim/index.ts'
import { eventsOf, eventsOfStore, exported, hostileTexts, sourceOf } from '../testing/traces.ts'
import { otlp } from './otlp.ts'

interface Span {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly name: string
  readonly kind: number
  readonly startTimeUnixNano: string
  readonly endTimeUnixNano: string
  readonly links?: readonly { readonly traceId: string; readonly spanId: string }[]
  readonly status?: { readonly code?: number; readonly message?: string }
}

interface MessageType {
  readonly verify: (message: object) => string | null
  readonly fromObject: (object: object) => object
  readonly toObject: (message: object, options: object) => object
}

interface Line {
  readonly [resources: string]: readonly {
    readonly [scopes: string]: readonly { readonly [items: string]: readonly Span[] }[]
  }[]
}

const generated: object = root
const { trace, logs, metrics } = (generated as Generated).opentelemetry.proto.collector

interface Collector {
  readonly trace: { readonly v1: { readonly ExportTraceServiceRequest: MessageType } }
  readonly logs: { readonly v1: { readonly ExportLogsServiceRequest: MessageType } }
  readonly metrics: { readonly v1: { readonly ExportMetricsServiceRequest: MessageType } }
}
interface Generated {
  readonly opentelemetry: { readonly proto: { readonly collector: Collector } }
}

const typeOfLine = new Map([
  ['resourceSpans', trace.v1.ExportTraceServiceRequest],
  ['resourceLogs', logs.v1.ExportLogsServiceRequest],
  ['resourceMetrics', metrics.v1.ExportMetricsServiceRequest],
])

/** What a line says after protobuf has read and written it: the same, if it is what OTLP means. */
function throughProtobuf(line: object): object {
  const [kind = ''] = Object.keys(line)
  const type = typeOfLine.get(kind)!
  const message = type.fromObject(withBytes(line))
  expect(type.verify(message)).toBeNull()
  return withHex(type.toObject(message, { longs: String, enums: Number, bytes: Buffer }))
}

const idFields = new Set(['traceId', 'spanId', 'parentSpanId'])

function withBytes(value: object): object {
  return withIds(value, (id) => Buffer.from(String(id), 'hex')) as object
}

function withHex(value: object): object {
  return withIds(value, (id) => Buffer.from(id as Uint8Array).toString('hex')) as object
}

/** The same data with every id converted. */
function withIds(value: unknown, convert: (id: unknown) => unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => withIds(item, convert))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([field, item]) => [
      field,
      idFields.has(field) ? convert(item) : withIds(item, convert),
    ]),
  )
}

const linesOf = (text: string): readonly Line[] =>
  text
    .trimEnd()
    .split('\n')
    .map((line): Line => JSON.parse(line) as Line)

const spansOf = (lines: readonly Line[]): readonly Span[] =>
  lines.flatMap(({ resourceSpans = [] }) =>
    resourceSpans.flatMap(({ scopeSpans = [] }) => scopeSpans.flatMap(({ spans = [] }) => spans)),
  )

let events: readonly Event[]
let lines: readonly Line[]
let spans: readonly Span[]

beforeAll(async () => {
  events = await eventsOfStore()
  lines = linesOf(await exported(otlp(['traces', 'logs', 'metrics']), sourceOf(events)))
  spans = spansOf(lines)
})

describe('OTLP', () => {
  test('has lines of each kind that protobuf reads and writes as they are', () => {
    expect(new Set(lines.flatMap((line) => Object.keys(line)))).toEqual(new Set(typeOfLine.keys()))
    for (const kind of typeOfLine.keys()) {
      for (const line of lines.filter((each) => kind in each).slice(0, 5))
        expect(throughProtobuf(line)).toEqual(line)
    }
  })

  test('of hostile names and payloads is read as well', async () => {
    const hostile = eventsOf(
      hostileTexts.flatMap((text, id) => [
        {
          kind: 'operation',
          node: text,
          phase: 'invoke',
          id,
          process: text,
          f: text,
          key: text,
          value: text,
        },
        { kind: 'send', node: text, target: text, size: 1, message: { kind: text } },
        { kind: 'drop', node: text, target: text, why: text, cause: id * 4 + 2 },
        { kind: 'log', node: text, level: text, text, fields: { [text]: text } },
      ]),
    )
    const text = await exported(otlp(['traces', 'logs', 'metrics']), sourceOf(hostile))
    for (const line of linesOf(text)) expect(throughProtobuf(line)).toEqual(line)
    expect(Buffer.from(text).toString()).toBe(text)
  })

  test('has ids as W3C Trace Context wants them, none twice', () => {
    const wrong = spans.filter(
      ({ traceId, spanId }) =>
        !/^(?!0{32})[0-9a-f]{32}$/.test(traceId) || !/^(?!0{16})[0-9a-f]{16}$/.test(spanId),
    )
    expect(wrong).toEqual([])
    expect(new Set(spans.map(({ spanId }) => spanId)).size).toBe(spans.length)
  })

  test('has every parent in the same trace, begun no later, and every link to a span that is there', () => {
    const byId = new Map(spans.map((span) => [span.spanId, span]))
    const orphans = spans.filter(({ traceId, parentSpanId, startTimeUnixNano }) => {
      if (parentSpanId === undefined) return false
      const parent = byId.get(parentSpanId)
      return parent?.traceId !== traceId || BigInt(parent.startTimeUnixNano) > BigInt(startTimeUnixNano)
    })
    expect(orphans).toEqual([])
    const links = spans.flatMap(({ links: own = [] }) => own)
    expect(links.length).toBeGreaterThan(0)
    expect(links.filter(({ spanId, traceId }) => byId.get(spanId)?.traceId !== traceId)).toEqual([])
  })

  test('has a span for each operation, message and disk request, with how it ended', () => {
    const count = (kind: string): number => events.filter((event) => event.kind === kind).length
    const invoked = events.filter((event) => event.kind === 'operation' && event.phase === 'invoke')
    expect(spans.filter(({ kind }) => kind === 3)).toHaveLength(invoked.length)
    expect(spans.filter(({ kind }) => kind === 4)).toHaveLength(count('send'))
    expect(spans.filter(({ name }) => name.startsWith('disk '))).toHaveLength(count('disk-request'))
    expect(spans.some(({ status }) => status?.code === 2 && status.message === 'partition')).toBe(true)
    expect(
      spans.filter(
        ({ startTimeUnixNano, endTimeUnixNano }) => BigInt(endTimeUnixNano) < BigInt(startTimeUnixNano),
      ),
    ).toEqual([])
  })

  test('puts what a server does for an operation under that operation', () => {
    const byId = new Map(spans.map((span) => [span.spanId, span]))
    const operations = new Set(spans.filter(({ kind }) => kind === 3).map(({ spanId }) => spanId))
    const isUnder = (span: Span | undefined): boolean =>
      span !== undefined && (operations.has(span.spanId) || isUnder(byId.get(span.parentSpanId ?? '')))
    const served = spans.filter((span) => span.name.startsWith('raft.append') && isUnder(span))
    expect(served.length).toBeGreaterThan(10)
  })

  test('puts virtual time 0 where it is told to', async () => {
    const exporter = otlp(['traces'])
    const text = await exported(
      (context) => exporter({ ...context, epoch: 0 }),
      sourceOf(events.slice(0, 50)),
    )
    const starts = spansOf(linesOf(text)).map(({ startTimeUnixNano }) => startTimeUnixNano)
    expect(starts[0]).toBe('0')
    expect(spans[0]!.startTimeUnixNano).toBe('946684800000000000')
  })

  test.each(['traces', 'logs', 'metrics'] as const)('of %s alone has one kind of line', async (signal) => {
    const only = linesOf(await exported(otlp([signal]), sourceOf(events)))
    expect(new Set(only.flatMap((line) => Object.keys(line))).size).toBe(1)
  })

  test('counts every event in its metrics', () => {
    const last = lines.findLast((line) => 'resourceMetrics' in line)
    const text = JSON.stringify(last)
    expect(text).toContain('faultline.operation.duration')
    const sends = events.filter(({ kind, node }) => kind === 'send' && node === 'store-1').length
    expect(text).toContain(
      `{"key":"faultline.kind","value":{"stringValue":"send"}}],"startTimeUnixNano":"946684800000000000"`,
    )
    expect(text).toContain(`"asInt":"${sends}"`)
  })
})
