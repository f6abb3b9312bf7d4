// A server of frames on this machine's loopback: many who ask at once, and many who send nonsense.

import { connect } from 'node:net'

import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import {
  FrameClient,
  type Framing,
  FramingError,
  jsonLines,
  lengthPrefixed,
  lines,
  serveFrames,
} from './index.ts'
import { client } from './testing/stage.ts'
import { type Duration, type Env, type Program, seconds } from '../../sim/index.ts'
import { real } from '../../sim/real/testing/both.ts'
import { type Served, served } from '../../sim/real/testing/served.ts'

const frameMax = 100

function server<F>(framing: Framing<F>, handler: (frame: F) => F, lastWord: F): Program {
  return async (env) => {
    await serveFrames(env, { port: 7, framing, handler, onBadFrame: () => lastWord })
  }
}

/** Asks as fast as answers come; the number of right ones. */
async function askFor(env: Env, asked: FrameClient<string>, length: Duration): Promise<number> {
  const end = env.clock.monotonic() + length
  let right = 0
  while (env.clock.monotonic() < end) {
    const word = `word ${right}`
    if ((await asked.request(word, seconds(10))) !== word.toUpperCase()) return 0
    right++
  }
  return right
}

test('every one of many at once gets its own answers, hundreds of them in a second', async () => {
  const lanes = 16
  const notes = await real((note) => ({
    server: server(lines(frameMax), (line) => line.toUpperCase(), ''),
    client: client(async (env) => {
      const clients = Array.from(
        { length: 8 },
        () => new FrameClient(env, { host: 'server', port: 7, framing: lines(frameMax) }),
      )
      const all = clients.flatMap((each) =>
        Array.from({ length: lanes }, () => askFor(env, each, seconds(1))),
      )
      for (const right of await Promise.all(all)) note(String(right))
      for (const each of clients) each.close()
    }),
  }))
  const counts = notes.map(Number)
  const sum = counts.reduce((one, other) => one + other, 0)
  console.log(
    `nodes/transport on loopback: ${sum} requests answered in a second, 8 connections, ${lanes} at once on each`,
  )
  expect(Math.min(...counts)).toBeGreaterThan(0)
  expect(sum).toBeGreaterThan(100)
})

/** What comes back for some pieces, up to the end of the stream. Rejects where it does not end in order. */
function exchange(port: number, pieces: readonly Uint8Array[]): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1')
    const all: Buffer[] = []
    socket.setNoDelay(true)
    socket.on('data', (bytes) => all.push(bytes))
    socket.on('error', reject)
    socket.on('end', () => resolve(Buffer.concat(all)))
    for (const piece of pieces) socket.write(piece)
    socket.end()
  })
}

describe.each([
  ['lines', nonsense(lines(frameMax), (line) => `${line.length} characters`, 'bad')],
  ['JSON lines', nonsense(jsonLines(frameMax), (value) => [typeof value], 'bad')],
  [
    'frames with a length',
    nonsense(lengthPrefixed(frameMax), (bytes) => bytes.slice(0, 3), Uint8Array.of(0)),
  ],
])('%s', (_, { program, wanted }) => {
  let node: Served

  beforeAll(async () => {
    node = await served(program, { port: 7 })
  })

  afterAll(() => node.stop())

  test('nonsense in any pieces gets the answers of what is whole, a last word, and an orderly end', async () => {
    const byte = fc.oneof(fc.constantFrom(0, 0, 0, 2, 10, 10, 34, 48, 49), fc.nat(255))
    const piece = fc.oneof(
      fc.array(byte, { maxLength: 40 }).map((bytes) => Uint8Array.from(bytes)),
      fc.integer({ min: 90, max: 300 }).map((length) => new Uint8Array(length).fill(49)),
    )
    let [whole, bad] = [0, 0]
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 6 }), async (pieces) => {
        const { bytes, isBad } = wanted(Buffer.concat(pieces))
        expect((await exchange(node.port, pieces)).toString('hex')).toBe(bytes.toString('hex'))
        if (isBad) bad++
        else whole++
      }),
      { numRuns: 150 },
    )
    expect(Math.min(whole, bad)).toBeGreaterThan(0)
  })
})

/** A server, and what it has to say to bytes, whichever the pieces in which they come. */
function nonsense<F>(framing: Framing<F>, handler: (frame: F) => F, lastWord: F) {
  return {
    program: server(framing, handler, lastWord),
    wanted: (sent: Uint8Array): { readonly bytes: Buffer; readonly isBad: boolean } => {
      const decoder = framing.decoder()
      const said: Uint8Array[] = []
      try {
        for (const frame of decoder.push(sent)) said.push(framing.encode(handler(frame)))
        decoder.end()
        return { bytes: Buffer.concat(said), isBad: false }
      } catch (error) {
        if (!(error instanceof FramingError)) throw error
        return { bytes: Buffer.concat([...said, framing.encode(lastWord)]), isBad: true }
      }
    },
  }
}
