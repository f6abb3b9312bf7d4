// A page of a part says of each instant in it what the page of the whole says.
import { beforeAll, describe, expect, test } from 'vitest'

import { eventsOfStore, header } from '../export/testing/traces.ts'
import { runFrom } from '../testing/run-from.ts'
import type { FaultSpan } from '../viewer/model/bands.ts'
import { Comparison } from '../viewer/model/comparison.ts'
import { everything, shownEvents } from '../viewer/model/filter.ts'
import { NodeStates } from '../viewer/model/node-state.ts'
import { Run } from '../viewer/model/run.ts'
import { makeScene, type RunScene } from '../viewer/model/scene.ts'
import { nextShown } from '../viewer/model/steps.ts'
import { packComparison } from './comparison-page.ts'
import type { PageRange } from './run-packer.ts'
import { packTrace } from './trace-page.ts'
import { type Event, memorySource } from '../../sim/index.ts'

let events: readonly Event[]
let whole: Seen

interface Seen {
  readonly scene: RunScene
  readonly states: NodeStates
}

beforeAll(async () => {
  events = await eventsOfStore()
  whole = await seen(events)
})

const source = (of: readonly Event[]) => ({ ...memorySource('run', header, of), footer: null })

async function seen(of: readonly Event[], range: PageRange = {}): Promise<Seen> {
  const { info, sections } = await packTrace(source(of), { name: 'run', command: '' }, 0, { range })
  const [scene] = makeScene([new Run(info, sections, 0)]).runs
  return { scene: scene!, states: new NodeStates(scene!) }
}

const places = Array.from({ length: 24 }, (_, place) => place + 1)
const startOf = (place: number): number => Math.floor((events.length * place) / (places.length + 1))

/** What a page says of every node after the event with a number. */
function stateAt({ scene: { run }, states }: Seen, number: number): unknown {
  const named = run.info.nodes.flatMap((name, node) => {
    if (name === '') return []
    const { life, probes, openOperations, queues, unsynced } = states.at(node, run.placeOf(number))
    const calls = openOperations.map(({ invoke, f }) => [run.numberOf(invoke), f])
    const files = unsynced.map(({ path, change, seq }) => `${change} ${path} by #${run.numberOf(seq)}`).sort()
    const told = probes.map(({ name: probe, value }) => `${probe} ${JSON.stringify(value)}`).sort()
    return life === 'not started' ? [] : [[name, { life, told, calls, queues, files }] as const]
  })
  return Object.fromEntries(named)
}

