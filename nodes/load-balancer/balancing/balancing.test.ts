import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { HashRing } from './hash-ring.ts'
import { candidates, idle } from '../testing/candidates.ts'
import {
  type Balancing,
  type Candidate,
  compareLoad,
  ConsistentHashing,
  keyHash,
  LeastConnections,
  RoundRobin,
  SmoothWeighted,
  Sticky,
  TwoChoices,
} from '../index.ts'
import { randomStream } from '../../../sim/index.ts'

const many = candidates({ weightMax: 9, openMax: 20, most: 12 })
const all: readonly (readonly [name: string, make: () => Balancing])[] = [
  ['round robin', () => new RoundRobin()],
  ['smooth weighted', () => new SmoothWeighted()],
  ['least connections', () => new LeastConnections()],
  ['two choices', () => new TwoChoices(randomStream(42, 'two'))],
  ['consistent hashing', () => new ConsistentHashing({ pointsPerWeight: 8 })],
  ['sticky', () => new Sticky(new RoundRobin(), 7)],
]

/** The names picked, one after the other. */
function names(balancing: Balancing, shown: readonly Candidate[], picks: number): readonly string[] {
  return Array.from({ length: picks }, () => balancing.pick(shown)?.name ?? 'none')
}

function counts(picked: readonly string[]): ReadonlyMap<string, number> {
  const counted = new Map<string, number>()
  for (const name of picked) counted.set(name, (counted.get(name) ?? 0) + 1)
  return counted
}

test.each(all)('%s picks one of those that it is shown, and none of none', (_name, make) => {
  const steps = fc.array(
    fc.record({
      shown: fc.oneof(many, fc.constant<readonly Candidate[]>([])),
      key: fc.option(fc.string(), { nil: undefined }),
    }),
  )
  fc.assert(
    fc.property(steps, (rounds) => {
      const balancing = make()
      for (const { shown, key } of rounds) {
        const picked = balancing.pick(shown, key === undefined ? {} : { key })
        expect(picked === null ? shown.length === 0 : shown.includes(picked)).toBe(true)
      }
    }),
    { numRuns: 50 },
  )
})

test('round robin takes each once before any again', () => {
  fc.assert(
    fc.property(many, fc.nat(20), (shown, before) => {
      const balancing = new RoundRobin()
      names(balancing, shown, before)
      expect(new Set(names(balancing, shown, shown.length)).size).toBe(shown.length)
    }),
  )
})

describe('smooth weighted round robin', () => {
  test('gives the order that nginx documents', () => {
    expect(names(new SmoothWeighted(), idle({ a: 5, b: 1, c: 1 }), 7).join('')).toBe('aabacaa')
  })

  test('gives each its weight in every round, and strays from it by less than a pick for each', () => {
    fc.assert(
      fc.property(many, (shown) => {
        const total = shown.reduce((sum, { weight }) => sum + weight, 0)
        const picked = names(new SmoothWeighted(), shown, 2 * total)
        for (const { name, weight } of shown) {
          expect(counts(picked.slice(0, total)).get(name)).toBe(weight)
          expect(counts(picked.slice(total)).get(name)).toBe(weight)
        }
        for (let picks = 1; picks <= total; picks++) {
          const counted = counts(picked.slice(0, picks))
          for (const { name, weight } of shown)
            expect(Math.abs((counted.get(name) ?? 0) - (picks * weight) / total)).toBeLessThan(shown.length)
        }
      }),
    )
  })

  test('owes nothing to one that was away', () => {
    const balancing = new SmoothWeighted()
    const both = idle({ a: 1, b: 1 })
    names(balancing, both, 1)
    names(balancing, idle({ a: 1 }), 50)
    expect(counts(names(balancing, both, 4))).toEqual(
      new Map([
        ['a', 2],
        ['b', 2],
      ]),
    )
  })
})

describe('least connections', () => {
  test('never picks one while another has less to do for its weight', () => {
    fc.assert(
      fc.property(fc.array(many), (rounds) => {
        const balancing = new LeastConnections()
        for (const shown of rounds) {
          const picked = balancing.pick(shown)
          for (const other of shown) expect(picked === null || compareLoad(picked, other) <= 0).toBe(true)
        }
      }),
    )
  })

  test('takes equals in turn', () => {
    expect(names(new LeastConnections(), idle({ a: 1, b: 1, c: 1 }), 6).join('')).toBe('abcabc')
  })
})

