// What is wrong about who the master is, each told by its invariant.

import { describe, expect, test } from 'vitest'

import { monitorsAgree, sentinels } from './redis-watched.ts'
import { type Invariant, ms, node, run, scenario } from '../../sim/index.ts'

/** What an invariant says of monitors that adopt masters, each of its own: the host and the epoch, one after the other. */
async function verdict(
  invariant: Invariant,
  adopted: readonly (readonly (readonly [host: string, epoch: number])[])[],
): Promise<readonly string[]> {
  const { violations } = await run(
    scenario({
      title: 'monitors adopt masters',
      nodes: () =>
        sentinels.map((name, index) =>
          node(name, (env) => {
            for (const [host, epoch] of adopted[index] ?? [])
              env.probe('sentinel.master', { host, port: 6379, epoch })
          }),
        ),
      invariants: [invariant],
      duration: ms(10),
    }),
    { seed: 1, isChecked: false },
  )
  return violations.map(({ message }) => message)
}

const both = [
  ['redis-2', 1],
  ['redis-1', 2],
] as const

describe('monitors agree in the end', () => {
  test('where all heard of the last epoch, or nothing ever happened', async () => {
    expect(await verdict(monitorsAgree, [both, [['redis-1', 2]], both])).toEqual([])
    expect(await verdict(monitorsAgree, [])).toEqual([])
  })

  test('not where one of them stayed behind, or heard of none', async () => {
    const [told] = await verdict(monitorsAgree, [both, [['redis-2', 1]]])
    expect(told).toContain('epoch 2 has a master, of which sentinel-2 and sentinel-3 did not hear')
  })
})
