// The log is parsed by its own first line, as ShiViz does it; clocks are held against the causal graph.
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { CausalGraph, type Event } from '../../sim/index.ts'
import type { ExportOptions } from './export-trace.ts'
import { shiviz } from './shiviz.ts'
import { eventsOf, eventsOfStore, exported, hostileTexts, sourceOf } from './testing/traces.ts'

interface Parsed {
  readonly host: string
  readonly clock: { readonly [host: string]: number }
  readonly event: string
  readonly seq: number
}

/** What ShiViz makes of a log: the first line is an expression, the second a delimiter. */
function parse(log: string): readonly Parsed[] {
  const [expression = '', delimiter, ...rest] = log.split('\n')
  expect(delimiter).toBe('')
  const text = rest.join('\n')
  const matches = [...text.matchAll(new RegExp(expression, 'g'))]
  expect(matches.map(([match]) => `${match}\n`).join('')).toBe(text)
  return matches.map(({ groups = {} }) => ({
    host: groups['host'] ?? '',
    clock: JSON.parse(groups['clock'] ?? '') as Parsed['clock'],
    event: groups['event'] ?? '',
    seq: Number(/^#(\d+) /.exec(groups['event'] ?? '')?.[1]),
  }))
}

/** ShiViz refuses a log in which a host's own count does not go up by one, or that lacks an event that a clock knows of. */
function expectWellFormed(log: readonly Parsed[]): void {
  const counts = new Map<string, number>()
  const wrong = log.filter(({ host, clock }) => {
    counts.set(host, (counts.get(host) ?? 0) + 1)
    return clock[host] !== counts.get(host)
  })
  expect(wrong).toEqual([])
  expect(
    log.filter(({ clock }) => Object.entries(clock).some(([host, n]) => n > (counts.get(host) ?? 0))),
  ).toEqual([])
}

function isLess(a: Parsed['clock'], b: Parsed['clock']): boolean {
  const hosts = new Set([...Object.keys(a), ...Object.keys(b)])
  const places = [...hosts].map((host) => (b[host] ?? 0) - (a[host] ?? 0))
  return places.every((place) => place >= 0) && places.some((place) => place > 0)
}

function disagreements(log: readonly Parsed[], events: readonly Event[]): readonly string[] {
  const graph = new CausalGraph()
  for (const event of events) graph.add(event)
  return log.flatMap((a) =>
    log.flatMap((b) => {
      if (a.seq >= b.seq || graph.precedes(a.seq, b.seq) === isLess(a.clock, b.clock)) return []
      return [`${a.seq} and ${b.seq}`]
    }),
  )
}

const worlds = fc
  .array(fc.record({ node: fc.constantFrom('a', 'b', 'c', ''), back: fc.nat(6), hasCause: fc.boolean() }), {
    minLength: 1,
    maxLength: 40,
  })
  .map((steps) =>
    eventsOf(
      steps.map(({ node, back, hasCause }, place) => {
        return { kind: 'probe', node, cause: hasCause ? Math.max(0, place - back) : 0, name: 'x', value: 1 }
      }),
    ),
  )

describe('vector clocks', () => {
  const agree = async (events: readonly Event[], options: ExportOptions): Promise<void> => {
    const log = parse(await exported(shiviz, sourceOf(events), options))
    expectWellFormed(log)
    expect(disagreements(log, events)).toEqual([])
  }

  test('are less exactly where an event happened before another', async () => {
    expect.hasAssertions()
    await fc.assert(
      fc.asyncProperty(worlds, (events) => agree(events, {})),
      { numRuns: 300, seed: 7 },
    )
  })

  test('of a part of a run, too: causes lead through what is left out', async () => {
    expect.hasAssertions()
    const parts = fc.record({ from: fc.nat(20), to: fc.nat(40), nodes: fc.subarray(['a', 'b', 'c']) })
    const property = fc.asyncProperty(worlds, parts, (events, { from, to, nodes }) =>
      agree(events, { from: { seq: from }, to: { seq: to }, nodes: new Set(nodes) }),
    )
    await fc.assert(property, { numRuns: 300, seed: 8 })
  })

  test('of a run of the store agree with its causal graph', async () => {
    expect.hasAssertions()
    const events = (await eventsOfStore()).slice(0, 400)
    await agree(events, {})
  })
})

test('hostile names and payloads keep a log of two lines an event', async () => {
  const events = eventsOf(
    hostileTexts.flatMap((text) => [
      { kind: 'log', node: text, level: 'info', text, fields: {} },
      { kind: 'probe', node: text, name: text, value: `} {"${text}": 1}` },
    ]),
  )
  const log = parse(await exported(shiviz, sourceOf(events)))
  expectWellFormed(log)
  expect(log).toHaveLength(events.length)
  expect(new Set(log.map(({ host }) => host)).size).toBe(hostileTexts.length)
})
