// Nothing vanishes: under any faults, everything that was sent arrives once or is lost with an event that says why, and
// each copy likewise.

import * as fc from 'fast-check'
import { expect, test } from 'vitest'

import { lan, type NetworkProfile, slow, wan } from './profile.ts'
import { TestWorld } from './testing/test-world.ts'
import type { Program } from '../env.ts'
import type { LinkDisturbance, PartitionCuts } from '../faults/index.ts'
import { ms, seconds } from '../time.ts'

const nodes = ['a', 'b', 'c']

/** Sends messages and datagrams to random others, and now and then works. */
const chatter: Program = async (env) => {
  env.messages.on('note', () => {
    if (env.random.boolean(0.05)) env.cpu.charge(ms(3))
  })
  const socket = await env.net.bind(9)
  env.spawn(async () => {
    for (;;) if ((await socket.receive()) === null) return
  })
  env.timers.every(ms(2), () => {
    const target = env.random.pick(nodes)
    env.messages.send(target, { kind: 'note', text: 'x'.repeat(env.random.int(0, 50)) })
    socket.send(target, 9, env.random.bytes(env.random.int(0, 50)))
  })
}

type Trouble =
  | { readonly kind: 'block'; readonly cuts: PartitionCuts }
  | { readonly kind: 'disturb'; readonly disturbance: LinkDisturbance }
  | { readonly kind: 'crash' | 'pause' }

interface Planned {
  readonly trouble: Trouble
  readonly from: number
  readonly for: number
  readonly source: number
  readonly target: number
}

const ratio = fc.constantFrom(0, 0.1, 0.5, 1)
const disturbance: fc.Arbitrary<LinkDisturbance> = fc.oneof(
  fc.constant<LinkDisturbance>({ kind: 'hold' }),
  fc.record({ kind: fc.constant('clog' as const), factor: fc.nat(20), added: fc.nat(50).map(ms) }),
  fc.record({ kind: fc.constantFrom('loss', 'duplication', 'corruption'), ratio }),
  fc.record({
    kind: fc.constant('reordering' as const),
    ratio,
    window: fc.integer({ min: 1, max: 99 }).map(ms),
  }),
  fc.record({
    kind: fc.constant('bandwidth' as const),
    bytesPerSecond: fc.constantFrom(1, 1000, 100_000),
    queue: fc.constantFrom(0, 200, 100_000),
  }),
)
const trouble: fc.Arbitrary<Trouble> = fc.oneof(
  fc.record({ kind: fc.constant('disturb' as const), disturbance }),
  fc.record({ kind: fc.constant('block' as const), cuts: fc.constantFrom('in-flight', 'later') }),
  fc.record({ kind: fc.constantFrom('crash', 'pause') }),
)
const plan = fc.array(
  fc.record({
    trouble,
    from: fc.nat(300),
    for: fc.integer({ min: 1, max: 300 }),
    source: fc.nat(2),
    target: fc.nat(2),
  }),
  { maxLength: 12 },
)

function begin(world: TestWorld, planned: Planned): () => void {
  const source = nodes[planned.source] ?? ''
  const links = [{ source, target: nodes[planned.target] ?? '' }]
  const machine = world.machine(source)
  switch (planned.trouble.kind) {
    case 'block':
      return world.network.block(links, planned.trouble.cuts, world.origin())
    case 'disturb':
      return world.network.disturb(links, planned.trouble.disturbance, world.origin())
    case 'crash':
      machine.crash('silent', 'kept')
      return () => machine.start()
    case 'pause':
      machine.pause()
      return () => machine.resume()
  }
}

async function runPlan(
  seed: number,
  profile: NetworkProfile,
  faults: readonly Planned[],
): Promise<TestWorld> {
  const world = new TestWorld(Object.fromEntries(nodes.map((node) => [node, chatter])), { seed, profile })
  for (const planned of faults)
    world.at(ms(planned.from), () => {
      world.at(ms(planned.from + planned.for), begin(world, planned))
    })
  // In the end nobody sends any more, everything is healed, and what is still on its way arrives.
  world.at(ms(700), () => {
    for (const machine of world.machines.values()) {
      machine.resume()
      machine.crash('silent', 'kept')
    }
  })
  await world.run(seconds(600))
  return world
}

test('whatever is sent arrives once or is lost with its reason, whatever goes wrong', async () => {
  const reasons = new Set<string>()
  await fc.assert(
    fc.asyncProperty(fc.nat(), fc.constantFrom(lan(), wan(), slow()), plan, async (seed, profile, faults) => {
      const world = await runPlan(seed, profile, faults)
      const ends = new Map<number, number>()
      for (const { cause } of world.of('deliver', 'datagram-deliver', 'drop'))
        ends.set(cause, (ends.get(cause) ?? 0) + 1)
      for (const { seq } of world.of('send', 'datagram-send', 'duplicate')) {
        expect([seq, ends.get(seq)]).toEqual([seq, 1])
        ends.delete(seq)
      }
      expect([...ends]).toEqual([])
      expect(world.causalProblems).toEqual([])
      for (const why of world.losses) reasons.add(why)
    }),
    { numRuns: 40, seed: 1 },
  )
  expect([...reasons].sort()).toEqual(['corruption', 'loss', 'node-down', 'partition', 'queue-full'])
}, 60_000)

test('the same seed and plan give the same digest, another seed another', async () => {
  const faults: Planned[] = [
    {
      trouble: { kind: 'disturb', disturbance: { kind: 'loss', ratio: 0.5 } },
      from: 1,
      for: 200,
      source: 0,
      target: 1,
    },
  ]
  const digest = async (seed: number): Promise<string> =>
    (await runPlan(seed, lan(), faults)).simulation.log.digest.value
  expect(await digest(1)).toBe(await digest(1))
  expect(await digest(1)).not.toBe(await digest(2))
})
