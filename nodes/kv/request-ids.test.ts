import { expect, it } from 'vitest'
import { RequestIds } from './request-ids.ts'

it('numbers count on within an incarnation and never meet those of another', () => {
  const [first, second, late] = [new RequestIds(1), new RequestIds(2), new RequestIds(2_000_000)]
  expect([first.next(), first.next()]).toEqual([1, 2])
  expect(second.next()).toBe(0x100000001)
  const [one, other] = [late.next(), late.next()]
  expect(other - one).toBe(1)
  expect(Number.isSafeInteger(other)).toBe(true)
})
