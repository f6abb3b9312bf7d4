// Held against the "Trace Event Format": which fields each phase has, and how slices, flows and asynchronous slices pair.
// The trace engine of Chrome's DevTools, which reads that format, has the last word.
import { beforeAll, describe, expect, test } from 'vitest'

import type { Event } from '../../sim/index.ts'
import { perfetto } from './perfetto.ts'
import { openInDevTools } from './testing/devtools.ts'
import { eventsOf, eventsOfStore, exported, hostileTexts, sourceOf } from './testing/traces.ts'

interface TraceEvent {
  readonly ph: string
  readonly pid: number
  readonly tid: number
  readonly name: string
  readonly ts: number
  readonly dur?: number
  readonly cat?: string
  readonly id?: string | number
  readonly bp?: string
  readonly args?: { readonly [name: string]: unknown }
}

let events: readonly Event[]
let lines: readonly TraceEvent[]

const parsed = (text: string): readonly TraceEvent[] => {
  const trace: { readonly traceEvents: readonly TraceEvent[]; readonly displayTimeUnit: string } =
    JSON.parse(text)
  expect(trace.displayTimeUnit).toBe('ns')
  return trace.traceEvents
}
const ofPhase = (...phases: readonly string[]): readonly TraceEvent[] =>
  lines.filter(({ ph }) => phases.includes(ph))

beforeAll(async () => {
  events = await eventsOfStore()
  lines = parsed(await exported(perfetto, sourceOf(events)))
})

