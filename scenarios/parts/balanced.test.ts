// Requests that a balancer lost are told, unless their back-end was gone.

import { expect, test } from 'vitest'

import { lostOnlyWithTheCrashed } from './balanced.ts'
import { instantZero, after, ms, node, run, scenario } from '../../sim/index.ts'

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
      faults:
        crashFor === null
          ? []
          : [{ kind: 'crash', node: 'server', at: after(instantZero, ms(10)), for: ms(crashFor) }],
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