describe('the power of two choices', () => {
  test('never picks the one that has most to do, if there is another', () => {
    const random = randomStream(42, 'two')
    fc.assert(
      fc.property(many, (shown) => {
        const worst = shown.filter((each) =>
          shown.every((other) => other === each || compareLoad(each, other) > 0),
        )
        const picked = new TwoChoices(random).pick(shown)
        expect(shown.length > 1 && worst.includes(picked as Candidate)).toBe(false)
      }),
    )
  })

  test('draws twice for each pick, and compares any two', () => {
    let draws = 0
    const stream = randomStream(1, 'pairs')
    const balancing = new TwoChoices({ ...stream, float: () => (draws++, stream.float()) })
    const shown = ['a', 'b', 'c', 'd'].map((name, open) => ({ name, weight: 1, open }))
    const counted = counts(names(balancing, shown, 6000))
    expect(draws).toBe(12_000)
    // Of the six pairs a is in three and wins all, b wins two, c one.
    for (const [name, pairs] of [
      ['a', 3],
      ['b', 2],
      ['c', 1],
      ['d', 0],
    ] as const)
      expect(Math.abs((counted.get(name) ?? 0) - pairs * 1000)).toBeLessThan(150)
  })
})

describe('consistent hashing', () => {
  const keys = Array.from({ length: 400 }, (_, place) => `key-${place}`)
  const owners = (
    balancing: ConsistentHashing,
    shown: readonly Candidate[],
  ): readonly (string | undefined)[] => keys.map((key) => balancing.pick(shown, { key })?.name)

  test('moves only the keys of a back-end that leaves, whatever the order of the others', () => {
    const shownMany = candidates({ weightMax: 3, openMax: 0, most: 8 }).filter(({ length }) => length > 1)
    fc.assert(
      fc.property(shownMany, fc.nat(), (shown, which) => {
        const balancing = new ConsistentHashing({ loadFactor: Number.POSITIVE_INFINITY, pointsPerWeight: 20 })
        const leaving = shown[which % shown.length]?.name
        const before = owners(balancing, shown)
        const after = owners(balancing, shown.filter(({ name }) => name !== leaving).toReversed())
        for (const [place, owner] of before.entries())
          expect(owner === leaving ? after[place] !== leaving : after[place] === owner).toBe(true)
        expect(owners(balancing, shown)).toEqual(before)
      }),
      { numRuns: 40 },
    )
  })

  test('gives nobody more than the bound allows, and keeps a key where there is room', () => {
    const factors = fc.constantFrom(1.1, 1.25, 2)
    fc.assert(
      fc.property(candidates({ weightMax: 3, openMax: 0, most: 8 }), factors, (shown, loadFactor) => {
        const balancing = new ConsistentHashing({ loadFactor, pointsPerWeight: 20 })
        const open = new Map<string, number>()
        const weights = shown.reduce((sum, { weight }) => sum + weight, 0)
        // Half of all requests are for one key.
        for (const [place, key] of keys.entries()) {
          const now = shown.map((each) => ({ ...each, open: open.get(each.name) ?? 0 }))
          const picked = balancing.pick(now, { key: place % 2 === 0 ? 'hot' : key })
          expect(picked).not.toBeNull()
          if (picked === null) return
          open.set(picked.name, picked.open + 1)
          expect(picked.open + 1).toBeLessThanOrEqual(
            Math.ceil((loadFactor * (place + 1) * picked.weight) / weights),
          )
        }
      }),
      { numRuns: 40 },
    )
  })

  test('makes one ring for all of them, on which one who asks again goes on to the next', () => {
    fc.assert(
      fc.property(candidates({ weightMax: 3, openMax: 9, most: 8 }), fc.string(), (all, key) => {
        const options = { pointsPerWeight: 20, loadFactor: Number.POSITIVE_INFINITY }
        const balancing = new ConsistentHashing(options)
        balancing.follow(all)
        const ring = new HashRing(all, options.pointsPerWeight)
        const order = [...new Set(ring.owners(key))].map((place) => all[place]?.name)
        const left = new Set(all)
        for (const next of order) {
          const picked = balancing.pick([...left], { key })
          expect(picked?.name).toBe(next)
          if (picked !== null) left.delete(picked)
        }
        expect([left.size, balancing.pick([...left], { key }), balancing.rings]).toEqual([0, null, 1])
      }),
      { numRuns: 40 },
    )
  })

  test('makes another one for another list, for other weights, and for who is on no list', () => {
    const balancing = new ConsistentHashing({ pointsPerWeight: 5 })
    const rings = (shown: readonly Candidate[]): number => {
      expect(shown).toContain(balancing.pick(shown))
      return balancing.rings
    }
    balancing.follow(idle({ a: 1, b: 1, c: 1 }))
    expect(rings(idle({ b: 1 }))).toBe(1)
    expect(rings(idle({ c: 1, a: 1 }))).toBe(1)
    expect(rings(idle({ c: 2, a: 1 }))).toBe(2)
    expect(rings(idle({ d: 1 }))).toBe(3)
    balancing.follow(idle({ a: 1, b: 1 }))
    expect(rings(idle({ a: 1 }))).toBe(4)
  })

  test('picks whom a ring of the candidates alone would have picked', () => {
    const shown = candidates({ weightMax: 3, openMax: 9, most: 8 })
    fc.assert(
      fc.property(shown, fc.infiniteStream(fc.boolean()), fc.string(), (all, isIn, key) => {
        const some = all.filter(() => isIn.next().value)
        const balancing = new ConsistentHashing({ pointsPerWeight: 20 })
        balancing.follow(all)
        const alone = new ConsistentHashing({ pointsPerWeight: 20 })
        expect(balancing.pick(some, { key })).toBe(alone.pick(some, { key }))
      }),
    )
  })

  test('spreads keys in proportion to weights', () => {
    const counted = counts(
      owners(
        new ConsistentHashing({ loadFactor: Number.POSITIVE_INFINITY, pointsPerWeight: 400 }),
        idle({ a: 1, b: 1, c: 2 }),
      ).map(String),
    )
    for (const [name, share] of [
      ['a', 100],
      ['b', 100],
      ['c', 200],
    ] as const)
      expect(Math.abs((counted.get(name) ?? 0) - share)).toBeLessThan(share * 0.35)
  })

  test('hashes as it always did', () => {
    expect(['', 'a', 'key-1', 'key-2'].map(keyHash)).toMatchInlineSnapshot(`
      [
        2872998923,
        444641715,
        1675941015,
        518718929,
      ]
    `)
  })

  test('refuses a bound that leaves no room', () => {
    expect(() => new ConsistentHashing({ loadFactor: 1 })).toThrow('loadFactor: got 1')
    expect(() => new ConsistentHashing({ pointsPerWeight: 0 })).toThrow('pointsPerWeight: got 0')
  })
})

describe('sticky sessions', () => {
  test('stay while their back-end does and they are not forgotten, as a list of the last keys says', () => {
    const step = fc.record({
      key: fc.constantFrom('k', 'l', 'm', 'n', 'o'),
      shown: fc.subarray(['a', 'b', 'c'], { minLength: 1 }),
    })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const balancing = new Sticky(new RoundRobin(), 3)
        let known: { key: string; name: string }[] = []
        for (const { key, shown } of steps) {
          const picked = balancing.pick(idle(Object.fromEntries(shown.map((name) => [name, 1]))), { key })
          const before = known.find((each) => each.key === key)
          if (before !== undefined && shown.includes(before.name)) expect(picked?.name).toBe(before.name)
          known = [...known.filter((each) => each.key !== key), { key, name: picked?.name ?? '' }].slice(-3)
          expect(balancing.sessions).toBe(known.length)
        }
      }),
    )
  })

  test('refuse to remember nothing', () => {
    expect(() => new Sticky(new RoundRobin(), 0)).toThrow('sessionsMax: got 0')
  })
})
