// A back-end that is left out for good is told by its invariant.

import { expect, test } from 'vitest'

import { allServeAfter } from './balanced.ts'
import { checkEvents, unknownWorld } from '../../invariants/index.ts'
import { at, type Event, ms, type NodeId, seconds } from '../../sim/index.ts'

/** Requests that back-ends serve, and how the run ends. */
async function judged(
  end: number,
  ...served: readonly (readonly [node: NodeId, time: number])[]
): Promise<string> {
  const shape = { kind: 'probe', cause: 0, name: 'http.served', value: null } as const
  const events: Event[] = served.map(([node, time], index) => ({
    ...shape,
    seq: index,
    at: at(ms(time)),
    node,
  }))
  events.push({ ...shape, seq: served.length, at: at(ms(end)), node: 'client', name: 'end' })
  const invariant = allServeAfter(['a', 'b'], seconds(2))
  const { violations, undecided } = await checkEvents([invariant], events, unknownWorld)
  return [...violations, ...undecided].map(({ message }) => message.replace('\n', ': ')).join()
}

test('each of them serves again where both do after that time, whoever did before', async () => {
  expect(await judged(4000, ['a', 100], ['b', 2000], ['a', 3500])).toBe('')
})

test('one that served only before it does not', async () => {
  expect(await judged(4000, ['b', 100], ['a', 2500])).toBe('a back-end gets nothing: b')
})

test('a run that ends too early says nothing of it', async () => {
  expect(await judged(2500, ['b', 100], ['a', 2400])).toBe('the run ended before')
})
