import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import type { Event } from '../event.ts'
import { CausalGraph } from './causal-graph.ts'
import { commonPrefix } from './common-prefix.ts'
import { diff } from './diff.ts'
import { type EventSource, memorySource } from './event-source.ts'
import { header } from './testing/arbitrary-event.ts'
import { longCausalLog } from './testing/causal-log.ts'
import { TraceFile } from './trace-file.ts'
import { TraceWriter } from './trace-writer.ts'

const log = longCausalLog(6000, 5)

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'faultline-diff-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

function source(events: readonly Event[], name = 'run'): EventSource {
  return memorySource(name, header, events)
}

function altered(change: (event: Event) => object | null): readonly Event[] {
  return log.map((event) => ({ ...event, ...change(event) }))
}

async function written(name: string, events: readonly Event[]): Promise<TraceFile> {
  const path = join(folder, name)
  const writer = new TraceWriter(path, header, { overwrite: true })
  for (const event of events) writer.write(event)
  writer.finish({ outcome: 'passed', violations: [] })
  return TraceFile.open(path)
}

function nodesReachedFrom(seq: number): ReadonlySet<string> {
  const graph = new CausalGraph()
  for (const event of log) graph.add(event)
  return new Set(
    log
      .filter((event) => event.seq >= seq && (event.seq === seq || graph.precedes(seq, event.seq)))
      .map(({ node }) => node),
  )
}

describe('the common beginning of two runs', () => {
  const changed = 2345
  const other = altered(({ seq }) => (seq === changed ? { at: -1 } : null)).map((event) =>
    event.seq === changed ? { ...event, at: log[changed - 2]!.at } : event,
  )

  test('is found by binary search in plain files, and by reading in compressed ones', async () => {
    const plain = [await written('a.ndjson', log), await written('b.ndjson', other)] as const
    const zipped = [await written('a.ndjson.gz', log), await written('b.ndjson.gz', other)] as const
    for (const a of [plain[0], zipped[0], source(log)]) {
      for (const b of [plain[1], zipped[1], source(other)]) expect(await commonPrefix(a, b)).toBe(changed - 1)
    }
  })

  test('is the whole run when the runs are the same, and the shorter one when one goes on', async () => {
    const a = await written('a.ndjson', log)
    expect(await commonPrefix(a, await written('c.ndjson', log))).toBe(log.length)
    expect(await commonPrefix(a, await written('d.ndjson', log.slice(0, 100)))).toBe(100)
    expect(await commonPrefix(await written('e.ndjson', []), a)).toBe(0)
  })
})

describe('a trace file read from the middle', () => {
  test('gives the events behind a seq, compressed or not', async () => {
    for (const name of ['m.ndjson', 'm.ndjson.gz']) {
      const file = await written(name, log)
      for (const after of [1, 17, 1024, log.length - 1, log.length]) {
        const events: Event[] = []
        for await (const batch of file.batches(after)) events.push(...batch.events)
        expect(events).toEqual(log.slice(after))
      }
    }
  })
})

