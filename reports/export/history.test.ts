// What is written is read back by our own reader and judged as the run was; EDN is read by Clojure as well, whose reader is
// that of Jepsen, Knossos and Elle.
import { fileURLToPath } from 'node:url'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import {
  casRegister,
  checkEvents,
  judge,
  kv,
  linearizable,
  type Model,
  parseHistory,
  unknownWorld,
} from '../../invariants/index.ts'
import type { Data, Event } from '../../sim/index.ts'
import { findProgram } from '../../sim/real/testing/programs.ts'
import { historyEdn, historyJson } from './history.ts'
import { runProgram } from './testing/run-program.ts'
import { eventsOf, eventsOfStore, exported, hostileTexts, sourceOf } from './testing/traces.ts'

const formats = [
  ['history-json', historyJson],
  ['history-edn', historyEdn],
] as const

/** What the invariant says of a run, in the words of a verdict. */
async function verdictOf(events: readonly Event[], model: Model): Promise<string> {
  const { violations, undecided } = await checkEvents(
    [linearizable(model, { fail: 'dropped' })],
    events,
    unknownWorld,
  )
  if (violations.length > 0) return 'not-linearizable'
  return undecided.length > 0 ? 'unknown' : 'linearizable'
}

/** A few clients call a register; what they read is any of a few values, so that many histories are not linearizable. */
const histories = fc
  .array(
    fc.record({
      client: fc.nat(3),
      f: fc.constantFrom('read', 'write', 'cas'),
      value: fc.nat(2),
      end: fc.nat(9),
    }),
    {
      minLength: 1,
      maxLength: 24,
    },
  )
  .map((steps) => {
    const open = new Map<number, { readonly id: number; readonly f: string; readonly value: Data }>()
    const events: { kind: string; [field: string]: Data }[] = []
    for (const [id, { client, f, value, end }] of steps.entries()) {
      const call = open.get(client)
      const common = { kind: 'operation', process: `client-${client}`, key: null }
      if (call === undefined) {
        const input = f === 'read' ? null : f === 'write' ? value : [value, (value + 1) % 3]
        open.set(client, { id, f, value: input })
        events.push({ ...common, phase: 'invoke', id, f, value: input })
        continue
      }
      open.delete(client)
      const phase = end === 0 ? 'info' : end === 1 ? 'fail' : 'ok'
      const output = phase === 'ok' && call.f === 'read' ? value : null
      events.push({ ...common, phase, id: call.id, f: call.f, value: output })
    }
    return eventsOf(events)
  })

describe.each(formats)('a history as %s', (_name, make) => {
  test('is judged as the invariant judges the run', async () => {
    const seen = new Set<string>()
    await fc.assert(
      fc.asyncProperty(histories, async (events) => {
        const text = await exported(make, sourceOf(events))
        const verdict = judge(text, { model: casRegister, fail: 'dropped' }).verdict.kind
        seen.add(verdict)
        expect(verdict).toBe(await verdictOf(events, casRegister))
      }),
      { numRuns: 300, seed: 4 },
    )
    expect([...seen].toSorted()).toEqual(['linearizable', 'not-linearizable'])
  })

  test('of the store in trouble is judged as the run was', async () => {
    const events = await eventsOfStore()
    const text = await exported(make, sourceOf(events))
    expect(judge(text, { model: kv, fail: 'dropped' }).verdict.kind).toBe(await verdictOf(events, kv))
    expect(parseHistory(text)).toHaveLength(
      events.filter((event) => event.kind === 'operation' && event.phase === 'invoke').length,
    )
  })

  test('keeps hostile keys and values as they are', async () => {
    const values = hostileTexts.map((text): Data => ({ [`k${text}`]: [text] }))
    const events = eventsOf(
      values.flatMap((value, id) => [
        {
          kind: 'operation',
          phase: 'invoke',
          id,
          process: hostileTexts[id]!,
          f: 'write',
          key: hostileTexts[id]!,
          value,
        },
        {
          kind: 'operation',
          phase: 'ok',
          id,
          process: hostileTexts[id]!,
          f: 'write',
          key: hostileTexts[id]!,
          value,
        },
      ]),
    )
    const text = await exported(make, sourceOf(events))
    expect(text.trimEnd().split('\n')).toHaveLength(events.length)
    expect(parseHistory(text).map(({ key, input }) => [key, input])).toEqual(
      values.map((value, place) => [hostileTexts[place], value]),
    )
  })

  test('leaves out the end of an operation that began before the part that was asked for', async () => {
    const events = await eventsOfStore()
    const text = await exported(make, sourceOf(events), { from: { at: 1.5e9 }, to: { at: 2e9 } })
    expect(parseHistory(text).length).toBeGreaterThan(10)
  })
})

