import { expect, test } from 'vitest'

import type { Event } from '../event.ts'
import type { Instant } from '../time.ts'
import { orderPair } from './order-pair.ts'

function delivered(...texts: readonly string[]): readonly Event[] {
  return texts.map((text, index) => ({
    seq: index + 1,
    at: index as Instant,
    node: text.split(' ')[0] ?? '',
    kind: 'deliver',
    cause: 0,
    source: 's',
    message: { kind: 'note', text },
  }))
}

test('names the two inputs that a node takes the other way round', () => {
  const pair = orderPair(delivered('a 1', 'b 1', 'b 2', 'b 3'), delivered('b 1', 'b 3', 'b 2', 'a 1'))
  expect(pair?.node).toBe('b')
  expect([pair?.first, pair?.second]).toMatchObject([{ seq: 3 }, { seq: 4 }])
})

test('tells things apart that come twice', () => {
  expect(orderPair(delivered('a x', 'a x', 'a y'), delivered('a x', 'a y', 'a x'))).toMatchObject({
    first: { seq: 2 },
    second: { seq: 3 },
  })
})

test('there is none where a node only takes something else', () => {
  expect(orderPair(delivered('a 1', 'a 2'), delivered('a 1', 'a 3'))).toBe(null)
  expect(orderPair(delivered('a 1', 'a 2'), delivered('a 1', 'a 2'))).toBe(null)
})
