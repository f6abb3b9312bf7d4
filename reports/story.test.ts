import { expect, test } from 'vitest'

import { storyOf } from './story.ts'
import { type EventSketch, eventsFrom } from './testing/run-from.ts'
import { causalPast, type Violation, type Instant } from '../sim/index.ts'

const at = (milliseconds: number): number => milliseconds * 1_000_000

const call = (phase: string, own: Partial<EventSketch> & { readonly id: number }): EventSketch => ({
  kind: 'operation',
  node: 'client',
  process: 'client',
  f: 'write',
  key: null,
  value: null,
  phase,
  ...own,
})

const crash = { kind: 'crash', at: at(20), for: at(5), node: 'server', connections: 'reset', disk: 'lost' }
const partition = {
  kind: 'partition',
  when: { kind: 'crash' },
  shape: { kind: 'isolate', node: 'server', direction: 'both' },
  cuts: 'later',
}

function told(sketches: readonly EventSketch[], witnesses: readonly number[]): readonly string[] {
  const events = eventsFrom(sketches)
  const violation: Violation = {
    invariant: 'keeps all',
    message: 'a write was lost\nmore about it',
    at: at(50) as Instant,
    node: '',
    seq: events.length,
    witnesses,
  }
  return storyOf({ events, shown: witnesses, past: causalPast(events, witnesses) }, violation)
}

test('tells faults and calls in the order of time, then what they violate', () => {
  const sketches = [
    call('invoke', { id: 1, at: at(10), value: 7 }),
    call('ok', { id: 1, at: at(12), value: 7 }),
    { kind: 'fault-begin', at: at(20), index: 0, fault: crash },
    { kind: 'fault-begin', at: at(21), index: 1, fault: partition },
    call('invoke', { id: 2, at: at(40), f: 'read', key: 'k1' }),
    call('ok', { id: 2, at: at(42), f: 'read', key: 'k1', value: 6 }),
  ]
  expect(told(sketches, [6, 5, 2, 1])).toMatchInlineSnapshot(`
    [
      "At 0.010000000s client calls write 7, which is ok at 0.012000000s.",
      "At 0.020000000s, for 5ms: crash server, connections reset, unsynced writes lost.",
      "At 0.021000000s: triggered until healed partition server alone, cuts later, when crash.",
      "At 0.040000000s client calls read k1, which is ok with 6 at 0.042000000s.",
      "This violates "keeps all": a write was lost.",
    ]
  `)
})

test('of many faults and calls the last ones, and how others ended', () => {
  const calls = [
    call('invoke', { id: 1, at: at(1) }),
    call('invoke', { id: 2, at: at(2), f: 'add', value: 1 }),
    call('fail', { id: 2, at: at(2), error: 'busy' }),
    call('invoke', { id: 3, at: at(3), f: 'add', value: 1 }),
    call('info', { id: 3, at: at(4), error: 'no answer' }),
    call('invoke', { id: 4, at: at(5) }),
    call('invoke', { id: 5, at: at(6) }),
  ]
  const faults = [7, 8, 9, 10].map((instant, index) => ({
    kind: 'fault-begin',
    at: at(instant),
    index,
    fault: { kind: 'pause', at: at(instant), node: 'server' },
  }))
  const seqs = [...calls, ...faults].map((_, place) => place + 1)
  expect(told([...calls, ...faults], seqs)).toMatchInlineSnapshot(`
    [
      "Before these: 1 more of the faults.",
      "Before these: 1 more of the calls.",
      "At 0.002000000s client calls add 1, which fails at once (busy).",
      "At 0.003000000s client calls add 1, of which nobody knows what came (no answer).",
      "At 0.005000000s client calls write, which has not ended.",
      "At 0.006000000s client calls write, which has not ended.",
      "At 0.008000000s, until healed: pause server.",
      "At 0.009000000s, until healed: pause server.",
      "At 0.010000000s, until healed: pause server.",
      "This violates "keeps all": a write was lost.",
    ]
  `)
})

test('where no call shows the violation, tells the last one that may have led to it', () => {
  const sketches = [
    call('invoke', { id: 1, at: at(1) }),
    call('invoke', { id: 2, at: at(2), f: 'decide', value: 'x' }),
    { kind: 'send', node: 'client', at: at(2), target: 'server', cause: 2 },
    call('invoke', { id: 3, at: at(3), node: 'other', process: 'other' }),
    { kind: 'deliver', node: 'server', at: at(4), cause: 3 },
    { kind: 'probe', node: 'server', at: at(4), cause: 5 },
  ]
  expect(told(sketches, [6])).toMatchInlineSnapshot(`
    [
      "No fault begins.",
      "At 0.002000000s client calls decide x, which has not ended.",
      "This violates "keeps all": a write was lost.",
    ]
  `)
})
