import fc from 'fast-check'
import { expect, test } from 'vitest'
import { sortedSet } from './sorted-set.ts'

type Pair = readonly [member: string, score: number]

/** What a sorted set has to be, in its simplest form. */
class NaiveSet {
  readonly scores = new Map<string, number>()

  ordered(): Pair[] {
    return [...this.scores].sort(([m, s], [n, t]) => (s === t ? (m < n ? -1 : 1) : s < t ? -1 : 1))
  }
}

const member = fc.oneof(
  fc.integer({ min: 0, max: 400 }).map((n) => `m${n}`),
  fc.constantFrom('', '\x00', '\xff', '\xff\x00', 'a'),
)
const score = fc.oneof(
  fc.integer({ min: -3, max: 3 }),
  fc.double({ noNaN: true }),
  fc.constantFrom(0, -0, Infinity, -Infinity),
)
const step = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('set' as const), member, score }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('delete' as const), member }) },
)

test('a sorted set is its members, sorted by score and then by bytes', () => {
  fc.assert(
    fc.property(
      fc.array(step, { maxLength: 900, size: 'max' }),
      score,
      fc.nat(900),
      fc.nat(50),
      (steps, bound, from, count) => {
        const set = sortedSet()
        const naive = new NaiveSet()
        for (const each of steps) {
          if (each.kind === 'delete') {
            expect(set.delete(each.member)).toBe(naive.scores.delete(each.member))
          } else {
            set.set(each.member, each.score)
            if (naive.scores.get(each.member) !== each.score) naive.scores.set(each.member, each.score)
          }
        }
        const ordered = naive.ordered()
        expect([...set]).toEqual(ordered)
        expect(set.size).toBe(ordered.length)
        expect(set.slice(from, from + count)).toEqual(ordered.slice(from, from + count))
        expect(set.countBelow(bound, false)).toBe(ordered.filter(([, s]) => s < bound).length)
        expect(set.countBelow(bound, true)).toBe(ordered.filter(([, s]) => s <= bound).length)
        for (const [rank, [name, value]] of ordered.entries()) {
          expect(set.rank(name)).toBe(rank)
          expect(set.score(name)).toBe(value)
        }
      },
    ),
    { numRuns: 60 },
  )
})

test('ranks by bytes count the members below a bound', () => {
  fc.assert(
    fc.property(fc.uniqueArray(member, { maxLength: 300, size: 'max' }), member, (members, bound) => {
      const set = sortedSet()
      for (const each of members) set.set(each, 0)
      expect(set.rankOfBytes(bound, false)).toBe(members.filter((each) => each < bound).length)
      expect(set.rankOfBytes(bound, true)).toBe(members.filter((each) => each <= bound).length)
    }),
  )
})

test('ten thousand members come and go in any order', () => {
  const set = sortedSet()
  const count = 10_000
  for (let i = 0; i < count; i++) set.set(`m${i}`, (i * 7919) % count)
  for (let i = 0; i < count; i += 997) expect(set.rank(`m${i}`)).toBe((i * 7919) % count)
  expect(set.slice(5000, 5001)[0]?.[1]).toBe(5000)
  for (let i = 0; i < count; i += 2) expect(set.delete(`m${i}`)).toBe(true)
  expect([...set].map(([, s]) => s)).toEqual(Array.from({ length: count / 2 }, (_, i) => 2 * i + 1))
  for (let i = 1; i < count; i += 2) set.delete(`m${i}`)
  expect([...set]).toEqual([])
  set.set('again', 1)
  expect(set.rank('again')).toBe(0)
})

test('a member that is not there has neither score nor rank', () => {
  const set = sortedSet()
  expect([set.score('m'), set.rank('m'), set.delete('m'), set.size]).toEqual([undefined, undefined, false, 0])
})

test('a scan meets every member that stays, whatever comes and goes in between', () => {
  const set = sortedSet()
  for (let i = 0; i < 500; i++) set.set(`m${i}`, i % 7)
  const met = new Set<string>()
  let cursor = 0
  let round = 0
  do {
    cursor = set.scan(cursor, 10, (name, value) => {
      expect(value).toBe(set.score(name))
      met.add(name)
    })
    set.delete(`m${round * 3}`)
    set.set(`new${round}`, round)
    round++
  } while (cursor !== 0)
  for (const [name] of set) if (!name.startsWith('new')) expect(met.has(name), name).toBe(true)
})