test('processes are numbers, with one call at a time, and none calls again after info', async () => {
  const call = (id: number, phase: string): { kind: string; [field: string]: Data } => ({
    kind: 'operation',
    id,
    phase,
    process: 'p',
    f: 'write',
    key: null,
    value: id,
  })
  const phases = [
    call(1, 'invoke'),
    call(2, 'invoke'),
    call(2, 'ok'),
    call(3, 'invoke'),
    call(1, 'info'),
    call(3, 'ok'),
  ]
  const text = await exported(historyJson, sourceOf(eventsOf([...phases, call(4, 'invoke')])))
  const processes = text
    .trimEnd()
    .split('\n')
    .map((line): unknown => (JSON.parse(line) as { readonly process: number }).process)
  expect(processes).toEqual([0, 1, 1, 1, 0, 1, 1])
})

test('transactions are written as Elle reads them, writes with their input at the end as Knossos does', async () => {
  const transaction = [
    ['append', 'x', 1],
    ['r', 'y', null],
  ]
  const common = { kind: 'operation', id: 1, process: 'p', key: null }
  const text = await exported(
    historyEdn,
    sourceOf(
      eventsOf([
        { ...common, phase: 'invoke', f: 'txn', value: transaction },
        {
          ...common,
          phase: 'ok',
          f: 'txn',
          value: [
            ['append', 'x', 1],
            ['r', 'y', [2, 3]],
          ],
        },
        { ...common, phase: 'invoke', f: 'write', value: 5 },
        { ...common, phase: 'ok', f: 'write', value: null },
      ]),
    ),
  )
  expect(text)
    .toBe(`{:process 0, :type :invoke, :f :txn, :value [[:append "x" 1] [:r "y" nil]], :time 0, :index 0}
{:process 0, :type :ok, :f :txn, :value [[:append "x" 1] [:r "y" [2 3]]], :time 1000, :index 1}
{:process 0, :type :invoke, :f :write, :value 5, :time 2000, :index 2}
{:process 0, :type :ok, :f :write, :value 5, :time 3000, :index 3}
`)
})

test('a cas ends as in Jepsen: ok with its input, or failed; that it saw another value is still known', async () => {
  const common = { kind: 'operation', process: 'p', f: 'cas', key: null }
  const ended = (
    id: number,
    phase: string,
    value: Data,
  ): readonly { kind: string; [field: string]: Data }[] => [
    { ...common, id, phase: 'invoke', value: [id, id + 1] },
    { ...common, id, phase, value },
  ]
  const events = eventsOf([...ended(1, 'ok', true), ...ended(2, 'ok', false), ...ended(3, 'fail', null)])
  const text = await exported(historyEdn, sourceOf(events))
  const ends = text.split('\n').filter((line) => line !== '' && !line.includes(':invoke'))
  expect(ends.map((line) => /:type .*(?=, :time)/.exec(line)?.[0])).toEqual([
    ':type :ok, :f :cas, :value [1 2]',
    ':type :fail, :f :cas, :value [2 3], :error "precondition failed"',
    ':type :fail, :f :cas, :value [3 4]',
  ])
  expect(parseHistory(text).map(({ outcome, output }) => [outcome, output])).toEqual([
    ['ok', [1, 2]],
    ['ok', false],
    ['fail', [3, 4]],
  ])
})

const clojure = findProgram('clojure')
const ednToJson = fileURLToPath(new URL('./testing/edn-to-json.clj', import.meta.url))

test.skipIf(clojure === null)(
  'as EDN, Clojure reads the very operations that JSON has',
  async () => {
    const operation = (text: string, id: number): { kind: string; [field: string]: Data } => {
      return {
        kind: 'operation',
        phase: 'invoke',
        id,
        process: text,
        f: 'write',
        key: text,
        value: { [text]: [text, 1.5, null] },
      }
    }
    const transaction = [
      ['append', 'x', 1],
      ['r', 'y', [2, 3]],
    ]
    const hostile = eventsOf([
      // Half a surrogate pair is no UTF-8, which is what Clojure prints.
      ...hostileTexts.filter((text) => !/\p{Surrogate}/u.test(text)).map(operation),
      {
        kind: 'operation',
        phase: 'info',
        id: 0,
        process: 'p',
        f: 'write',
        key: null,
        value: null,
        error: 'a "no"',
      },
      { kind: 'operation', phase: 'invoke', id: 99, process: 'p', f: 'txn', key: null, value: transaction },
    ])
    for (const events of [await eventsOfStore(), hostile]) {
      const edn = await exported(historyEdn, sourceOf(events))
      const said = runProgram(clojure ?? '', [ednToJson], edn)
      expect(said).toMatchObject({ code: 0, error: '' })
      const lines = (text: string): readonly unknown[] =>
        text
          .trimEnd()
          .split('\n')
          .map((line): unknown => JSON.parse(line))
      expect(lines(said.out)).toEqual(lines(await exported(historyJson, sourceOf(events))))
    }
  },
  60_000,
)
