// What those who keep copies are told of a script: the commands that it ran, together, also where it failed after them.

import { expect, test } from 'vitest'

import { commandTable } from './index.ts'
import { Client, silentOutput } from '../client.ts'
import { execute } from '../execute.ts'
import { Server } from '../server.ts'
import type { Env } from '../../../sim/index.ts'

function unitsOf(...commands: readonly (readonly string[])[]): readonly string[] {
  const env = Object.assign(Object.create(null), {
    name: 'server',
    clock: { wall: () => 1e15, monotonic: () => 0 },
    randomFor: () => ({ int: () => 0, bytes: (count: number) => new Uint8Array(count) }),
  }) as Env
  const server = new Server(env, commandTable())
  const units: string[] = []
  server.keyspace.effects.addSink((unit) => {
    units.push(unit.map(({ args, db }) => `${db} ${args.join(' ')}`).join(', '))
  })
  const client = new Client({
    id: 1,
    output: silentOutput,
    address: '',
    localAddress: '',
    now: 0,
    moment: 0,
    db: server.keyspace.db(0),
    user: server.defaultUser,
    isAuthenticated: true,
  })
  const context = server.addClient(client)
  for (const args of commands) execute(context, args)
  return units
}

test('a script is told as the commands that it ran, as one unit', () => {
  const script =
    'redis.call("SET", "a", 1); redis.call("GET", "a"); redis.call("EXPIRE", "a", 10); redis.call("SELECT", 2); redis.call("INCR", "b"); error("late")'
  expect(unitsOf(['EVAL', script, '0'], ['SET', 'c', '1'])).toEqual([
    '0 SET a 1, 0 PEXPIREAT a 1000010000, 2 INCR b',
    '0 SET c 1',
  ])
})

test('inside EXEC it belongs to the transaction', () => {
  const script = 'return redis.call("INCR", "n")'
  expect(unitsOf(['MULTI'], ['EVAL', script, '0'], ['SET', 'c', '1'], ['EXEC'])).toEqual([
    '0 INCR n, 0 SET c 1',
  ])
})

test('a script that only reads is not told, a library is', () => {
  const library = '#!lua name=l\nredis.register_function("f", function() return redis.call("INCR", "n") end)'
  expect(
    unitsOf(
      ['EVAL', 'return redis.call("GET", "a")', '0'],
      ['FUNCTION', 'LOAD', library],
      ['FCALL', 'f', '0'],
    ),
  ).toEqual([`0 FUNCTION LOAD ${library}`, '0 INCR n'])
})