describe('the trace for Perfetto', () => {
  test('has the fields that each phase needs', () => {
    const isWhole = ({ ph, pid, tid, name, ts, cat, id, dur }: TraceEvent): boolean =>
      ['M', 'X', 's', 't', 'f', 'b', 'e', 'i'].includes(ph) &&
      [typeof pid, typeof tid, typeof name].join() === 'number,number,string' &&
      (ph === 'M' || ts >= 0) &&
      (ph !== 'X' || dur === 0.001) &&
      (!'stfbe'.includes(ph) || (cat !== undefined && id !== undefined))
    expect(lines.filter((line) => !isWhole(line))).toEqual([])
  })

  test('names each node once, as a process', () => {
    const names = ofPhase('M').filter(({ name }) => name === 'process_name')
    expect(new Set(names.map(({ args }) => args?.['name']))).toEqual(
      new Set(['(world)', ...events.map(({ node }) => node || '(world)')]),
    )
    expect(new Set(names.map(({ pid }) => pid)).size).toBe(names.length)
  })

  test('has every event as a slice, with its data, and no two slices of a node overlap', () => {
    expect(ofPhase('X').map(({ args }) => args)).toEqual(JSON.parse(JSON.stringify(events)))
    const free = new Map<number, number>()
    const overlapping = ofPhase('X').filter(({ pid, ts, dur = 0 }) => {
      const isFree = ts >= (free.get(pid) ?? 0) - 1e-9
      free.set(pid, ts + dur)
      return !isFree
    })
    expect(overlapping).toEqual([])
  })

  test('draws a flow from each message to where it arrived or was lost, from slice to slice', () => {
    const starts = new Map(ofPhase('s').map((line) => [line.id, line]))
    const ends = ofPhase('t', 'f')
    const arrivals = events.filter(({ kind }) => kind === 'deliver' || kind === 'drop')
    expect(ends.length).toBe(arrivals.length)
    const slices = new Set(ofPhase('X').map(({ pid, ts }) => `${pid} ${ts}`))
    const isBound = ({ pid, ts }: TraceEvent): boolean => slices.has(`${pid} ${ts}`)
    const wrong = ends.filter((end) => {
      const start = starts.get(end.id)!
      return start.ts > end.ts || !isBound(start) || !isBound(end)
    })
    expect(wrong).toEqual([])
  })

  test('has operations, faults and disk requests as asynchronous slices that pair', () => {
    const open = new Set<string>()
    const counts = new Map<string, number>()
    for (const { ph, cat, id, pid, name } of ofPhase('b', 'e')) {
      const key = [cat, id, pid, name].join()
      expect(open.has(key), key).toBe(ph === 'e')
      if (ph === 'b') open.add(key)
      else open.delete(key)
      counts.set(`${cat} ${ph}`, (counts.get(`${cat} ${ph}`) ?? 0) + 1)
    }
    const invoked = events.filter((event) => event.kind === 'operation' && event.phase === 'invoke')
    expect(counts.get('operation b')).toBe(invoked.length)
    expect(counts.get('fault b')).toBe(events.filter(({ kind }) => kind === 'fault-begin').length)
    const ended = ['disk-result', 'cpu']
    expect(counts.get('work e')).toBe(events.filter(({ kind }) => ended.includes(kind)).length)
    expect(counts.get('node b')).toBeGreaterThan(0)
  })

  test('of a part holds nothing of the rest, and no half of a pair whose other half is outside', async () => {
    const options = { from: { at: 1e9 }, to: { seq: 9000 }, nodes: new Set(['store-1', 'client-1']) }
    const part = parsed(await exported(perfetto, sourceOf(events), options))
    const wanted = events.filter(
      ({ seq, at, node }) => at >= 1e9 && seq <= 9000 && ['', 'store-1', 'client-1'].includes(node),
    )
    expect(part.filter(({ ph }) => ph === 'X').map(({ args }) => args?.['seq'])).toEqual(
      wanted.map(({ seq }) => seq),
    )
    const starts = new Set(part.filter(({ ph }) => 'sb'.includes(ph)).map(({ cat, id }) => `${cat} ${id}`))
    for (const { cat, id } of part.filter(({ ph }) => 'fte'.includes(ph)))
      expect(starts).toContain(`${cat} ${id}`)
  })

  test('of a part has the faults, the outages and the calls that began before it, each at its own time', async () => {
    const crash = events.find(
      ({ kind, node, seq }) =>
        kind === 'crash' &&
        !events.some((other) => other.node === node && other.kind === 'start' && other.seq === seq + 1),
    )!
    const from = crash.seq + 1
    const part = parsed(await exported(perfetto, sourceOf(events), { from: { seq: from } }))
    const before = part.filter(({ ph, ts }) => ph === 'b' && ts <= crash.at / 1000)
    const openFaults = events.filter(
      ({ seq, ...event }) =>
        seq < from &&
        event.kind === 'fault-begin' &&
        !events.some((end) => end.kind === 'fault-end' && end.seq < from && end.index === event.index),
    )
    expect(openFaults.length).toBeGreaterThan(0)
    const begun = new Set(before.map(({ cat, id }) => `${cat} ${id}`))
    for (const event of openFaults)
      if (event.kind === 'fault-begin') expect(begun).toContain(`fault fault-${event.index}`)
    const down = part.find(({ ph, cat, name }) => ph === 'b' && cat === 'node' && name === 'down')
    expect(down?.ts).toBe(crash.at / 1000)
    expect(part.filter(({ ph }) => ph === 'X').map(({ args }) => args?.['seq'])[0]).toBe(from)
  })

  test('keeps hostile names and payloads as they are, as JSON', async () => {
    const hostile = eventsOf(
      hostileTexts.flatMap((text) => [
        { kind: 'send', node: text, target: text, size: 1, message: { kind: text } },
        { kind: 'log', node: text, level: 'info', text, fields: { [text]: text } },
      ]),
    )
    const text = await exported(perfetto, sourceOf(hostile))
    expect(parsed(text).filter(({ ph }) => ph === 'X')).toHaveLength(hostile.length)
    // Lone surrogates are escaped: the file is valid UTF-8.
    expect(Buffer.from(text, 'utf8').toString('utf8')).toBe(text)
  })

  test('is read by the trace engine of DevTools: every node, event, message and whole slice is there', async () => {
    const panel = await openInDevTools(lines)
    const bySeq = (a: unknown, b: unknown): number => Number(a) - Number(b)
    expect(panel.processNames.toSorted()).toEqual(
      [...new Set(events.map(({ node }) => node || '(world)'))].toSorted(),
    )
    expect(panel.slices.map(({ args }) => args?.['seq']).toSorted(bySeq)).toEqual(
      events.map(({ seq }) => seq),
    )
    const arrived = ofPhase('f', 't').map(({ id }) => id)
    const joined = panel.flows.map((slices) => slices.map(({ args }) => args?.['seq']))
    expect(joined.map(([start]) => start).toSorted(bySeq)).toEqual(arrived.toSorted(bySeq))
    expect(joined.every(([start, end]) => events[Number(end) - 1]!.cause === start)).toBe(true)
    expect(panel.pairs).toHaveLength(ofPhase('e').length)
    expect(panel.pairs.every(({ dur }) => dur >= 0)).toBe(true)
  })
})
