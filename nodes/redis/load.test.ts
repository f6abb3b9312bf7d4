// A bounded load on the loopback: every one of many at once gets the replies to what it asked, in its order, up to an orderly end.

import { expect, test } from 'vitest'

import { redis, redisPort } from './index.ts'
import { shown, Wire } from './testing/wire.ts'
import { served } from '../../sim/real/testing/served.ts'

const clients = 40
const lengthMs = 1500
/** Commands in a second, of all together: far below what the slowest machine does. */
const rateMin = 100
const large = 'x'.repeat(100_000)

/** Commands and the replies that they have to get, in the round of a client: of its own keys, and of one that all count up. */
function round(
  index: number,
  count: number,
): readonly (readonly [command: readonly string[], reply: string])[] {
  const [key, list] = [`key:${index}`, `list:${index}`]
  const value = count % 50 === 49 ? large : `${index}.${count}`
  return [
    [['SET', key, value], '+OK'],
    [['GET', key], JSON.stringify(value)],
    [['INCR', `count:${index}`], `:${count + 1}`],
    [['RPUSH', list, value, 'second'], ':2'],
    [['LPOP', list], JSON.stringify(value)],
    [['LPOP', list], '"second"'],
    [['ZADD', `scores:${index}`, String(count), String(count % 7)], count < 7 ? ':1' : ':0'],
    [['HELLO', '9'], '-NOPROTO unsupported protocol version'],
    [['PING', value], JSON.stringify(value)],
  ]
}

/** Asks round after round, all of one at once; the number of commands that were answered. */
async function ask(wire: Wire, index: number, end: number): Promise<number> {
  let answered = 0
  for (let count = 0; performance.now() < end; count++) {
    const wanted = round(index, count)
    const replies = await wire.askAll([...wanted.map(([command]) => command), ['INCR', 'all']])
    expect(replies.slice(0, -1).map(shown)).toEqual(wanted.map(([, reply]) => reply))
    answered += replies.length
  }
  return answered
}

test(`${clients} clients at once get their own replies, ${rateMin} in a second at least, and an orderly end`, async () => {
  const server = await served(redis, { port: redisPort })
  const wires = await Promise.all(Array.from({ length: clients }, () => Wire.open(server.port)))
  const since = performance.now()
  const counts = await Promise.all(wires.map((wire, index) => ask(wire, index, since + lengthMs)))
  const total = counts.reduce((one, other) => one + other, 0)
  const rate = (total * 1000) / (performance.now() - since)
  console.log(
    `nodes/redis on loopback: ${Math.round(rate)} commands answered in a second, ${clients} connections`,
  )
  expect(rate).toBeGreaterThan(rateMin)
  const [first] = wires
  expect(shown(await first?.ask('GET', 'all'))).toBe(JSON.stringify(String(total / (round(0, 0).length + 1))))
  const ends = wires.map((wire) => wire.next())
  await server.stop()
  expect(await Promise.all(ends)).toEqual(wires.map(() => null))
})
