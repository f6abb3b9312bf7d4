// Requests that a balancer lost are told, unless their back-end was gone; and a back-end that is left out for good is.

import { expect, test } from 'vitest'

import { allServeAfter, lostOnlyWithTheCrashed } from './balanced.ts'
import { checkEvents, unknownWorld } from '../../invariants/index.ts'
import { at, type Event, ms, node, type NodeId, run, scenario, seconds } from '../../sim/index.ts'

/** What is said of a POST at 20 ms that a balancer lost for a reason, where its back-end crashed at 10 ms for a while, or never. */
async function verdict(why: string, crashFor: number | null): Promise<readonly string[]> {
  const { violations } = await run(
    scenario({
      title: 'a balancer loses a request',
      nodes: () => [
        node('lb', async (env) => {
          await env.sleep(ms(20))
          const open = env.invoke({ f: 'POST', key: 'a' })
          env.probe('lb.lost', { backend: 'server', why, target: '/a' })
          open.fail('status 502')
        }),
        node('server', () => undefined, { quorum: 0 }),
      ],
      faults: crashFor === null ? [] : [{ kind: 'crash', node: 'server', at: at(ms(10)), for: ms(crashFor) }],
      invariants: [lostOnlyWithTheCrashed],
      duration: ms(50),
    }),
    { seed: 1, isChecked: false },
  )
  return violations.map(({ message }) => message)
}

test.each([
  ['broken', 15, []],
  ['broken', 5, ['a request was lost by a back-end that was there']],
  ['stale', 5, []],
  ['stale', null, ['a request was lost by a back-end that was there']],
  ['no-connection', 15, ['a request was lost that was not sent']],
] as const)('%s of a back-end that was down for %s ms', async (why, crashFor, told) => {
  const all = await verdict(why, crashFor)
  expect(all.map((message) => message.split('\n')[0])).toEqual(told)
})

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
