import { describe, expect, test } from 'vitest'

import type { LoopEnd } from './kernel/index.ts'
import {
  describeOutcome,
  exitCode,
  judgedOutcome,
  type Outcome,
  outcomeOf,
  type RunFacts,
} from './outcome.ts'
import { type Instant, ms } from './time.ts'
import type { DeadGroup } from './vitality.ts'

const until: LoopEnd = { kind: 'until' }
const stopped: LoopEnd = { kind: 'stopped' }
const drained: LoopEnd = { kind: 'drained' }
const leak: LoopEnd = { kind: 'leak', leak: { resource: 'Timeout', stack: '' } }
const eventsBound: LoopEnd = { kind: 'events-bound', eventsMax: 5 }
const instantBound: LoopEnd = { kind: 'instant-bound', at: 7 as Instant, stepsMax: 3 }
const microtasksBound: LoopEnd = { kind: 'microtasks-bound', at: 7 as Instant, microtasksMax: 9 }

/** A run that went to its end, with nothing to say against it. */
const fine: RunFacts = {
  end: until,
  violations: [],
  undecided: 0,
  expected: null,
  waiting: [],
  unfinished: [],
  deadGroup: null,
  deadUntilHeal: null,
  healedAt: ms(60) as number as Instant,
  length: ms(100),
}
const dead = (since: number): DeadGroup => ({ group: 'store', since: ms(since) as number as Instant })
const wrong = [{ invariant: 'wrong' }]

describe('the outcome of a run', () => {
  test.each<readonly [string, Partial<RunFacts>, Outcome['kind']]>([
    ['nothing speaks against it', {}, 'passed'],
    ['nothing was left to happen, and nobody waits', { end: drained }, 'passed'],
    ['somebody waits while nothing is left to happen', { end: drained, waiting: ['a'] }, 'deadlock'],
    ['somebody waits at the end of the run, as clients do', { waiting: ['a'] }, 'passed'],
    ['somebody has not finished in time', { unfinished: ['a'] }, 'unfinished'],
    ['a group is dead', { deadGroup: 'store' }, 'dead'],
    ['a group was dead for most of the run', { deadUntilHeal: dead(9) }, 'dead'],
    ['a group was dead for half of the run', { deadUntilHeal: dead(10) }, 'passed'],
    ['an invariant could not be judged', { undecided: 1 }, 'undecided'],
    ['a violation stopped it', { end: stopped, violations: wrong }, 'violated'],
    ['a violation showed at the end', { violations: wrong, undecided: 1, deadGroup: 'x' }, 'violated'],
    ['it was stopped from outside', { end: stopped }, 'interrupted'],
    [
      'it was stopped from outside while an invariant was undecided',
      { end: stopped, undecided: 1 },
      'interrupted',
    ],
    ['events reached their bound', { end: eventsBound }, 'events-bound'],
    ['events reached their bound after a violation', { end: eventsBound, violations: wrong }, 'violated'],
    ['time stood still', { end: instantBound }, 'livelock'],
    ['a step never ended', { end: microtasksBound }, 'livelock'],
    ['something real was created', { end: leak }, 'leak'],
    ['something real was created, before a violation', { end: leak, violations: wrong }, 'leak'],
    ['what was expected happened', { end: stopped, violations: wrong, expected: 'wrong' }, 'passed'],
    ['what was expected did not happen', { expected: 'wrong' }, 'not-violated'],
    [
      'something else happened than was expected',
      { violations: [...wrong, { invariant: 'other' }], expected: 'wrong' },
      'violated',
    ],
    ['what was expected could not be judged', { undecided: 1, expected: 'wrong' }, 'undecided'],
    [
      'time stood still after what was expected',
      { end: instantBound, violations: wrong, expected: 'wrong' },
      'livelock',
    ],
    [
      'events reached their bound after what was expected',
      { end: eventsBound, violations: wrong, expected: 'wrong' },
      'events-bound',
    ],
  ])('when %s', (_when, facts, kind) => {
    expect(outcomeOf({ ...fine, ...facts }).kind).toBe(kind)
  })

  test('names who waits, who is dead, and what was reached', () => {
    expect(outcomeOf({ ...fine, end: drained, waiting: ['a', 'b'] })).toEqual({
      kind: 'deadlock',
      waiting: ['a', 'b'],
    })
    expect(outcomeOf({ ...fine, unfinished: ['a'] })).toEqual({ kind: 'unfinished', nodes: ['a'] })
    expect(outcomeOf({ ...fine, deadGroup: 'store' })).toEqual({ kind: 'dead', group: 'store' })
    expect(outcomeOf({ ...fine, end: instantBound })).toEqual({ kind: 'livelock', at: 7, stepsMax: 3 })
    expect(outcomeOf({ ...fine, expected: 'wrong' })).toEqual({ kind: 'not-violated', invariant: 'wrong' })
  })

  test('of a trace is decided by what invariants say of it', () => {
    const judged = { violations: [], undecided: 0, expected: null }
    expect(judgedOutcome(judged).kind).toBe('passed')
    expect(judgedOutcome({ ...judged, violations: wrong }).kind).toBe('violated')
    expect(judgedOutcome({ ...judged, undecided: 2 }).kind).toBe('undecided')
    expect(judgedOutcome({ ...judged, expected: 'wrong' }).kind).toBe('not-violated')
    expect(judgedOutcome({ ...judged, expected: 'wrong', violations: wrong }).kind).toBe('passed')
  })
})

const all: { readonly [K in Outcome['kind']]: Outcome & { readonly kind: K } } = {
  passed: { kind: 'passed' },
  violated: { kind: 'violated' },
  'not-violated': { kind: 'not-violated', invariant: 'wrong' },
  deadlock: { kind: 'deadlock', waiting: ['a', 'b'] },
  unfinished: { kind: 'unfinished', nodes: ['a'] },
  dead: { kind: 'dead', group: 'store' },
  leak: { kind: 'leak', leak: { resource: 'Timeout', stack: '' } },
  livelock: { kind: 'livelock', at: 7_000_000 as Instant, stepsMax: 3 },
  'events-bound': { kind: 'events-bound', eventsMax: 5 },
  undecided: { kind: 'undecided' },
  interrupted: { kind: 'interrupted' },
}

test('only a pass ends with 0; what a bound or a time-out left open ends with 3', () => {
  expect(Object.values(all).map((outcome) => [outcome.kind, exitCode(outcome)])).toMatchInlineSnapshot(`
    [
      [
        "passed",
        0,
      ],
      [
        "violated",
        1,
      ],
      [
        "not-violated",
        1,
      ],
      [
        "deadlock",
        1,
      ],
      [
        "unfinished",
        3,
      ],
      [
        "dead",
        1,
      ],
      [
        "leak",
        1,
      ],
      [
        "livelock",
        3,
      ],
      [
        "events-bound",
        3,
      ],
      [
        "undecided",
        3,
      ],
      [
        "interrupted",
        3,
      ],
    ]
  `)
})

test('each outcome is told in one line', () => {
  expect(Object.values(all).map(describeOutcome)).toMatchInlineSnapshot(`
    [
      "passed",
      "violated",
      "not violated: the scenario expects "wrong" to be violated, and it held",
      "deadlock: nothing is left to happen, but a, b still wait",
      "unfinished: at the end of the run a had not ended",
      "dead: at the end no node of store was up",
      "leak: a program created a real Timeout, which would race the simulation",
      "livelock: more than 3 steps at 0.007000000s",
      "bound reached: more than 5 events",
      "undecided",
      "interrupted",
    ]
  `)
})