describe('a page of a part', () => {
  test.each(places)('knows the state of every node, begun at place %d', async (place) => {
    const from = startOf(place)
    const part = await seen(events, { from: { seq: from } })
    for (const number of [from, from + 1, from + 50, from + 500, events.length].filter(
      (each) => each <= events.length,
    ))
      expect(stateAt(part, number), `#${number}`).toEqual(stateAt(whole, number))
  })

  test('has the faults, the crashes and the roles that began before it', async () => {
    const bands = ({ scene }: Seen, from: number): unknown => {
      const { run, faults, downs, states } = scene
      const reaches = ({ to }: { readonly to: number }): boolean => run.numberOf(to) > from
      const ends = ({ from: begin, to }: { readonly from: number; readonly to: number }) =>
        [begin, to].map((seq) => run.numberOf(seq))
      const concerned = ({ nodes }: FaultSpan) => nodes?.map((node) => run.nodeName(node)).toSorted()
      return {
        faults: faults.filter(reaches).map((span) => [span.kind, ...ends(span), concerned(span)]),
        downs: downs.filter(reaches).map((span) => [run.nodeName(span.node), span.why, ...ends(span)]),
        states: states.filter(reaches).map((span) => [run.nodeName(span.node), span.state, ...ends(span)]),
      }
    }
    let begunBefore = 0
    for (const place of places) {
      const from = startOf(place)
      const part = await seen(events, { from: { seq: from } })
      expect(bands(part, from), `from #${from}`).toEqual(bands(whole, from))
      begunBefore += part.scene.faults.filter((span) => part.scene.run.numberOf(span.from) < from).length
    }
    expect(begunBefore).toBeGreaterThan(3)
  })

  test('has its lanes in the order of the whole', async () => {
    const named = ({ scene }: Seen): readonly string[] => scene.run.info.nodes.filter((name) => name !== '')
    for (const place of places) {
      const lanes = named(await seen(events, { from: { seq: startOf(place) } }))
      expect(lanes).toEqual(named(whole).filter((name) => lanes.includes(name)))
    }
  })

  test('has what led to each of its events, and shows and counts only its own', async () => {
    const from = startOf(12)
    const { scene } = await seen(events, { from: { seq: from }, to: { seq: from + 999 } })
    const { run, causes } = scene
    expect(run.info.before).toBe(from - 1)
    expect(run.count - run.info.earlier.length).toBe(1000)
    expect(run.begin).toBe(events[from - 1]!.at)
    for (let number = from; number < from + 1000; number++) {
      const seq = run.placeOf(number)
      expect(run.numberOf(seq)).toBe(number)
      expect(run.numberOf(run.cause[seq]!), `#${number}`).toBe(events[number - 1]!.cause)
    }
    const shown = shownEvents(run, everything)
    expect(shown.reduce((sum, flag) => sum + flag, 0)).toBe(1000)
    expect(nextShown(run, shown, run.first, -1)).toBe(0)
    // What came just before the first event of a node is not here: none is said to.
    expect(causes.causesOf(run.first).previous).toBe(0)
    const found = shownEvents(run, { ...everything, text: `#${from + 7}` })
    expect(found.indexOf(1)).toBe(run.placeOf(from + 7))
  })
})

test('a comparison of parts calls nothing alone whose partner is only not on the page', async () => {
  const from = startOf(12)
  const [partA, partB] = await Promise.all([
    packTrace(source(events), { name: 'a', command: '' }, 0, { range: { from: { seq: from } } }),
    packTrace(source(events), { name: 'b', command: '' }, 1, { range: { from: { seq: from + 100 } } }),
  ])
  const { comparison, sections } = await packComparison(source(events), source(events), {
    a: partA.info,
    b: partB.info,
  })
  const runs = [new Run(partA.info, partA.sections, 0), new Run(partB.info, partB.sections, 1)] as const
  const compared = new Comparison(comparison, runs, sections)
  expect(compared.only.map((flags) => flags.includes(1))).toEqual([false, false])
  const [a, b] = runs
  expect(compared.partnerOf({ run: 0, seq: a.placeOf(from + 100) })).toEqual({ run: 1, seq: b.first })
  expect(compared.partnerOf({ run: 1, seq: b.placeOf(from + 150) })).toEqual({
    run: 0,
    seq: a.placeOf(from + 150),
  })
  expect(compared.partnerOf({ run: 0, seq: a.placeOf(from + 5) })).toBeNull()
})

test('a clock that was stepped stays wrong in a part until all is healed', async () => {
  const sketches = [
    { kind: 'start', node: 'n', incarnation: 1, version: '1' },
    { kind: 'fault-begin', index: 0, fault: { kind: 'clock-step', node: 'n', by: 1 } },
    { kind: 'fault-end', index: 0, faultKind: 'clock-step' },
    { kind: 'fault-begin', index: 1, fault: { kind: 'bit-rot', node: 'n' } },
    { kind: 'pause', node: 'n' },
    { kind: 'phase', phase: 'healed' },
    { kind: 'resume', node: 'n' },
  ]
  const { info } = runFrom(sketches)
  expect(info.earlier).toEqual([])
  const all = sketches.map(({ kind, node = '', ...own }, place) => {
    const event: unknown = { seq: place + 1, at: place * 1000, node, kind, cause: 0, ...own }
    return event as Event
  })
  const standing = async (from: number): Promise<readonly number[]> =>
    (await packTrace(source(all), { name: '', command: '' }, 0, { range: { from: { seq: from } } })).info
      .earlier
  expect(await standing(6)).toEqual([1, 2, 5])
  expect(await standing(7)).toEqual([1, 5, 6])
})
