import * as fc from 'fast-check'
import { expect, test } from 'vitest'

import {
  DeadlineFormatError,
  deadlineIn,
  decodeDeadline,
  encodeDeadline,
  isPast,
  remaining,
} from './index.ts'
import { after, at, type Instant, ms, ns, seconds } from '../../sim/index.ts'

const instants = fc.nat(1e15).map((count) => at(ns(count)))

test('a child is never later than its parent, however long the chain', () => {
  const calls = fc.array(fc.record({ spent: fc.nat(2e9), timeout: fc.nat(4e9) }), {
    minLength: 1,
    maxLength: 8,
  })
  fc.assert(
    fc.property(instants, calls, (start, chain) => {
      let now = start
      let deadline = deadlineIn(now, seconds(3))
      for (const { spent, timeout } of chain) {
        now = after(now, ns(spent))
        const child = deadlineIn(now, ns(timeout), deadline)
        expect(child.at).toBe(Math.min(deadline.at, now + timeout))
        deadline = child
      }
    }),
  )
})

test('on another machine it leaves no more time than there was, and hardly less', () => {
  fc.assert(
    fc.property(instants, instants, fc.nat(5e15), (here, there, left) => {
      const got = decodeDeadline(encodeDeadline({ at: after(here, ns(left)) }, here), there)
      const arrived = remaining(got, there)
      expect(arrived).toBeLessThanOrEqual(left)
      expect(left - arrived).toBeLessThanOrEqual(left / 50_000)
    }),
  )
})

test('has the form of grpc-timeout', () => {
  expect(encodeDeadline({ at: at(ms(250)) }, at(ns(0)))).toBe('250000u')
  expect(encodeDeadline({ at: at(ns(99_999_999)) }, at(ns(0)))).toBe('99999999n')
  expect(encodeDeadline({ at: at(ns(5)) }, at(ns(9)))).toBe('0n')
  expect(decodeDeadline('3S', at(ms(1))).at).toBe(ms(3001))
  expect(decodeDeadline('99999999H', at(ms(1))).at).toBe(Number.MAX_SAFE_INTEGER)
  expect(() => decodeDeadline('123456789m', at(ns(0)))).toThrow(DeadlineFormatError)
})

test('takes nothing else, whatever comes', () => {
  const nearly = fc.stringMatching(/^[0-9 ]{0,10}[HMSmunx]?$/)
  fc.assert(
    fc.property(fc.oneof(fc.string(), nearly), (text) => {
      const isRight = /^\d{1,8}[HMSmun]$/.test(text)
      if (isRight) expect(decodeDeadline(text, 7 as Instant).at).toBeGreaterThanOrEqual(7)
      else expect(() => decodeDeadline(text, 7 as Instant)).toThrow(DeadlineFormatError)
    }),
  )
})

test('has passed at its instant', () => {
  const deadline = deadlineIn(at(ms(1)), ms(2))
  expect([isPast(deadline, at(ns(2_999_999))), isPast(deadline, at(ms(3)))]).toEqual([false, true])
  expect(remaining(deadline, at(ms(9)))).toBe(0)
  expect(() => deadlineIn(at(ms(1)), ns(-1))).toThrow('timeout: got -1')
})
