import { describe, expect, test } from 'vitest'

import { diff, type Event, memorySource, type TraceHeader } from '../sim/index.ts'
import { diffReport } from './diff-report.ts'

const header: TraceHeader = {
  scenario: 'leader-isolated',
  title: 'a leader is cut off',
  parameters: { replicas: 3 },
  seed: 7,
  plan: [],
  version: '0.1.0',
  fingerprint: 'c0ffee',
  nodeVersion: 'v20.19.0',
  platform: 'linux-x64',
  options: {},
}
const sides = { a: 'before.ndjson', b: 'after.ndjson' }
let seq = 0

function event(node: string, kind: string, cause: number, own: object): Event {
  seq++
  const object: object = { seq, at: seq * 10_000_000, node, kind, cause, ...own }
  return object as Event
}

/** Two nodes start; whose election timer fires first asks the other for its vote. */
function election(first: string, second: string): readonly Event[] {
  seq = 0
  return [
    event('n1', 'start', 0, { incarnation: 1, version: '1' }),
    event('n2', 'start', 0, { incarnation: 1, version: '1' }),
    event('n3', 'start', 0, { incarnation: 1, version: '1' }),
    event('n1', 'timer-set', 1, { timer: 1, due: 50_000_000 }),
    event('n2', 'timer-set', 2, { timer: 2, due: 50_000_000 }),
    event(first, 'timer-fire', first === 'n1' ? 4 : 5, { timer: first === 'n1' ? 1 : 2 }),
    event(first, 'send', 6, { target: second, size: 20, message: { kind: 'vote', term: 1 } }),
    event(second, 'deliver', 7, { source: first, message: { kind: 'vote', term: 1 } }),
    event(second, 'probe', 8, { name: 'voted', value: first }),
  ]
}

describe('a diff report', () => {
  test('says where the runs part, where each node first differs, what comes first, and what happened around it', async () => {
    const a = memorySource('a', header, election('n1', 'n2'))
    const b = memorySource('b', { ...header, fingerprint: 'f00d' }, election('n2', 'n1'))
    expect(`\n${diffReport(await diff(a, b), sides)}\n`).toMatchInlineSnapshot(`
      "
      different  after 5 events in common (before.ndjson: 9, after.ndjson: 9)
        what changed:
          fingerprint: before.ndjson c0ffee, after.ndjson f00d

        the first event that differs: node: before.ndjson n1, after.ndjson n2
          before.ndjson:
            #6  0.060000000s  n1  timer-fire  timer 1  <- #4
          after.ndjson:
            #6  0.060000000s  n2  timer-fire  timer 2  <- #5

        where each node first differs:
          n1, causally first  (0 alike, 2 only in before.ndjson, 2 only in after.ndjson)
            before.ndjson:
              #6  0.060000000s  n1  timer-fire  timer 1  <- #4
            after.ndjson:
              #8  0.080000000s  n1  deliver  from n2  vote  term 1  <- #7
          n2, causally first  (0 alike, 2 only in before.ndjson, 2 only in after.ndjson)
            before.ndjson:
              #8  0.080000000s  n2  deliver  from n1  vote  term 1  <- #7
            after.ndjson:
              #6  0.060000000s  n2  timer-fire  timer 2  <- #5

        around it on n1:
          before.ndjson:
            #1  0.010000000s  n1  start       incarnation 1, version 1
            #4  0.040000000s  n1  timer-set   timer 1, due 0.050000000s  <- #1
          > #6  0.060000000s  n1  timer-fire  timer 1  <- #4
            #7  0.070000000s  n1  send        to n2  vote  term 1  <- #6
          after.ndjson:
            #1  0.010000000s  n1  start      incarnation 1, version 1
            #4  0.040000000s  n1  timer-set  timer 1, due 0.050000000s  <- #1
          > #8  0.080000000s  n1  deliver    from n2  vote  term 1  <- #7
            #9  0.090000000s  n1  probe      voted = n2  <- #8
      "
    `)
  })

  test('says in one line that the runs are the same', async () => {
    const a = memorySource('a', header, election('n1', 'n2'))
    expect(diffReport(await diff(a, a), sides)).toMatchInlineSnapshot(`"same  all 9 events"`)
  })

  test('says when nodes did the same at other instants', async () => {
    const a = election('n1', 'n2')
    const b = a.map((each) =>
      each.seq > 7 ? { ...each, at: each.at + 5 } : each,
    ) as readonly object[] as readonly Event[]
    const result = await diff(memorySource('a', header, a), memorySource('b', header, b))
    expect(`\n${diffReport(result, sides)}\n`).toMatchInlineSnapshot(`
      "
      different  after 7 events in common (before.ndjson: 9, after.ndjson: 9)
        nothing in the header changed: same code, version, seed, parameters and plan

        the first event that differs: at: before.ndjson 80000000, after.ndjson 80000005
          before.ndjson:
            #8  0.080000000s  n2  deliver  from n1  vote  term 1  <- #7
          after.ndjson:
            #8  0.080000005s  n2  deliver  from n1  vote  term 1  <- #7

        every node did the same in the same order: only instants or numbers differ
      "
    `)
  })
})
