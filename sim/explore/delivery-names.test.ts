import { expect, test } from 'vitest'

import { deliveryNames, isOfMessage } from './delivery-names.ts'
import overtaking from './testing/overtaking.ts'
import { story } from './testing/story-events.ts'
import type { Event } from '../event.ts'
import { run } from '../run.ts'

test('messages are counted on each link, in the order in which they are sent', () => {
  const events = story(
    { kind: 'send', node: 'a', target: 'b' },
    { kind: 'send', node: 'a', target: 'c' },
    { kind: 'send', node: 'a', target: 'b' },
    { kind: 'deliver', node: 'b', cause: 3 },
    { kind: 'deliver', node: 'b', cause: 1 },
  )
  expect([...deliveryNames(events)]).toEqual([
    [4, 'link/a>b#1'],
    [5, 'link/a>b#0'],
  ])
})

test('the names are those by which a run makes deliveries late', async () => {
  const told: string[] = []
  const events: Event[] = []
  await run(overtaking, {
    seed: 1,
    variation: { late: ['link/a>server#0', 'link/b>server#0'] },
    onLate: (delivery) => void told.push(delivery),
    onEvent: (event) => void events.push(event),
  })
  expect([...deliveryNames(events).values()].toSorted()).toEqual(told.toSorted())
})

test('datagrams and parts of streams have names of their own', () => {
  expect(isOfMessage('link/a>b#3')).toBe(true)
  expect(isOfMessage('link/a>b/datagrams#3')).toBe(false)
})
