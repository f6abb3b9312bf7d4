import * as fc from 'fast-check'
import { expect, test } from 'vitest'

import { type BreakerPermit, CircuitBreaker, type CircuitBreakerOptions } from './index.ts'
import { moments } from './testing/moments.ts'
import { at, type Duration, type Instant, ms, ns } from '../../sim/index.ts'

const options: CircuitBreakerOptions = {
  window: { kind: 'count', calls: 4 },
  failureRate: 0.5,
  slowFrom: ms(10),
  openFor: ms(100),
  probes: 2,
}

function call(breaker: CircuitBreaker, from: Instant, to: Instant, outcome: 'success' | 'failure'): boolean {
  const permit = breaker.acquire(from)
  if (permit !== null) breaker.release(permit, to, outcome)
  return permit !== null
}

function opened(): CircuitBreaker {
  const breaker = new CircuitBreaker(options)
  for (let count = 0; count < 4; count++) call(breaker, at(ms(count)), at(ms(count)), 'failure')
  return breaker
}

test('opens once enough of enough calls failed', () => {
  const breaker = new CircuitBreaker(options)
  const now = at(ms(1))
  for (const outcome of ['failure', 'success', 'success'] as const) call(breaker, now, now, outcome)
  expect(breaker.state).toBe('closed')
  call(breaker, now, now, 'failure')
  expect([breaker.state, breaker.acquire(at(ms(100)))]).toEqual(['open', null])
})

test('opens when all calls are slow, even if they succeed', () => {
  const breaker = new CircuitBreaker(options)
  for (let count = 0; count < 4; count++)
    call(breaker, at(ms(20 * count)), at(ms(20 * count + 10)), 'success')
  expect(breaker.state).toBe('open')
})

test('lets so many probes through after a while, and closes when they go well', () => {
  const breaker = opened()
  const now = at(ms(103))
  const probes = [breaker.acquire(now), breaker.acquire(now)] as const
  expect([breaker.state, breaker.acquire(now)]).toEqual(['half-open', null])
  for (const probe of probes) if (probe !== null) breaker.release(probe, now, 'success')
  expect(breaker.state).toBe('closed')
})

test('opens again as soon as enough probes failed', () => {
  const breaker = opened()
  call(breaker, at(ms(103)), at(ms(104)), 'failure')
  expect([breaker.state, breaker.acquire(at(ms(203)))]).toEqual(['open', null])
  expect(breaker.acquire(at(ms(204)))).not.toBeNull()
})

test('takes probes that hang for failed, and gives room for one that says nothing', () => {
  const hanging = opened()
  hanging.acquire(at(ms(103)))
  hanging.acquire(at(ms(103)))
  expect([hanging.acquire(at(ms(202))), hanging.acquire(at(ms(203))), hanging.state]).toEqual([
    null,
    null,
    'open',
  ])
  expect(hanging.acquire(at(ms(303)))).not.toBeNull()

  const ignoring = opened()
  for (let count = 0; count < 9; count++) {
    const permit = ignoring.acquire(at(ms(103)))
    if (permit !== null) ignoring.release(permit, at(ms(103)), 'ignored')
  }
  expect([ignoring.state, ignoring.acquire(at(ms(103))) !== null]).toEqual(['half-open', true])
})

test('learns nothing from calls that were allowed in an earlier state', () => {
  const breaker = new CircuitBreaker(options)
  const old = [1, 2, 3, 4].map(() => breaker.acquire(at(ns(0))))
  for (let count = 0; count < 4; count++) call(breaker, at(ms(count)), at(ms(count)), 'failure')
  breaker.acquire(at(ms(103)))
  for (const permit of old) if (permit !== null) breaker.release(permit, at(ms(104)), 'failure')
  expect(breaker.state).toBe('half-open')
})

test('refuses rates and windows that are none', () => {
  expect(() => new CircuitBreaker({ ...options, failureRate: 0 })).toThrow('failureRate: got 0')
  expect(() => new CircuitBreaker({ ...options, callsMin: 5 })).toThrow('callsMin: got 5')
  expect(() => new CircuitBreaker({ ...options, slowFrom: Number.NaN as Duration })).toThrow(
    'slowFrom: got NaN',
  )
  expect(() => new CircuitBreaker({ ...options, window: { kind: 'count', calls: 0 } })).toThrow(
    'window.calls: got 0',
  )
  expect(() => new CircuitBreaker({ ...options, window: JSON.parse('{"kind":"calls"}') })).toThrow(
    'window.kind: got calls, wanted count or time',
  )
  expect(() => new CircuitBreaker({ ...options, window: { kind: 'time', length: ns(0) } })).toThrow(
    'window.length',
  )
})

// ---- against a model that keeps all calls and looks at them afresh each time

