import fc from 'fast-check'
import { expect, test } from 'vitest'

import { PendingQueue } from './queue.ts'
import { type Instant, instantMax } from '../time.ts'

interface Came {
  readonly at: number
  readonly payload: number
}

function queueWithLog(): {
  queue: PendingQueue
  came: Came[]
  push: (at: number, tie: number, payload: number) => number
} {
  const state = { now: 0 as Instant, cause: 0 }
  const queue = new PendingQueue(state)
  const came: Came[] = []
  const action = (_subject: null, payload: number): void => {
    came.push({ at: state.now, payload })
  }
  return {
    queue,
    came,
    push: (at, tie, payload) => queue.push(at as Instant, tie, action, null, payload, 0, 0),
  }
}

function runAll(queue: PendingQueue): void {
  while (queue.runNext(instantMax));
}

test('records come up by instant, then tie key, then in the order in which they were pushed', () => {
  const { queue, came, push } = queueWithLog()
  push(20, 0, 1)
  push(10, 1, 2)
  push(10, 0, 3)
  push(10, 0, 4)
  runAll(queue)
  expect(came.map(({ payload }) => payload)).toEqual([3, 4, 2, 1])
})

test('nothing beyond the limit comes up', () => {
  const { queue, came, push } = queueWithLog()
  push(10, 0, 1)
  push(11, 0, 2)
  while (queue.runNext(10 as Instant));
  expect(came).toHaveLength(1)
  expect(queue.length).toBe(1)
  expect(queue.peek()).toBe(11)
})

test('a cancelled record does not come up, and cancelling late or twice is harmless', () => {
  const { queue, came, push } = queueWithLog()
  const first = push(10, 0, 1)
  const second = push(20, 0, 2)
  expect(queue.cancel(first)).toBe(true)
  expect(queue.cancel(first)).toBe(false)
  runAll(queue)
  expect(queue.cancel(second)).toBe(false)
  expect(came.map(({ payload }) => payload)).toEqual([2])
})

test('an id of a record that has come up does not cancel the record that reuses its slot', () => {
  const { queue, came, push } = queueWithLog()
  const old = push(10, 0, 1)
  runAll(queue)
  push(20, 0, 2)
  expect(queue.cancel(old)).toBe(false)
  runAll(queue)
  expect(came).toHaveLength(2)
})

test('cancelled records far in the future do not pile up', () => {
  const { queue, push } = queueWithLog()
  push(5, 0, 0)
  for (let index = 0; index < 100_000; index++) queue.cancel(push(1_000_000 + index, 0, index))
  expect(queue.length).toBe(1)
  expect(queue.slots).toBeLessThan(300)
})

test('the order is that of a sorted list, whatever is pushed and cancelled', () => {
  const command = fc.record({
    at: fc.nat(50),
    tie: fc.nat(2),
    cancels: fc.option(fc.nat(200)),
    pops: fc.nat(2),
  })
  fc.assert(
    fc.property(fc.array(command, { maxLength: 200 }), (commands) => {
      const { queue, came, push } = queueWithLog()
      const model: { at: number; tie: number; order: number }[] = []
      const expected: number[] = []
      const ids: number[] = []
      let now = 0
      commands.forEach(({ at, tie, cancels, pops }, order) => {
        ids.push(push(now + at, tie, order))
        model.push({ at: now + at, tie, order })
        if (cancels !== null && cancels < ids.length) {
          const place = model.findIndex((entry) => entry.order === cancels)
          expect(queue.cancel(ids[cancels] as number)).toBe(place >= 0)
          if (place >= 0) model.splice(place, 1)
        }
        model.sort((a, b) => a.at - b.at || a.tie - b.tie || a.order - b.order)
        for (const next of model.splice(0, pops)) {
          expected.push(next.order)
          now = next.at
          queue.runNext(instantMax)
        }
      })
      expect(came.map(({ payload }) => payload)).toEqual(expected)
    }),
    { numRuns: 300 },
  )
})

test('what an action pushes or cancels takes its place in the order, even at its own instant', () => {
  const step = fc.record({ delays: fc.array(fc.nat(30), { maxLength: 3 }), cancels: fc.option(fc.nat(60)) })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const state = { now: 0 as Instant, cause: 0 }
      const queue = new PendingQueue(state)
      const model: { readonly at: number; readonly order: number }[] = []
      const ids: number[] = []
      const push = (at: number): void => {
        model.push({ at, order: ids.length })
        ids.push(queue.push(at as Instant, 0, action, null, ids.length, 0, 0))
      }
      const cancel = (order: number): void => {
        const place = model.findIndex((entry) => entry.order === order)
        expect(queue.cancel(ids[order] as number)).toBe(place >= 0)
        if (place >= 0) model.splice(place, 1)
      }
      const action = (_subject: null, order: number): void => {
        model.sort((a, b) => a.at - b.at || a.order - b.order)
        expect({ at: state.now, order }).toEqual(model.shift())
        expect(queue.length).toBe(model.length)
        const { delays = [], cancels = null } = steps[order] ?? {}
        for (const delay of delays) if (ids.length < 500) push(state.now + delay)
        if (cancels !== null && cancels < ids.length) cancel(cancels)
        const next = model.toSorted((a, b) => a.at - b.at || a.order - b.order)[0]
        if (order % 3 === 0) expect(queue.peek()).toBe(next?.at ?? null)
      }
      for (let order = 0; order < 5; order++) push(order * 7)
      runAll(queue)
      expect(model).toEqual([])
    }),
    { numRuns: 300 },
  )
})