describe('a diff', () => {
  test('of the same run finds nothing', async () => {
    const result = await diff(source(log), source(log))
    expect(result).toMatchObject({ common: log.length, first: null, nodes: [], changes: [] })
  })

  test('shows the first event that differs and every node that it reached, itself first', async () => {
    const probe = log.find((event) => event.kind === 'probe' && event.seq > 3000)!
    const result = await diff(
      source(log),
      source(altered(({ seq }) => (seq === probe.seq ? { value: 'other' } : null))),
    )
    expect(result.method).toBe('identity')
    expect(result.first).toMatchObject({ a: probe, difference: { path: 'value', b: 'other' } })
    expect(result.nodes[0]).toMatchObject({
      node: probe.node,
      isFirst: true,
      a: { seq: probe.seq },
      b: { seq: probe.seq },
    })
    expect(result.nodes.filter(({ isFirst }) => isFirst)).toHaveLength(1)
    expect(new Set(result.nodes.map(({ node }) => node))).toEqual(nodesReachedFrom(probe.seq))
  })

  test('leaves out nodes that nothing different has reached', async () => {
    const last = log.findLast((event) => event.kind === 'probe')!
    const result = await diff(
      source(log),
      source(altered(({ seq }) => (seq === last.seq ? { value: 'other' } : null))),
    )
    expect(result.nodes.map(({ node }) => node)).toEqual([...nodesReachedFrom(last.seq)])
    expect(result.unchanged.every((node) => node !== last.node)).toBe(true)
  })

  test('shows the neighbourhood of the first difference on its node, before and after', async () => {
    const probe = log.find((event) => event.kind === 'probe' && event.seq > 3000)!
    const { neighbourhood } = await diff(
      source(log),
      source(altered(({ seq }) => (seq === probe.seq ? { value: 'other' } : null))),
    )
    const own = log.filter(({ node }) => node === probe.node)
    const place = own.indexOf(probe)
    expect(neighbourhood.a).toEqual(own.slice(place - 3, place + 4))
    expect(neighbourhood.b[3]).toEqual({ ...probe, value: 'other' })
  })

  test('knows when only instants differ', async () => {
    const late = altered(({ seq, at }) => (seq > 2000 ? { at: at + 5 } : null))
    const result = await diff(source(log), source(late))
    expect(result.common).toBe(2000)
    expect(result.first?.difference?.path).toBe('at')
    expect(result.nodes).toEqual([])
  })

  test('matches what a shift of all numbers has moved', async () => {
    const extra = {
      seq: 1,
      at: 0,
      node: 'monitor',
      kind: 'probe',
      cause: 0,
      name: 'x',
      value: 1,
    } as object as Event
    const shifted = log.map((event) => ({
      ...event,
      seq: event.seq + 1,
      cause: event.cause === 0 ? 0 : event.cause + 1,
      ...('timer' in event ? { timer: event.timer + 1000 } : {}),
    }))
    const result = await diff(source(log), source([extra, ...shifted]))
    expect(result.common).toBe(0)
    expect(result.nodes).toMatchObject([{ node: 'monitor', isFirst: true, a: null, b: extra }])
    expect(result.unchanged.toSorted()).toEqual(['a', 'b', 'c'])
  })

  test('aligns by label where payloads differ throughout', async () => {
    const renamed = altered((event) =>
      'message' in event ? { message: { ...event.message, zone: 'eu' } } : null,
    )
    const stamped = renamed.map((event) => ('value' in event ? { ...event, value: [event.value] } : event))
    const timedOut = stamped.findLast((event) => event.kind === 'timer-fire')!
    const result = await diff(source(log), source(stamped.filter(({ seq }) => seq < timedOut.seq)))
    expect(result.method).toBe('label')
    expect(result.nodes.some(({ a, b }) => a?.seq === timedOut.seq && b === null)).toBe(true)
    expect(result.nodes.every(({ alike }) => alike?.onlyB === 0 && alike.common > 500)).toBe(true)
  })

  test('gives the same for files, compressed or not, as in memory', async () => {
    const probe = log.find((event) => event.kind === 'probe' && event.seq > 3000)!
    const other = altered(({ seq }) => (seq === probe.seq ? { value: 'other' } : null))
    const expected = await diff(source(log), source(other))
    expect(await diff(await written('a.ndjson', log), await written('b.ndjson', other))).toEqual(expected)
    expect(await diff(await written('a.ndjson.gz', log), await written('b.ndjson', other))).toEqual(expected)
  })

  test('says which side of a race each node was on', async () => {
    const event = (seq: number, node: string, kind: string, cause: number, own: object): Event =>
      ({ seq, at: seq, node, kind, cause, ...own }) as object as Event
    const begin = [
      event(1, 'a', 'start', 0, { incarnation: 1, version: '1' }),
      event(2, 'b', 'start', 0, { incarnation: 1, version: '1' }),
      event(3, 'a', 'timer-set', 1, { timer: 1, due: 9 }),
      event(4, 'b', 'timer-set', 2, { timer: 2, due: 9 }),
    ]
    const race = (first: string, second: string, timer: number): readonly Event[] => [
      ...begin,
      event(5, first, 'timer-fire', timer === 1 ? 3 : 4, { timer }),
      event(6, first, 'send', 5, { target: second, size: 1, message: { kind: 'vote?' } }),
      event(7, second, 'deliver', 6, { source: first, message: { kind: 'vote?' } }),
    ]
    const result = await diff(source(race('a', 'b', 1)), source(race('b', 'a', 2)))
    expect(result.common).toBe(4)
    expect(result.nodes.map(({ node, isFirst, a, b }) => [node, isFirst, a?.kind, b?.kind])).toEqual([
      ['a', true, 'timer-fire', 'deliver'],
      ['b', true, 'deliver', 'timer-fire'],
    ])
  })
})
