// What is no reply that a decoder tells apart: bytes as they come, from a real redis-server and from ours.

import { connect } from 'node:net'

import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { hasRealRedis, type Pair, sameReplies, startPair } from '../testing/differential.ts'

const told: Readonly<Record<string, string>> = {
  'a command that is not there, in RESP2': 'COMMAND INFO nosuch\r\nQUIT\r\n',
  'a command of a container, in RESP2': 'COMMAND INFO memory|usage\r\nQUIT\r\n',
  'categories in their order, in RESP2':
    'COMMAND INFO del get bitop blpop xack geoadd multi publish sscan zadd\r\nQUIT\r\n',
  'a set without members, in RESP3': 'HELLO 3 SETNAME x\r\nCOMMAND INFO get\r\nQUIT\r\n',
  'a line with a zero byte never ends': 'PING\r\n\0PING\r\nQUIT\r\n',
  'nor does one with it in a word': 'PING a\0b\r\nQUIT\r\n',
}

describe.skipIf(!hasRealRedis)('byte for byte', () => {
  let pair: Pair
  beforeAll(async () => {
    pair = await startPair(2)
  })
  afterAll(() => pair.stop())

  test.each(Object.entries(told))('%s', async (_, bytes) => {
    const [real, ours] = await Promise.all(
      [pair.ports.real, pair.ports.ours].map((port) => saidTo(port, bytes)),
    )
    const comparable = (text = ''): string => text.replace(/\$2\r\nid\r\n:[0-9]+/, 'id')
    expect(comparable(ours)).toBe(comparable(real))
  })

  test('a script may not ask to wait for streams', async () => {
    const asked = [
      "return redis.call('xread','block',0,'streams','s','$')",
      "return redis.call('XREAD','BLOCK','x','streams','s','$')",
      "return redis.call('xreadgroup','group','g','c','block',0,'streams','s','>')",
      "return redis.call('xread','streams','s','0')",
    ].map((script) => ['EVAL', script, '0'])
    await expect(sameReplies(pair, asked)).resolves.toBeUndefined()
  })

  test('nor may a function; a transaction may, and does not wait', async () => {
    const library =
      "#!lua name=l\nredis.register_function('f', function() return redis.pcall('xread','block',0,'streams','s','$') end)"
    const asked = [
      ['FUNCTION', 'LOAD', 'REPLACE', library],
      ['FCALL', 'f', '0'],
      ['MULTI'],
      ['XREAD', 'BLOCK', '0', 'STREAMS', 's', '$'],
      ['EXEC'],
      ['FUNCTION', 'FLUSH'],
    ]
    await expect(sameReplies(pair, asked)).resolves.toBeUndefined()
  })

  test('LOLWUT looks at the numbers of its picture', async () => {
    const asked = ['5 x', '5 66 x', 'x', '7 x', '6 1 y'].map((rest) => [
      'LOLWUT',
      'VERSION',
      ...rest.split(' '),
    ])
    await expect(sameReplies(pair, asked)).resolves.toBeUndefined()
  })
})

/** All that a server says to a client that ends its side. */
async function saidTo(port: number, text: string): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
  const pieces: string[] = []
  socket.on('data', (bytes) => pieces.push(bytes.toString('latin1')))
  const ended = new Promise<void>((resolve) => socket.on('end', () => resolve()))
  socket.on('error', () => undefined)
  // Where the end came with the bytes redis-server would not answer them.
  socket.write(text)
  await new Promise((resolve) => setTimeout(resolve, 100))
  socket.end()
  await ended
  return pieces.join('')
}
