import { expect, it } from 'vitest'

import { Elements } from './elements.ts'

it('equal values have the same number, others another', () => {
  const elements = new Elements()
  const values = [1, '1', null, 'null', true, 'true', [1], [2], { a: 1, b: 2 }]
  expect(values.map((value) => elements.numberOf(value))).toEqual(values.map((_, index) => index))
  const again = [1, '1', null, 'null', true, 'true', [1], [2], { b: 2, a: 1 }]
  expect(again.map((value) => elements.numberOf(value))).toEqual(values.map((_, index) => index))
  expect(elements.count).toBe(values.length)
  expect(elements.show(8)).toBe('{"a":1,"b":2}')
})
