import { describe, expect, test } from 'vitest'

import type { Event, EventKind } from './event.ts'
import type { Finding, Invariant, InvariantFold, InvariantWorld } from './invariant.ts'
import { InvariantError, Judge } from './judge.ts'
import type { Instant } from './time.ts'

const world: InvariantWorld = { nodes: ['a'], groups: new Map([['g', ['a']]]) }
const probe = (seq: number, value: number): Event => ({
  seq,
  at: (seq * 10) as Instant,
  node: 'a',
  kind: 'probe',
  cause: 0,
  name: 'x',
  value,
})

function invariant(
  name: string,
  fold: Partial<InvariantFold>,
  kinds: readonly EventKind[] = ['probe'],
): Invariant {
  return { name, kinds, begin: () => ({ on: () => null, looked: () => 0, ...fold }) }
}

/** Finds fault with every value above 10. */
function atMostTen(): Invariant {
  let looked = 0
  const on = (event: Event): Finding | null => {
    looked++
    return event.kind === 'probe' && Number(event.value) > 10
      ? { kind: 'violated', message: `${event.seq} is too much` }
      : null
  }
  return invariant('at most ten', { on, looked: () => looked })
}

/** A judge with the events that it is given. */
function judging(...invariants: readonly Invariant[]): {
  readonly judge: Judge
  readonly feed: (event: Event) => void
  readonly kinds: readonly EventKind[]
} {
  const judge = new Judge(invariants, world)
  const listeners: (readonly [EventKind, (event: Event) => void])[] = []
  judge.subscribe((kind, on) => void listeners.push([kind, on]))
  const feed = (event: Event): void => {
    for (const [kind, on] of listeners) if (kind === event.kind) on(event)
  }
  return { judge, feed, kinds: listeners.map(([kind]) => kind) }
}

describe('a judge', () => {
  test('keeps a violation with the place where it showed', () => {
    const { judge, feed } = judging(atMostTen())
    for (const [place, value] of [1, 20, 3].entries()) feed(probe(place + 1, value))
    expect(judge.violations).toEqual([
      { invariant: 'at most ten', message: '2 is too much', at: 20, node: 'a', seq: 2, witnesses: [2] },
    ])
  })

  test('asks an invariant no more once it is violated, neither for events nor at the end, but the others go on', () => {
    const asked: string[] = []
    const once = invariant('once', {
      on: () => (asked.push('event'), { kind: 'violated', message: 'at once' }),
      end: () => (asked.push('end'), { kind: 'violated', message: 'again' }),
    })
    const { judge, feed } = judging(once, atMostTen())
    for (const seq of [1, 2, 3]) feed(probe(seq, 1))
    judge.end({ at: 30 as Instant, healedAt: null }, 3)
    expect([asked, judge.violations.length]).toEqual([['event'], 1])
    expect(judge.report()).toEqual([
      { invariant: 'once', looked: 0, unit: 'probes' },
      { invariant: 'at most ten', looked: 3, unit: 'probes' },
    ])
  })

  test('keeps the witnesses that an invariant names', () => {
    const { judge, feed } = judging(
      invariant('pair', { on: () => ({ kind: 'violated', message: 'm', witnesses: [9, 4] }) }),
    )
    feed(probe(9, 1))
    expect(judge.violations[0]?.witnesses).toEqual([9, 4])
  })

  test('keeps what could not be judged apart from what is wrong', () => {
    const { judge } = judging(
      invariant('slow', { end: () => ({ kind: 'undecided', message: 'out of time' }) }),
    )
    judge.end({ at: 50 as Instant, healedAt: 40 as Instant }, 7)
    expect([judge.violations, judge.undecided]).toEqual([[], [{ invariant: 'slow', message: 'out of time' }]])
  })

  test('places what shows only at the end of the run there, in the world', () => {
    const { judge } = judging(
      invariant('late', { end: ({ healedAt }) => ({ kind: 'violated', message: `since ${healedAt}` }) }),
    )
    judge.end({ at: 50 as Instant, healedAt: 40 as Instant }, 7)
    expect(judge.violations).toMatchObject([
      { message: 'since 40', at: 50, node: '', seq: 7, witnesses: [7] },
    ])
  })

  test('begins every fold anew, with the world of the run', () => {
    const worlds: InvariantWorld[] = []
    const curious: Invariant = {
      name: 'curious',
      kinds: [],
      begin: (given) => (worlds.push(given), { on: () => null, looked: () => 0 }),
    }
    void [new Judge([curious], world), new Judge([curious], world)]
    expect(worlds).toEqual([world, world])
  })

  test('subscribes to each kind once, and feeds only those kinds', () => {
    const { kinds } = judging(invariant('twice', {}, ['probe', 'probe', 'crash']), invariant('none', {}, []))
    expect(kinds).toEqual(['probe', 'crash'])
  })

  test('keeps at most a hundred violations', () => {
    const many = Array.from({ length: 150 }, (_, index) =>
      invariant(`i${index}`, { on: () => ({ kind: 'violated', message: 'm' }) }),
    )
    const { judge, feed } = judging(...many)
    feed(probe(1, 1))
    expect(judge.violations).toHaveLength(100)
  })

  test('names the invariant that throws, and where it did', () => {
    const broken = invariant('broken', {
      on: () => {
        throw new TypeError('oops')
      },
      end: () => {
        throw new TypeError('oops')
      },
    })
    const { judge, feed } = judging(broken)
    expect(() => feed(probe(5, 1))).toThrow(
      new InvariantError('broken', 'event #5 (probe)', new TypeError('oops')),
    )
    expect(() => judge.end({ at: 9 as Instant, healedAt: null }, 1)).toThrow(
      'invariant "broken" threw at the end of the run: TypeError: oops',
    )
  })
})
