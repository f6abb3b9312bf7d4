import { describe, expect, test } from 'vitest'

import { orderPair } from './order-pair.ts'
import { story } from './testing/story-events.ts'
import type { Event } from '../event.ts'

function delivered(...texts: readonly string[]): readonly Event[] {
  return story(
    ...texts.map((text) => ({
      kind: 'deliver',
      node: text.split(' ')[0] ?? '',
      source: 's',
      message: { kind: 'note', text },
    })),
  )
}

const all = new Set(Array.from({ length: 20 }, (_, place) => place + 1))

describe('the order that decides', () => {
  test('is that of two inputs which a node takes the other way round', () => {
    const failing = delivered('a 1', 'b 1', 'b 2', 'b 3')
    const passing = delivered('b 1', 'b 3', 'b 2', 'a 1')
    const pair = orderPair({ failing, passing, past: all, moved: null })
    expect(pair).toMatchObject({ node: 'b', first: { seq: 3 }, second: { seq: 4 }, status: 'candidate' })
  })

  test('tells things apart that come twice', () => {
    const failing = delivered('a x', 'a x', 'a y')
    const passing = delivered('a x', 'a y', 'a x')
    const pair = orderPair({ failing, passing, past: all, moved: null })
    expect(pair).toMatchObject({ first: { seq: 2 }, second: { seq: 3 } })
  })

  test('is not one of inputs that did not lead to the violation', () => {
    const failing = delivered('a 1', 'a 2', 'b 1', 'b 2')
    const passing = delivered('a 2', 'a 1', 'b 2', 'b 1')
    expect(orderPair({ failing, passing, past: new Set([1, 3, 4]), moved: null })).toMatchObject({
      node: 'b',
    })
    expect(orderPair({ failing, passing, past: new Set([1, 3]), moved: null })).toBe(null)
  })

  test('may be that of a partition and a delivery at one of its sides, whatever its place in the plan', () => {
    const fault = {
      kind: 'partition',
      at: 1,
      cuts: 'later',
      shape: { kind: 'one-way', from: ['a'], to: ['b'] },
    }
    const begin = (index: number): { readonly kind: string } & Record<string, unknown> => ({
      kind: 'fault-begin',
      index,
      fault,
    })
    const deliver = (node: string): { readonly kind: string } & Record<string, unknown> => ({
      kind: 'deliver',
      node,
      source: 's',
      message: { kind: 'note', text: node },
    })
    const failing = story(begin(0), deliver('a'), deliver('c'))
    const passing = story(deliver('c'), deliver('a'), begin(1))
    const pair = orderPair({ failing, passing, past: all, moved: 2 })
    expect(pair).toMatchObject({ node: 'a', first: { seq: 1 }, second: { seq: 2 }, status: 'verified' })
  })

  test('is verified where a delivery that was moved has changed places with one input alone', () => {
    const failing = delivered('a 1', 'a 2', 'a 3')
    const one = { failing, passing: delivered('a 2', 'a 1', 'a 3'), past: all, moved: 1 }
    expect(orderPair(one)).toMatchObject({ first: { seq: 1 }, second: { seq: 2 }, status: 'verified' })
    const two = { failing, passing: delivered('a 2', 'a 3', 'a 1'), past: all, moved: 1 }
    expect(orderPair(two)).toMatchObject({ first: { seq: 1 }, second: { seq: 2 }, status: 'candidate' })
    expect(orderPair({ ...two, past: new Set([1, 3]) })).toMatchObject({
      second: { seq: 3 },
      status: 'verified',
    })
  })

  test('is none where a node only takes something else', () => {
    const failing = delivered('a 1', 'a 2')
    expect(orderPair({ failing, passing: delivered('a 1', 'a 3'), past: all, moved: null })).toBe(null)
    expect(orderPair({ failing, passing: failing, past: all, moved: null })).toBe(null)
  })
})
