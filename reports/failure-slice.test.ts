import { describe, expect, test } from 'vitest'

import { type Event, memorySource, type TraceHeader, type Violation } from '../sim/index.ts'
import { failureSlice, lastEvents } from './failure-slice.ts'

const header: TraceHeader = {
  scenario: 'register',
  title: 'a register keeps what it has acknowledged',
  parameters: {},
  seed: 1,
  plan: [],
  version: '0.1.0',
  fingerprint: '',
  nodeVersion: 'v20.19.0',
  platform: 'linux-x64',
  options: {},
}

/** A write is acknowledged, its server crashes and comes back, a read shows that the write is gone, and much later the run ends. */
const events: readonly Event[] = [
  event(1, '', 'phase', 0, { phase: 'faults' }),
  event(2, 'server', 'start', 1, { incarnation: 1, version: '1' }),
  event(3, 'client', 'start', 1, { incarnation: 1, version: '1' }),
  event(4, 'client', 'operation', 3, {
    phase: 'invoke',
    id: 1,
    process: 'client',
    f: 'write',
    key: null,
    value: 7,
  }),
  event(5, 'client', 'send', 3, { target: 'server', size: 9, message: { kind: 'write', value: 7 } }),
  event(6, 'server', 'deliver', 5, { source: 'client', message: { kind: 'write', value: 7 } }),
  event(7, 'client', 'operation', 6, {
    phase: 'ok',
    id: 1,
    process: 'client',
    f: 'write',
    key: null,
    value: 7,
  }),
  event(8, '', 'fault-begin', 1, { index: 0, fault: { kind: 'crash', node: 'server' } }),
  event(9, 'server', 'crash', 8, { connections: 'silent' }),
  event(10, '', 'fault-end', 8, { index: 0, faultKind: 'crash' }),
  event(11, 'other', 'log', 1, { level: 'info', text: 'nobody asked', fields: {} }),
  event(12, 'client', 'operation', 3, {
    phase: 'ok',
    id: 2,
    process: 'client',
    f: 'read',
    key: null,
    value: null,
  }),
  event(13, 'other', 'crash', 1, { connections: 'silent' }),
  event(14, '', 'phase', 13, { phase: 'end' }),
]
const source = memorySource('register.ndjson', header, events)
const lost: Violation = {
  invariant: 'linearizable register',
  message: 'a write is gone',
  at: events[13]!.at,
  node: '',
  seq: 14,
  witnesses: [12, 7],
}

describe('the slice of a violation', () => {
  test('holds the past of its witnesses and what befell nodes meanwhile, and nothing else', async () => {
    const seqs = (await failureSlice(source, lost)).map(({ seq }) => seq)
    expect(seqs).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12])
  })

  test('is that of the event at hand where there is no witness', async () => {
    const seqs = (await failureSlice(source, { ...lost, seq: 6, witnesses: [] })).map(({ seq }) => seq)
    expect(seqs).toEqual([1, 2, 3, 4, 5, 6])
  })

  test('does not drown in faults: of those that are not in the past only the last twelve are shown', async () => {
    const crashes = Array.from({ length: 30 }, (_, index) =>
      event(index + 4, 'other', 'crash', 1, { connections: 'silent' }),
    )
    const read = event(34, 'client', 'log', 3, { level: 'info', text: 'late', fields: {} })
    const many = memorySource('many.ndjson', header, [...events.slice(0, 3), ...crashes, read])
    const seqs = (await failureSlice(many, { ...lost, seq: 34, witnesses: [34] })).map(({ seq }) => seq)
    expect(seqs).toEqual([1, 3, ...Array.from({ length: 12 }, (_, index) => index + 22), 34])
  })

  test('of many witnesses leaves out nothing between two events that it shows', async () => {
    // Rounds in which a client asks, a server answers in three steps, and the answer shows what is wrong.
    const rounds = Array.from({ length: 12 }, (_, round) => {
      const first = 4 + round * 5
      const last = round === 0 ? 3 : first - 1
      return [
        event(first, 'client', 'timer-fire', last, { timer: round }),
        event(first + 1, 'client', 'send', first, { target: 'server', size: 1, message: { kind: 'ask' } }),
        event(first + 2, 'server', 'deliver', first + 1, { source: 'client', message: { kind: 'ask' } }),
        event(first + 3, 'server', 'send', first + 2, {
          target: 'client',
          size: 1,
          message: { kind: 'yes' },
        }),
        event(first + 4, 'client', 'deliver', first + 3, { source: 'server', message: { kind: 'yes' } }),
      ]
    }).flat()
    const log = [...events.slice(0, 3), ...rounds]
    const witnesses = Array.from({ length: 10 }, (_, round) => 18 + round * 5)
    const shown = await failureSlice(memorySource('rounds.ndjson', header, log), {
      ...lost,
      seq: 63,
      witnesses,
    })
    const seqs = new Set(shown.map(({ seq }) => seq))
    expect(seqs.size).toBeGreaterThan(39)
    for (const witness of witnesses) expect(seqs).toContain(witness - 1)
    const torn = shown.filter(({ cause }) => {
      const before = log[cause - 1]
      return before !== undefined && !seqs.has(cause) && seqs.has(before.cause)
    })
    expect(torn).toEqual([])
  })
})

test('the last events of a run are there even when there are fewer than asked for', async () => {
  expect((await lastEvents(source, 2, 14)).map(({ seq }) => seq)).toEqual([13, 14])
  expect(await lastEvents(source, 20, 14)).toHaveLength(14)
})

function event(seq: number, node: string, kind: string, cause: number, own: object): Event {
  const object: object = { seq, at: seq * 1_000_000, node, kind, cause, ...own }
  return object as Event
}
