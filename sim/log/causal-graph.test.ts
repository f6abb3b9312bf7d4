import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import type { Event } from '../event.ts'
import { CausalGraph } from './causal-graph.ts'
import { causalProblem } from './causal-rules.ts'
import { causalLog, longCausalLog } from './testing/causal-log.ts'

function graphOf(events: readonly Event[]): CausalGraph {
  const graph = new CausalGraph()
  for (const event of events) graph.add(event)
  return graph
}

/** Happened-before by its definition: the transitive closure of cause and program order, as sets. */
function pasts(events: readonly Event[]): ReadonlyMap<number, ReadonlySet<number>> {
  const past = new Map<number, Set<number>>()
  const lastOf = new Map<string, number>()
  for (const event of events) {
    const direct = [event.cause, event.node === '' ? 0 : (lastOf.get(event.node) ?? 0)].filter(
      (seq) => seq > 0,
    )
    past.set(event.seq, new Set(direct.flatMap((seq) => [seq, ...(past.get(seq) ?? [])])))
    lastOf.set(event.node, event.seq)
  }
  return past
}

describe('the causal graph', () => {
  test('is complete: every input has the event that led to it as its cause', () => {
    fc.assert(
      fc.property(causalLog, (log) => {
        const problems = log.map((event) => causalProblem(event, log[event.cause - 1] ?? null))
        expect(problems.filter((problem) => problem !== null)).toEqual([])
      }),
    )
  })

  test('is acyclic: every edge leads to an earlier event', () => {
    fc.assert(
      fc.property(causalLog, (log) => {
        const graph = graphOf(log)
        for (const { seq } of log) for (const cause of graph.causesOf(seq)) expect(cause).toBeLessThan(seq)
      }),
    )
  })

  test('spans happened-before', () => {
    fc.assert(
      fc.property(causalLog, fc.nat(), fc.nat(), (log, a, b) => {
        const [earlier, later] = [(a % log.length) + 1, (b % log.length) + 1]
        expect(graphOf(log).precedes(earlier, later)).toBe(pasts(log).get(later)?.has(earlier))
      }),
    )
  })

  test('gives the whole causal past as a slice when there is room for it', () => {
    fc.assert(
      fc.property(causalLog, fc.nat(), (log, pick) => {
        const seq = (pick % log.length) + 1
        const past = [...(pasts(log).get(seq) ?? []), seq].toSorted((a, b) => a - b)
        expect(graphOf(log).slice(seq, { eventsMax: 1000 })).toEqual(past)
      }),
    )
  })

  test('cuts a slice down to what is nearest, the chain of causes before what merely came earlier', () => {
    const log = longCausalLog(2000, 7)
    const graph = graphOf(log)
    const seq = log.findLast((event) => event.kind === 'deliver')!.seq
    const slice = graph.slice(seq, { eventsMax: 12 })
    expect(slice).toHaveLength(12)
    expect(slice.at(-1)).toBe(seq)
    expect(slice).toEqual(expect.arrayContaining(graph.chain(seq).slice(0, 4)))
  })

  test('follows the causes of an event to the start', () => {
    const log = longCausalLog(500, 3)
    const chain = graphOf(log).chain(log.length)
    expect(log[chain.at(-1)! - 1]!.kind).toBe('start')
  })

  test('does not order the world by itself', () => {
    const world = [1, 2].map((seq) => ({ seq, at: 0, node: '', kind: 'phase', cause: 0, phase: 'faults' }))
    expect(graphOf(world as readonly object[] as readonly Event[]).causesOf(2)).toEqual([])
  })

  test('refuses events out of order, causes that are not earlier, and a seq that is not there', () => {
    const graph = new CausalGraph()
    const start = {
      seq: 1,
      at: 0,
      node: 'a',
      kind: 'start',
      cause: 0,
      incarnation: 1,
      version: '1',
    } as object as Event
    expect(() => graph.add({ ...start, seq: 2 })).toThrow('event 2 after event 0')
    expect(() => graph.add({ ...start, cause: 1 })).toThrow('a cause that is not earlier')
    graph.add(start)
    expect(() => graph.causesOf(2)).toThrow('wanted a seq from 1 to 1')
  })
})

describe('the causal rules', () => {
  const send = {
    seq: 1,
    at: 5,
    node: 'a',
    kind: 'send',
    cause: 0,
    target: 'b',
    size: 1,
    message: {},
  } as object as Event
  const deliver = {
    seq: 2,
    at: 6,
    node: 'b',
    kind: 'deliver',
    cause: 1,
    source: 'a',
    message: {},
  } as object as Event
  const set = { seq: 1, at: 5, node: 'a', kind: 'timer-set', cause: 0, timer: 1, due: 6 } as object as Event
  const fire = { seq: 2, at: 6, node: 'a', kind: 'timer-fire', cause: 1, timer: 2 } as object as Event

  test('name what is wrong with a cause', () => {
    expect(causalProblem(deliver, send)).toBe(null)
    expect(causalProblem(deliver, null)).toBe('deliver 2 has no cause, wanted send or duplicate')
    expect(causalProblem(deliver, set)).toBe('deliver 2 is caused by timer-set 1, wanted send or duplicate')
    expect(causalProblem({ ...deliver, node: 'c' }, send)).toBe(
      'deliver 2 is caused by send 1 of another target',
    )
    expect(causalProblem(deliver, { ...send, node: 'c' })).toBe(
      'deliver 2 is caused by send 1 of another source',
    )
    expect(causalProblem(deliver, { ...send, at: 7 } as object as Event)).toContain('which happened later')
    expect(causalProblem(deliver, { ...send, seq: 3 })).toContain('which is not earlier')
    expect(causalProblem(fire, set)).toBe('timer-fire 2 is caused by timer-set 1 of another timer')
  })
})
