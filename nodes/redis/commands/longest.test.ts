// The longest strings and replies: beyond what can be made an error is the answer, and the server goes on.

import { connect } from 'node:net'

import { expect, test } from 'vitest'

import { startOurRedis } from '../testing/our-redis.ts'
import { shown, Wire } from '../testing/wire.ts'

const mebibyte = 1024 * 1024

test('a string of 511 MiB is the longest, and a reply that would be longer than a text can be is an error', async () => {
  const ours = await startOurRedis()
  const wire = await Wire.open(ours.port)
  const said = await wire.askAll([
    ['SETRANGE', 'k', `${200 * mebibyte - 1}`, 'x'],
    ['MGET', 'k', 'k', 'k'],
    ['EVAL', "return redis.pcall('MGET', 'k', 'k', 'k').err", '0'],
    ['MULTI'],
    ['STRLEN', 'k'],
    ['MGET', 'k', 'k', 'k'],
    ['EXEC'],
    ['SETRANGE', 'k', `${511 * mebibyte}`, 'x'],
    ['SETBIT', 'k', `${511 * mebibyte * 8}`, '1'],
    ['STRLEN', 'k'],
  ])
  const tooLong = '-ERR the reply or the string would be longer than this server can make it: 536870888 bytes'
  expect(said.map(shown)).toEqual([
    `:${200 * mebibyte}`,
    tooLong,
    JSON.stringify(tooLong.slice(1)),
    '+OK',
    '+QUEUED',
    '+QUEUED',
    `*[:${200 * mebibyte} ${tooLong}]`,
    '-ERR string exceeds maximum allowed size (proto-max-bulk-len)',
    '-ERR bit offset is not an integer or out of range',
    `:${200 * mebibyte}`,
  ])
  // Longer than what a client may send ahead.
  expect(shown(await wire.ask('SET', 'k', 'x'.repeat(70 * mebibyte)))).toBe('+OK')
  expect(shown(await wire.ask('STRLEN', 'k'))).toBe(`:${70 * mebibyte}`)
  wire.raw(`*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$${511 * mebibyte + 1}\r\n`)
  expect(shown(await wire.next())).toBe('-ERR Protocol error: invalid bulk length')
  wire.close()
  await ours.stop()
})

test('a short pipeline whose replies are longer than a text can be is answered whole', async () => {
  const ours = await startOurRedis()
  const [value, count] = ['x'.repeat(100_000), 6000]
  const wire = await Wire.open(ours.port)
  await wire.ask('SET', 'k', value)
  wire.close()
  const wanted = count * (value.length + '$100000\r\n\r\n'.length) + '+PONG\r\n'.length
  const socket = connect(ours.port, '127.0.0.1')
  socket.write(`${'GET k\r\n'.repeat(count)}PING\r\n`)
  const heard = await new Promise<number>((resolve, reject) => {
    let bytes = 0
    socket.on('data', (chunk) => {
      bytes += chunk.length
      if (bytes >= wanted && chunk.toString('latin1').endsWith('+PONG\r\n')) resolve(bytes)
    })
    socket.on('close', () => resolve(bytes))
    socket.on('error', reject)
  })
  socket.destroy()
  await ours.stop()
  expect(heard).toBe(wanted)
})