const anyOptions = fc.record({
  window: fc.oneof(
    fc.record({ kind: fc.constant('count' as const), calls: fc.integer({ min: 3, max: 8 }) }),
    fc.record({
      kind: fc.constant('time' as const),
      length: fc.integer({ min: 1, max: 9 }).map((tens) => ns(tens * 10)),
    }),
  ),
  callsMin: fc.integer({ min: 1, max: 3 }),
  failureRate: fc.constantFrom(0.2, 0.5, 0.8, 1),
  slowFrom: fc.integer({ min: 1, max: 20 }).map(ns),
  slowRate: fc.constantFrom(0.3, 0.6, 1),
  openFor: fc.integer({ min: 1, max: 60 }).map(ns),
  probes: fc.integer({ min: 1, max: 3 }),
  probesFor: fc.integer({ min: 1, max: 60 }).map(ns),
})
const anyStep = fc.oneof(
  fc.constant({ kind: 'acquire' as const }),
  fc.record({
    kind: fc.constant('release' as const),
    which: fc.nat(3),
    outcome: fc.constantFrom('success', 'success', 'failure', 'failure', 'ignored'),
  }),
)

interface Ended {
  readonly at: number
  readonly isFailure: boolean
  readonly isSlow: boolean
}

class Model {
  readonly #options: Required<CircuitBreakerOptions>
  state: 'closed' | 'open' | 'half-open' = 'closed'
  #since = 0
  #ended: Ended[] = []
  #open = new Set<BreakerPermit>()

  constructor(options: Required<CircuitBreakerOptions>) {
    this.#options = options
  }

  mayCall(now: number): boolean {
    this.#tick(now)
    if (this.state === 'closed') return true
    return this.state === 'half-open' && this.#open.size + this.#ended.length < this.#options.probes
  }

  called(permit: BreakerPermit): void {
    this.#open.add(permit)
  }

  ended(permit: BreakerPermit, now: number, outcome: 'success' | 'failure' | 'ignored'): void {
    this.#tick(now)
    if (!this.#open.delete(permit) || outcome === 'ignored') return
    const isSlow = now - permit.at >= this.#options.slowFrom
    this.#ended.push({ at: now, isFailure: outcome === 'failure', isSlow })
    if (this.state === 'half-open') {
      if (this.#isBad(this.#ended, this.#options.probes)) this.#become('open', now)
      else if (this.#ended.length === this.#options.probes) this.#become('closed', now)
      return
    }
    const seen = this.#within(now)
    if (seen.length >= this.#options.callsMin && this.#isBad(seen, seen.length)) this.#become('open', now)
  }

  #within(now: number): readonly Ended[] {
    const { window } = this.#options
    if (window.kind === 'count') return this.#ended.slice(-window.calls)
    const slot = Math.ceil(window.length / 10)
    return this.#ended.filter(({ at }) => Math.floor(at / slot) > Math.floor(now / slot) - 10)
  }

  #isBad(ended: readonly Ended[], of: number): boolean {
    const count = (test: (each: Ended) => boolean): number => ended.filter((each) => test(each)).length
    const { failureRate, slowRate } = this.#options
    return (
      count(({ isFailure }) => isFailure) >= of * failureRate ||
      count(({ isSlow }) => isSlow) >= of * slowRate
    )
  }

  #tick(now: number): void {
    const { openFor, probesFor } = this.#options
    const isUsed = this.#open.size + this.#ended.length > 0
    if (this.state === 'half-open' && isUsed && now >= this.#since + probesFor)
      this.#become('open', this.#since + probesFor)
    if (this.state === 'open' && now >= this.#since + openFor) this.#become('half-open', now)
  }

  #become(state: 'closed' | 'open' | 'half-open', now: number): void {
    this.state = state
    this.#since = now
    this.#ended = []
    this.#open = new Set()
  }
}

test('opens if and only if its window says so, and has never more probes than allowed', () => {
  const changes = new Set<string>()
  fc.assert(
    fc.property(
      anyOptions,
      moments(anyStep, ns(60), { minLength: 100, maxLength: 200 }),
      (options, steps) => {
        const [breaker, model] = [new CircuitBreaker(options), new Model(options)]
        const permits: BreakerPermit[] = []
        let last = breaker.state
        for (const { now, step } of steps) {
          if (step.kind === 'acquire') {
            const mayCall = model.mayCall(now)
            const permit = breaker.acquire(now)
            expect(permit !== null).toBe(mayCall)
            if (permit !== null) {
              model.called(permit)
              permits.push(permit)
            }
          } else {
            const [permit] = permits.splice(step.which, 1)
            if (permit === undefined) continue
            breaker.release(permit, now, step.outcome)
            model.ended(permit, now, step.outcome)
          }
          expect(breaker.state).toBe(model.state)
          if (breaker.state !== last) changes.add(`${last} to ${breaker.state}`)
          last = breaker.state
        }
      },
    ),
  )
  expect([...changes].toSorted()).toEqual(
    expect.arrayContaining([
      'closed to open',
      'half-open to closed',
      'half-open to open',
      'open to half-open',
    ]),
  )
})
