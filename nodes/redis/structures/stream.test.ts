import fc from 'fast-check'
import { expect, test } from 'vitest'
import { PendingEntries } from './pending-entries.ts'
import { compareIds, idAfter, idBefore, idText, parseId, streamIdMax, streamIdMin } from './stream-id.ts'
import { stream, type StreamEntry, type StreamId } from './stream.ts'

const id = fc.record({ ms: fc.bigInt({ min: 0n, max: 60n }), seq: fc.bigInt({ min: 0n, max: 6n }) })
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('append' as const), id, value: fc.string() }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('delete' as const), id }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('length' as const), length: fc.nat(200) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('id' as const), id }) },
)

test('a stream is its entries in the order of their ids', () => {
  fc.assert(
    fc.property(
      fc.array(step, { maxLength: 500, size: 'max' }),
      id,
      id,
      fc.nat(20),
      fc.boolean(),
      (steps, first, last, count, isReversed) => {
        const tested = stream()
        let naive: StreamEntry[] = []
        let ms = 0n
        for (const each of steps) {
          const sizeBefore = naive.length
          if (each.kind === 'append') {
            ms += each.id.seq === 0n ? 1n : 0n
            const next: StreamId =
              ms > tested.lastId.ms ? { ms, seq: 0n } : (idAfter(tested.lastId) ?? streamIdMax)
            tested.append(next, ['field', each.value])
            naive.push([next, ['field', each.value]])
          } else if (each.kind === 'delete') {
            naive = naive.filter(([other]) => compareIds(other, each.id) !== 0)
            expect(tested.delete(each.id)).toBe(naive.length < sizeBefore)
          } else if (each.kind === 'length') {
            naive = naive.slice(Math.max(0, naive.length - each.length))
            expect(tested.trim(each)).toBe(sizeBefore - naive.length)
          } else {
            naive = naive.filter(([other]) => compareIds(other, each.id) >= 0)
            expect(tested.trim(each)).toBe(sizeBefore - naive.length)
          }
        }
        expect(tested.length).toBe(naive.length)
        expect(tested.range(streamIdMin, streamIdMax)).toEqual(naive)
        const inRange = naive.filter(([each]) => compareIds(each, first) >= 0 && compareIds(each, last) <= 0)
        const ordered = isReversed ? inRange.toReversed() : inRange
        expect(tested.range(first, last, { count, isReversed })).toEqual(ordered.slice(0, count))
        expect(tested.get(first)).toEqual(naive.find(([each]) => compareIds(each, first) === 0)?.[1])
      },
    ),
    { numRuns: 60 },
  )
})

test('an approximate trim takes whole nodes of a hundred entries', () => {
  const tested = stream()
  for (let i = 1n; i <= 250n; i++) tested.append({ ms: i, seq: 0n }, ['f', 'v'])
  expect(tested.nodeIds().length).toBe(3)
  expect(tested.trim({ kind: 'length', length: 160 }, { isApproximate: true })).toBe(0)
  expect(tested.trim({ kind: 'length', length: 10 }, { isApproximate: true, limit: 99 })).toBe(0)
  expect(tested.trim({ kind: 'length', length: 140 }, { isApproximate: true })).toBe(100)
  expect(tested.trim({ kind: 'id', id: { ms: 201n, seq: 0n } }, { isApproximate: true })).toBe(100)
  expect(tested.trim({ kind: 'id', id: { ms: 251n, seq: 0n } }, { isApproximate: true })).toBe(50)
  expect([tested.length, tested.nodeIds().length, tested.entriesAdded]).toEqual([0, 0, 250n])
})

test('a node holds no more than 4 KiB', () => {
  const tested = stream()
  for (let i = 1n; i <= 10n; i++) tested.append({ ms: i, seq: 0n }, ['f', 'v'.repeat(1000)])
  expect(tested.nodeIds().length).toBe(3)
})

test('ids are read and written, and have neighbours except at the ends', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }), fc.bigInt({ min: 0n, max: 3n }), (ms, seq) => {
      const value = { ms, seq }
      expect(parseId(idText(value), 0n)).toEqual(value)
      const next = idAfter(value)
      if (next !== undefined) expect([compareIds(next, value), idBefore(next)]).toEqual([1, value])
    }),
  )
  expect([idAfter(streamIdMax), idBefore(streamIdMin)]).toEqual([undefined, undefined])
  expect(parseId('5', 7n)).toEqual({ ms: 5n, seq: 7n })
  expect(parseId('01-+2', 7n)).toEqual({ ms: 1n, seq: 2n })
  for (const text of ['', '-', '1-', '-1', '1-2-3', 'a', '1-x', '18446744073709551616', '1 ']) {
    expect(parseId(text, 0n)).toBeUndefined()
  }
})

test('pending entries iterate in the order of ids however they came', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(id, fc.boolean())), (steps) => {
      const pending = new PendingEntries()
      const naive = new Map<string, StreamId>()
      for (const [each, isDeleted] of steps) {
        const key = idText(each)
        if (isDeleted) expect(pending.delete(key)).toBe(naive.delete(key))
        else {
          pending.set(key, { id: each, consumer: 'c', deliveredAt: 0, deliveries: 1 })
          naive.set(key, each)
        }
      }
      const expected = [...naive.values()].sort(compareIds)
      expect([...pending.values()].map((entry) => entry.id)).toEqual(expected)
      expect([...pending.keys()]).toEqual(expected.map(idText))
      expect([...pending].map(([key]) => key)).toEqual(expected.map(idText))
    }),
  )
})
