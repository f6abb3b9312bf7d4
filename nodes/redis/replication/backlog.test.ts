import * as fc from 'fast-check'
import { expect, test } from 'vitest'

import { Backlog } from './backlog.ts'

const bytes = fc.uint8Array({ maxLength: 40 }).map((each) => String.fromCharCode(...each))

test('holds the last bytes of the stream, and knows where each of them stands', () => {
  const start = fc.nat(1000)
  fc.assert(
    fc.property(fc.array(bytes), fc.integer({ min: 1, max: 30 }), start, (pieces, size, begin) => {
      const backlog = new Backlog(size, begin)
      let all = ''
      for (const piece of pieces) {
        backlog.append(piece)
        all += piece
        expect(backlog.end).toBe(begin + all.length)
        expect(backlog.length).toBe(Math.min(size, all.length))
        for (let offset = begin; offset <= begin + all.length; offset += 7)
          expect(backlog.from(offset)).toBe(offset < backlog.start ? null : all.slice(offset - begin))
      }
      expect(backlog.from(backlog.end + 1)).toBeNull()
    }),
  )
})

test('made smaller or larger, it keeps what it can', () => {
  fc.assert(
    fc.property(bytes, bytes, fc.integer({ min: 1, max: 50 }), (before, after, size) => {
      const backlog = new Backlog(30, 5)
      backlog.append(before)
      backlog.resize(size)
      backlog.append(after)
      const kept = (before.slice(-30).slice(-size) + after).slice(-size)
      expect([backlog.end, backlog.from(backlog.start)]).toEqual([5 + before.length + after.length, kept])
    }),
  )
})
