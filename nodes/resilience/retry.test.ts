import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { type Backoff, BackoffWaits, RetriedCall, RetryBudget } from './index.ts'
import { moments } from './testing/moments.ts'
import { at, ms, ns, randomStream, seconds } from '../../sim/index.ts'

const random = randomStream(42, 'retry')
const zero = at(ns(0))

describe('a back-off', () => {
  const jitters = ['full', 'equal', 'decorrelated', 'none'] as const
  const anyBackoff = fc
    .record({
      jitter: fc.constantFrom(...jitters),
      base: fc.integer({ min: 1, max: 1e9 }),
      more: fc.nat(1e10),
      factor: fc.double({ min: 1, max: 10, noNaN: true }),
    })
    .map(({ jitter, base, more, factor }) => ({ jitter, base: ns(base), max: ns(base + more), factor }))

  test('doubles to its greatest without jitter', () => {
    const waits = new BackoffWaits({ jitter: 'none', base: ms(10), max: ms(50) }, random)
    expect([1, 2, 3, 4, 5].map(() => waits.next())).toEqual([10, 20, 40, 50, 50].map(ms))
  })

  test('stays within the bounds of its kind, and draws once for each wait', () => {
    fc.assert(
      fc.property(anyBackoff, fc.nat(), (backoff, seed) => {
        let draws = 0
        const stream = randomStream(seed, 'backoff')
        const counted = { ...stream, float: () => (draws++, stream.float()) }
        const waits = new BackoffWaits(backoff, counted)
        let [bound, previous] = [Number(backoff.base), Number(backoff.base)]
        for (let count = 1; count <= 20; count++) {
          const wait = waits.next()
          const [from, to] = {
            full: [0, bound],
            equal: [Math.ceil(bound / 2), bound],
            none: [bound, bound],
            decorrelated: [backoff.base, Math.min(backoff.max, previous * 3)],
          }[backoff.jitter] as [number, number]
          expect(Number.isSafeInteger(wait) && wait >= from && wait <= to).toBe(true)
          expect(draws).toBe(count)
          bound = Math.min(backoff.max, Math.ceil(bound * backoff.factor))
          previous = wait
        }
        waits.reset()
        expect(waits.next()).toBeLessThanOrEqual(Math.min(backoff.max, backoff.base * 3))
      }),
    )
  })

  test('begins anew after a success', () => {
    const waits = new BackoffWaits({ jitter: 'none', base: ms(10), factor: 3 }, random)
    expect([waits.next(), waits.next(), waits.next()]).toEqual([10, 30, 90].map(ms))
    waits.reset()
    expect([waits.next(), waits.next()]).toEqual([10, 30].map(ms))
  })

  test('two who failed at once do not come back at once', () => {
    const drawn = (name: string) => {
      const waits = new BackoffWaits({ base: seconds(1) }, randomStream(1, name))
      return [waits.next(), waits.next()]
    }
    expect(drawn('a')).not.toEqual(drawn('b'))
    expect(drawn('a')).toEqual(drawn('a'))
  })

  test.each<[Backoff, string]>([
    [{ base: ms(2), max: ms(1) }, 'max: got'],
    [{ base: ns(0) }, 'base: got 0'],
    [{ factor: 0.5 }, 'factor: got 0.5'],
  ])('%o is refused', (backoff, told) => {
    expect(() => new BackoffWaits(backoff, random)).toThrow(told)
  })
})

describe('a retry budget', () => {
  test('allows a share of requests, and a few a second', () => {
    const budget = new RetryBudget({ ratio: 0.1, perSecondMin: 0.2, window: seconds(10) })
    expect([1, 2, 3].map(() => budget.withdraw(zero))).toEqual([true, true, false])
    for (let count = 0; count < 20; count++) budget.request(zero)
    expect([1, 2, 3].map(() => budget.withdraw(zero))).toEqual([true, true, false])
    // What is paid is forgotten with the window, and so are the requests that paid.
    expect(budget.balance(at(seconds(30)))).toBe(2)
  })

  test('never allows more than its share of the requests within the window', () => {
    const ratios = fc.constantFrom(0, 0.1, 0.25, 1, 3)
    fc.assert(
      fc.property(
        ratios,
        fc.constantFrom(0, 0.5, 2),
        moments(fc.boolean(), seconds(12), { maxLength: 300 }),
        (ratio, perSecondMin, steps) => {
          const budget = new RetryBudget({ ratio, perSecondMin, window: seconds(10) })
          const made: { second: number; isRetry: boolean }[] = []
          for (const { now, step: isRetry } of steps) {
            const second = Math.floor(now / seconds(1))
            const within = made.filter((each) => each.second > second - 10)
            const retries = within.filter((each) => each.isRetry).length
            const allowed = ratio * (within.length - retries) + perSecondMin * 10
            const isAllowed = !isRetry || retries + 1 <= allowed
            if (!isRetry) budget.request(now)
            expect(isRetry ? budget.withdraw(now) : true).toBe(isAllowed)
            if (isAllowed) made.push({ second, isRetry })
          }
        },
      ),
    )
  })

  test('refuses shares that are none', () => {
    expect(() => new RetryBudget({ ratio: -1 })).toThrow('ratio: got -1')
    expect(() => new RetryBudget({ perSecondMin: Number.NaN })).toThrow('perSecondMin: got NaN')
  })
})

describe('a retried call', () => {
  const backoff: Backoff = { jitter: 'none', base: ms(10), max: seconds(1) }
  const call = (
    options: { attemptsMax?: number; budget?: RetryBudget; deadlineMs?: number } = {},
  ): RetriedCall =>
    new RetriedCall(
      { attemptsMax: options.attemptsMax ?? 3, backoff, budget: options.budget ?? null },
      {
        now: zero,
        deadline: options.deadlineMs === undefined ? null : { at: at(ms(options.deadlineMs)) },
        random,
      },
    )
  const transient = { isRetryable: true }

  test('is made again after its waits, so many times', () => {
    const retried = call()
    expect(retried.failed(zero, transient)).toEqual({ kind: 'retry', wait: ms(10) })
    expect(retried.failed(zero, transient)).toEqual({ kind: 'retry', wait: ms(20) })
    expect(retried.failed(zero, transient)).toEqual({ kind: 'give-up', reason: 'attempts' })
    expect(retried.attempts).toBe(3)
  })

  test('is not made again when it would fail again, or nobody would wait for it', () => {
    expect(call().failed(zero, { isRetryable: false })).toEqual({ kind: 'give-up', reason: 'permanent' })
    expect(call({ deadlineMs: 10 }).failed(zero, transient)).toEqual({ kind: 'give-up', reason: 'deadline' })
    expect(call({ deadlineMs: 11 }).failed(zero, transient)).toEqual({ kind: 'retry', wait: ms(10) })
  })

  test('stays away for as long as it was asked to', () => {
    expect(call().failed(zero, { ...transient, retryAfter: seconds(3) })).toEqual({
      kind: 'retry',
      wait: seconds(3),
    })
  })

  test('pays only for retries that are made', () => {
    const budget = new RetryBudget({ ratio: 0, perSecondMin: 0.1, window: seconds(10) })
    call({ budget, deadlineMs: 5 }).failed(zero, transient)
    call({ budget, attemptsMax: 1 }).failed(zero, transient)
    expect(call({ budget }).failed(zero, transient).kind).toBe('retry')
    expect(call({ budget }).failed(zero, transient)).toEqual({ kind: 'give-up', reason: 'budget' })
  })
})
