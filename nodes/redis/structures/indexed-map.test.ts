// Maps and lists against plain ones, and scans while they change.

import * as fc from 'fast-check'
import { expect, test } from 'vitest'

import { ByteList } from './byte-list.ts'
import { commonSubsequence } from './common-subsequence.ts'
import { matchesGlob } from './glob.ts'
import { IndexedMap } from './indexed-map.ts'

const key = fc.nat(30).map((number) => `k${number}`)

test('an IndexedMap holds what a Map holds, in its order', () => {
  const step = fc.tuple(fc.constantFrom('set', 'delete'), key, fc.nat(9))
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const [ours, plain] = [new IndexedMap<number>(), new Map<string, number>()]
      for (const [what, name, value] of steps)
        if (what === 'set') {
          ours.set(name, value)
          plain.set(name, value)
        } else expect(ours.delete(name)).toBe(plain.delete(name))
      expect([...ours]).toEqual([...plain])
      expect(ours.keyBytes).toBe([...plain.keys()].join('').length)
    }),
  )
})

test('an IndexedMap of many keys finds all that were not deleted, and goes on while it is iterated over', () => {
  const map = new IndexedMap<number>()
  for (let at = 0; at < 3000; at += 1) map.set(`key ${at}`, at)
  const left: number[] = []
  for (const [name, at] of map)
    if (at % 7 === 0) left.push(at)
    else map.delete(name)
  expect(left).toEqual([...map.values()])
  expect(map.size).toBe(left.length)
  const found = Array.from({ length: 3000 }, (_, at) => map.get(`key ${at}`))
  expect(found.filter((at) => at !== undefined)).toEqual(left)
})

test('keys of which only the middle differs, which all hash alike, are found and deleted', () => {
  const map = new IndexedMap<number>()
  const name = (at: number): string => 'a'.repeat(70) + `${at}`.padStart(6, '0') + 'b'.repeat(70)
  for (let at = 0; at < 1000; at += 1) map.set(name(at), at)
  for (let at = 0; at < 500; at += 1) expect(map.delete(name(at * 2))).toBe(true)
  const found = Array.from({ length: 1000 }, (_, at) => map.get(name(at)))
  expect(found.filter((at) => at !== undefined)).toEqual([...map.values()])
  expect(map.size).toBe(500)
  map.clear()
  map.set(name(1), 1)
  expect([...map]).toEqual([[name(1), 1]])
})

test('a scan meets what was there all the time exactly once, whatever else changes', () => {
  const change = fc.tuple(fc.boolean(), fc.nat(60))
  fc.assert(
    fc.property(
      fc.array(fc.array(change, { maxLength: 40 }), { maxLength: 20 }),
      fc.integer({ min: 1, max: 7 }),
      (rounds, count) => {
        const map = new IndexedMap<true>()
        for (let at = 0; at < 40; at += 1) map.set(`stays${at}`, true)
        const seen: string[] = []
        let cursor = 0
        for (let round = 0; ; round += 1) {
          cursor = map.scan(cursor, count, (name) => seen.push(name))
          if (cursor === 0) break
          for (const [isAdded, number] of rounds[round] ?? [])
            if (isAdded) map.set(`comes${number}`, true)
            else map.delete(`comes${number}`)
        }
        const stayed = seen.filter((name) => name.startsWith('stays'))
        expect(stayed.length).toBe(40)
        expect(new Set(stayed).size).toBe(40)
      },
    ),
  )
})

test('a ByteList does what an array does', () => {
  const step = fc.tuple(
    fc.constantFrom('push', 'unshift', 'pop', 'shift', 'insert', 'remove', 'keep'),
    fc.nat(5).map(String),
    fc.nat(20),
  )
  fc.assert(
    fc.property(fc.array(step, { maxLength: 150 }), (steps) => {
      const list = new ByteList()
      let plain: string[] = []
      for (const [what, item, place] of steps) {
        const at = Math.min(place, plain.length)
        if (what === 'push') {
          list.push(item)
          plain.push(item)
        }
        if (what === 'unshift') {
          list.unshift(item)
          plain.unshift(item)
        }
        if (what === 'pop') expect(list.pop()).toBe(plain.pop())
        if (what === 'shift') expect(list.shift()).toBe(plain.shift())
        if (what === 'insert') {
          list.insert(at, item)
          plain.splice(at, 0, item)
        }
        if (what === 'remove') {
          expect(list.removeEqual(item, Infinity)).toBe(plain.filter((each) => each === item).length)
          plain = plain.filter((each) => each !== item)
        }
        if (what === 'keep' && place % 5 === 0) {
          list.keep(0, at)
          plain.splice(at)
        }
        expect([...list]).toEqual(plain)
        expect(list.bytes).toBe(plain.join('').length)
      }
    }),
  )
})

test.each([
  ['h?llo', 'hello', true],
  ['h*llo', 'heeello', true],
  ['h[ae]llo', 'hillo', false],
  ['h[^e]llo', 'hello', false],
  ['h[a-c]llo', 'hbllo', true],
  ['h\\?llo', 'h?llo', true],
  ['[abc', 'c', true],
  ['a*b*c', 'abbbc', true],
  ['*a', 'b', false],
])('the pattern %s and %s: %s', (pattern, text, isMatched) => {
  expect(matchesGlob(pattern, text)).toBe(isMatched)
})

test('a hostile pattern takes no long time', () => {
  expect(matchesGlob('a*'.repeat(500) + 'b', 'a'.repeat(2000))).toBe(false)
})

test('a common subsequence is told with its runs, the last one first', () => {
  expect(commonSubsequence('ohmytext', 'mynewtext')).toEqual({
    text: 'mytext',
    matches: [
      { a: 4, b: 5, length: 4 },
      { a: 2, b: 0, length: 2 },
    ],
  })
})
