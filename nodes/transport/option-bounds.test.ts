// What a caller may have computed wrongly is told when a thing is made, by the name of the option: a bound of NaN bounds nothing.

import { expect, test } from 'vitest'

import {
  BinaryWriter,
  ConnectionPool,
  FrameClient,
  jsonLines,
  lengthPrefixed,
  lines,
  serveFrames,
} from './index.ts'
import type { Duration, Env } from '../../sim/index.ts'
import { simulated } from '../../sim/real/testing/both.ts'

const none = Number.NaN as Duration
const client = { host: 'server', port: 7, framing: lines() }
const server = { port: 7, framing: lines(), handler: (line: string) => line }

const mistakes: readonly (readonly [string, (env: Env) => unknown])[] = [
  ['lengthMax: got NaN, wanted a whole number 0 to 4294967295', () => lengthPrefixed(Number.NaN)],
  ['lengthMax: got 8589934592, wanted a whole number 0 to 4294967295', () => lengthPrefixed(2 ** 33)],
  ['lengthMax: got -1, wanted a whole number 0 to 4294967295', () => lines(-1)],
  ['lengthMax: got 0.5, wanted a whole number 0 to 4294967295', () => jsonLines(0.5)],
  ['sizeMax: got NaN, wanted a whole number 0 to', () => new BinaryWriter(Number.NaN)],
  [
    'perAddressMax: got 0, wanted a whole number 1 to',
    (env) => new ConnectionPool(env, { perAddressMax: 0 }),
  ],
  ['idleMax: got -1, wanted a whole number 0 to', (env) => new ConnectionPool(env, { idleMax: -1 })],
  ['waitingMax: got NaN', (env) => new ConnectionPool(env, { waitingMax: Number.NaN })],
  ['idleTimeout: got NaN', (env) => new ConnectionPool(env, { idleTimeout: none })],
  [
    'port: got 70000, wanted a whole number 1 to 65535',
    (env) => new FrameClient(env, { ...client, port: 70_000 }),
  ],
  ['openMax: got 0, wanted a whole number 1 to', (env) => new FrameClient(env, { ...client, openMax: 0 })],
  ['silenceMax: got NaN', (env) => new FrameClient(env, { ...client, silenceMax: none })],
  ['connectTimeout: got NaN', (env) => new FrameClient(env, { ...client, connectTimeout: none })],
  ['connectionsMax: got NaN', (env) => serveFrames(env, { ...server, connectionsMax: Number.NaN })],
  ['idleTimeout: got -1', (env) => serveFrames(env, { ...server, idleTimeout: -1 as Duration })],
  ['drainTimeout: got NaN', (env) => serveFrames(env, { ...server, drainTimeout: none })],
  ['frameTimeout: got NaN', (env) => serveFrames(env, { ...server, frameTimeout: none })],
  ['writeTimeout: got 1.5', (env) => serveFrames(env, { ...server, writeTimeout: 1.5 as Duration })],
]

test('an option that is none is refused by its name before anything is sent or listens', async () => {
  const told = await simulated((note) => ({
    maker: async (env) => {
      for (const [, make] of mistakes)
        try {
          await make(env)
          note('taken')
        } catch (error) {
          note(String(error))
        }
    },
  }))
  expect(told).toEqual(mistakes.map(([words]) => expect.stringContaining(`RangeError: ${words}`)))
})
