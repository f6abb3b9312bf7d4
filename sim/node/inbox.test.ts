import { expect, test } from 'vitest'

import { Inbox, type Waiting } from './inbox.ts'

const input = (extra: number): Waiting => ({
  action: () => undefined,
  subject: null,
  payload: null,
  extra,
  cause: 0,
})

test('inputs come out in the order in which they came, and nothing that was taken stays', () => {
  const inbox = new Inbox()
  const taken: number[] = []
  for (let index = 0; index < 1000; index++) {
    inbox.push(input(index))
    if (index % 3 > 0) taken.push(inbox.shift()?.extra ?? -1)
  }
  expect(taken).toEqual(Array.from({ length: taken.length }, (_, index) => index))
  expect(inbox.length).toBe(1000 - taken.length)
  expect(inbox.takeAll().map(({ extra }) => extra)).toEqual(
    Array.from({ length: 1000 - taken.length }, (_, index) => taken.length + index),
  )
  expect([inbox.length, inbox.shift()]).toEqual([0, undefined])
})
