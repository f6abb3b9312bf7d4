// A disk that stands still: what waits for it stays within bounds, and nobody loses a reply.

import { expect, test } from 'vitest'

import { redis, redisPort } from './index.ts'
import { ReplyDecoder } from './resp/reply-decoder.ts'
import { encodeCommand } from './resp/request-encoder.ts'
import { type Connection, type Env, ms, node, run, scenario, seconds } from '../../sim/index.ts'

const [stalledAt, stallLength] = [seconds(2), seconds(6)]

interface Taken {
  /** Bytes that the server took while the disk stood still. */
  during: number
  sent: number
  replies: number
}

/** Sends commands as fast as they are taken. */
async function sendAll(
  env: Env,
  connection: Connection,
  commands: Iterable<readonly string[]>,
  taken: Taken,
) {
  for (const command of commands) {
    const bytes = Buffer.from(encodeCommand(command), 'latin1')
    await connection.write(bytes)
    taken.sent += bytes.length
    if (env.clock.monotonic() < stalledAt + stallLength) taken.during = taken.sent
    await env.sleep(ms(1))
  }
}

async function countReplies(connection: Connection, taken: Taken): Promise<void> {
  const decoder = new ReplyDecoder()
  for (;;) {
    const bytes = await connection.read()
    if (bytes === null) return
    decoder.push(bytes)
    while (decoder.next() !== null) taken.replies++
  }
}

/** What a server takes of one client while its disk stands still; the client sends a write first. */
async function takenWhileStalled(appendfsync: string, commands: Iterable<readonly string[]>): Promise<Taken> {
  const taken: Taken = { during: 0, sent: 0, replies: 0 }
  const told = scenario({
    title: 'stalled disk',
    nodes: () => [
      node('redis', redis, { parameters: { appendonly: 'yes', appendfsync } }),
      node('client', async (env) => {
        await env.sleep(ms(2100))
        const connection = await env.net.connect('redis', redisPort)
        env.spawn(() => countReplies(connection, taken))
        await sendAll(env, connection, commands, taken)
      }),
    ],
    faults: [{ kind: 'disk-stall', node: 'redis', at: stalledAt, for: stallLength }],
    duration: seconds(20),
    settle: seconds(1),
  })
  const { violations } = await run(told, { seed: 1, isChecked: false })
  expect(violations).toEqual([])
  return taken
}

function* repeated(count: number, command: readonly string[]): Generator<readonly string[]> {
  yield ['SET', 'first', '1']
  for (let left = count; left > 0; left--) yield command
}

test.each(['always', 'everysec', 'no'])(
  'replies that are held back are bounded (appendfsync %s)',
  async (policy) => {
    const taken = await takenWhileStalled(policy, repeated(400, ['ECHO', 'x'.repeat(20_000)]))
    expect(taken.replies).toBe(401)
    // 1 MiB, and what is on its way.
    expect(taken.during).toBeGreaterThan(1_000_000)
    expect(taken.during).toBeLessThan(2_500_000)
  },
)

test('changes that wait for the disk are bounded', async () => {
  const taken = await takenWhileStalled('everysec', repeated(100, ['SET', 'large', 'x'.repeat(1_000_000)]))
  expect(taken.replies).toBe(101)
  // 64 MiB, and what is on its way.
  expect(taken.during).toBeGreaterThan(60_000_000)
  expect(taken.during).toBeLessThan(75_000_000)
}, 60_000)
