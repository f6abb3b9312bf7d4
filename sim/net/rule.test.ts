import { expect, test } from 'vitest'

import type { Packet, PacketTest } from './rule.ts'
import { client, echo } from './testing/stream-programs.ts'
import { collectNotes, sendNotes, TestWorld, textIn } from './testing/test-world.ts'
import type { Program } from '../env.ts'
import type { Verdict } from '../faults/index.ts'
import { ms } from '../time.ts'

const isNote = (text: string) => (packet: Packet) => {
  return packet.message !== undefined && textIn(packet.message) === text
}

/** What arrives of notes 1 to 4 from a to b under rules. */
async function under(...rules: readonly (readonly [PacketTest, Verdict])[]): Promise<readonly string[]> {
  const world = new TestWorld({ a: sendNotes('b', 4, ms(1)), b: collectNotes([]) })
  for (const [packets, verdict] of rules) world.network.rule(packets, verdict)
  await world.run()
  expect(world.losses.every((why) => why === 'rule')).toBe(true)
  return world.of('deliver').map(({ at, message }) => `${textIn(message)} at ${at / 1_000_000}`)
}

test('a rule drops exactly what it is asked to', async () => {
  expect(await under([isNote('2'), { kind: 'drop' }])).toEqual(['1 at 2', '3 at 4', '4 at 5'])
})

test('a rule delays exactly what it is asked to', async () => {
  const delayed = await under([isNote('2'), { kind: 'delay', by: ms(10) }])
  expect(delayed).toEqual(['1 at 2', '3 at 4', '4 at 5', '2 at 13'])
})

test('the first rule that concerns a packet decides', async () => {
  const rules = [
    [isNote('1'), { kind: 'pass' }],
    [isNote('2'), { kind: 'delay', by: ms(10) }],
    [{ carries: 'message', from: ['a'], to: ['b'], messages: ['note'] }, { kind: 'drop' }],
    [isNote('3'), { kind: 'pass' }],
  ] as const
  expect(await under(...rules)).toEqual(['1 at 2', '2 at 13'])
})

test.each<PacketTest>([
  { from: ['b'] },
  { to: ['a'] },
  { carries: 'datagram' },
  { messages: ['letter'] },
  { port: 9 },
])('a pattern that does not match lets everything pass: %s', async (pattern) => {
  expect((await under([pattern, { kind: 'drop' }])).length).toBe(4)
})

test('a rule holds from when it is installed until it is released, on links old and new', async () => {
  const late: Program = async (env) => {
    await env.sleep(ms(2))
    for (const text of ['new link', 'still']) env.messages.send('c', { kind: 'note', text })
    await env.sleep(ms(2))
    env.messages.send('c', { kind: 'note', text: 'released' })
  }
  const [b, c]: [string[], string[]] = [[], []]
  const programs = { a: sendNotes('b', 4, ms(1)), b: collectNotes(b), c: collectNotes(c), d: late }
  const world = new TestWorld(programs)
  world.at(ms(1.5), () => {
    world.at(ms(3.5), world.network.rule({}, { kind: 'drop' }))
  })
  await world.run()
  expect(b).toEqual(['1', '4'])
  expect(c).toEqual(['released'])
})

test('rules see datagrams and segments as well', async () => {
  const seen = new Set<string>()
  const datagrams: Program = async (env) => {
    const socket = await env.net.bind()
    socket.send('server', 9, 'dgram')
  }
  const user = client(7, async (connection) => {
    await connection.write('bytes')
  })
  const world = new TestWorld({ server: echo, client: user, other: datagrams })
  world.network.rule(
    ({ carries, port, stream, bytes }) => {
      const content = bytes === undefined ? '' : new TextDecoder().decode(bytes)
      seen.add([carries, port ?? '', stream ?? '', content].join(' '))
      return false
    },
    { kind: 'drop' },
  )
  await world.run()
  expect([...seen]).toEqual(['datagram 9  dgram', 'segment  1 ', 'segment  1 bytes'])
})
