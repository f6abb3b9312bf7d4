import { describe, expect, test } from 'vitest'

import { exhaustReport } from './exhaust-report.ts'
import { type ExhaustResult, type ExhaustVerdict, instantZero, ms, ns, type Step } from '../sim/index.ts'

const found: ExhaustResult = {
  title: 'two nodes agree',
  parameters: { nodes: 2 },
  settings: {
    network: 'multiset',
    timers: 'due',
    crashes: 1,
    crashesOf: ['n'],
    restarts: true,
    losses: Infinity,
    duplicates: 0,
  },
  bounds: { depthMax: 1000, statesMax: 1_000_000 },
  verdict: { kind: 'exhausted' },
  states: 1234,
  isMatched: true,
  transitions: 2345,
  ignored: 1,
  spared: 12,
  isReduced: true,
  depth: 9,
  ends: 3,
  openEnds: 1,
  runs: 77,
  unpublished: [],
  hasBytes: false,
  drawing: [],
  clockReaders: [],
  forgetful: [],
  invariants: [{ invariant: 'agreement', looked: 5, unit: 'probes decided' }],
  undecided: [],
  events: [],
}

const message = { kind: 'vote', term: 3 }
const ofMessage = { source: 'b', node: 'a', record: 1, message }
const timer = { handler: '', wait: ms(5), period: ns(0) }
const everyStep: readonly Step[] = [
  { kind: 'delivery', ...ofMessage },
  { kind: 'duplicate', ...ofMessage },
  { kind: 'loss', ...ofMessage },
  { kind: 'timer', node: 'a', record: 2, timer },
  { kind: 'device', node: 'a', record: 3 },
  { kind: 'crash', node: 'a', disk: 'lost' },
  { kind: 'crash', node: 'a', disk: 'kept' },
  { kind: 'start', node: 'a' },
]

function report(changes: Partial<ExhaustResult> = {}): string {
  return exhaustReport({ ...found, ...changes }, { wallMs: 1500, command: 'npx faultline exhaust two.ts' })
}

describe('the report of an exhaustive search', () => {
  test('says what was allowed, how much was seen, and that nothing is bad', () => {
    expect(report()).toMatchInlineSnapshot(`
      "exhausted  two nodes agree
        outcome      every state was reached, and none is bad
        parameters   nodes 2
        allowed      messages in any order, each once; timers of a node as they are due; crashes up to 1 of n; losses any; duplicates none
        states       1,234 distinct, at most 9 steps from the start
        transitions  2,345, and 12 spared: the same steps in another order
        ignored      1 delivery that made no difference to anybody
        ends         3 states in which nothing more can happen, in 1 of which an operation stays open
        time         1.5s, 77 executions
        invariants   agreement  looked 5 times at probes decided"
    `)
  })

  test('shows a path step by step, with what is published after each', () => {
    const path = everyStep.map((step, index) => ({ step, state: index === 0 ? { votes: 2 } : null }))
    const place = { at: instantZero, node: 'a', seq: 9, witnesses: [9] }
    const violation = { invariant: 'agreement', message: 'a and b differ', ...place }
    const verdict: ExhaustVerdict = { kind: 'violated', violation, path }
    expect(report({ verdict }).split('\n').slice(-13).join('\n')).toMatchInlineSnapshot(`
      "
        the path, 8 steps from the start:
        1  a receives vote term 3 from b  a = {votes: 2}
        2  a receives vote term 3 from b, which stays in flight
        3  lost on the way to a: vote term 3 from b
        4  a: timer after 5ms
        5  a: its disk, or what runs it, answers
        6  a crashes
        7  a crashes; its unsynced writes survive
        8  a starts again

        run it again with:
          npx faultline exhaust two.ts"
    `)
  })

  test.each<[ExhaustVerdict, string]>([
    [{ kind: 'deadlock', waiting: ['a'], path: [] }, 'nothing is left to happen, but a must still finish'],
    [{ kind: 'bound', bound: 'depthMax', value: 1 }, 'some paths go on beyond 1 step: --depth goes further'],
    [
      { kind: 'bound', bound: 'statesMax', value: 5000 },
      'there are more than 5,000 states: --states allows more',
    ],
    [{ kind: 'undecided' }, 'not every invariant could be judged'],
    [{ kind: 'interrupted' }, 'stopped before its end'],
  ])('says of %j what it means', (verdict, text) => {
    expect(report({ verdict })).toContain(text)
  })

  test('says what the verdict rests on', () => {
    const text = report({
      isMatched: false,
      unpublished: ['a'],
      hasBytes: true,
      drawing: ['b'],
      clockReaders: ['a', 'b'],
      forgetful: ['agreement'],
    })
    expect(text.slice(text.indexOf('  rests on'))).toMatchInlineSnapshot(`
      "  rests on     states were not told apart: a must publish with env.probe('state', …)
                     states were not told apart while streams or datagrams were in use
                     of each random number that b drew one value was tried
                     a, b read a clock, which only the timers of its own node move
                     "agreement" may remember what no state holds (see InvariantFold.memory): a violation may be missed"
    `)
  })
})
