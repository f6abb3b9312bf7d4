// What waits for its node's CPU is not on its way: a partition that comes and goes meanwhile does not meet it, and one that
// begins meanwhile stops it.
import { describe, expect, test } from 'vitest'

import type { Program } from '../env.ts'
import type { PartitionCuts } from '../faults/index.ts'
import { type NetworkProfile, perfect } from '../net/index.ts'
import { node, scenario } from '../scenario.ts'
import { tell } from '../testing/story.ts'
import { type Duration, ms } from '../time.ts'

/** At 10 ms works for 50 ms, then sends a message and a datagram, which take 5 ms. */
const busy: Program = async (env) => {
  const socket = await env.net.bind()
  env.timers.after(ms(10), () => {
    env.cpu.charge(ms(50))
    env.messages.send('b', { kind: 'note' })
    socket.send('b', 9, 'datagram')
  })
}
const receiver: Program = async (env) => {
  env.messages.on('note', () => env.probe('got', 'message'))
  for await (const datagram of await env.net.bind(9)) env.probe('got', datagram.source)
}

async function cut(
  begin: Duration,
  lasting: Duration,
  cuts: PartitionCuts,
  network: NetworkProfile,
): Promise<readonly string[]> {
  const shape = { kind: 'isolate', node: 'a', direction: 'both' } as const
  const made = scenario({
    title: 'a partition while a node works',
    nodes: () => [node('a', busy), node('b', receiver)],
    network,
    faults: [{ kind: 'partition', shape, cuts, at: begin, for: lasting }],
    duration: ms(200),
  })
  const { events } = await tell(made)
  return events.flatMap((event) => {
    if (event.kind === 'drop') return [event.why]
    return event.kind === 'probe' ? ['arrives'] : []
  })
}

const lines: readonly (readonly [string, NetworkProfile])[] = [
  ['a plain link', perfect({ takes: ms(5) })],
  ['a link that doubles', perfect({ takes: ms(5), duplicationRatio: 1 })],
]

describe.each(lines)('over %s', (_line, network) => {
  const copies = network.duplicationRatio === 1 ? 4 : 2
  const all = (fate: string): readonly string[] => Array.from({ length: copies }, () => fate)

  test.each(['in-flight', 'later'] as const)(
    'a partition (%s) that is over before they leave',
    async (cuts) => {
      expect(await cut(ms(20), ms(10), cuts, network)).toEqual(all('arrives'))
    },
  )

  test('a partition that begins once they are on their way', async () => {
    expect(await cut(ms(62), ms(1), 'in-flight', network)).toEqual(all('partition'))
    expect(await cut(ms(62), ms(1), 'later', network)).toEqual(all('arrives'))
  })

  test.each(['in-flight', 'later'] as const)('a partition (%s) in which they leave', async (cuts) => {
    expect(await cut(ms(55), ms(10), cuts, network)).toEqual(['partition', 'partition'])
  })
})
