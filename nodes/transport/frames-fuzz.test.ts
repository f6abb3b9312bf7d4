// Whatever comes, a server of frames answers or ends the session within a bound, whatever its middleware does; so does a client
// whatever it is answered.

import * as fc from 'fast-check'
import { expect, test } from 'vitest'

import {
  FrameClient,
  type FrameMiddleware,
  FramingError,
  jsonLines,
  RequestError,
  serveFrames,
} from './index.ts'
import { client, heard, open } from './testing/stage.ts'
import { type Data, NetError, type Program, seconds, toSeconds, type Duration } from '../../sim/index.ts'
import { simulated } from '../../sim/real/testing/both.ts'

const valid = ['{"id":1}\n', '"text"\r\n', '[1,[2,{"a":null}]]\n', '\n', '3\n', '"end"\n', '"throw"\n']
const piece = fc.oneof(
  fc.constantFrom(...valid).map((text) => Buffer.from(text)),
  fc.uint8Array({ maxLength: 30 }),
  fc
    .constantFrom('\n', '\r', '"', '{', '\0', '\ufeff', 'x'.repeat(100), '['.repeat(60))
    .map((text) => Buffer.from(text)),
)
const inputs = fc.array(piece, { minLength: 1, maxLength: 6 }).map((pieces) => Buffer.concat(pieces))

/** Answers by itself, changes frames, ends sessions, and fails. */
const moody: FrameMiddleware<Data> = async (frame, context, next) => {
  if (frame === 'throw') throw new Error('a mistake of the middleware')
  if (frame === 'end') context.end()
  if (frame === 3) return null
  const answer = await next([frame])
  return answer === null ? null : { answer }
}

const server: Program = async (env) => {
  await serveFrames<Data>(env, {
    port: 7,
    framing: jsonLines(90),
    frameTimeout: seconds(3),
    idleTimeout: seconds(5),
    writeTimeout: seconds(3),
    middleware: [moody],
    handler: (frame) => frame,
    onBadFrame: ({ message }) => ({ error: message.slice(0, 20) }),
  })
}

test('a server of frames ends every session within its bounds, and says nothing but frames', async () => {
  const samples = fc.sample(fc.tuple(inputs, fc.boolean()), { numRuns: 300, seed: 3 })
  const notes = await simulated((note) => ({
    server,
    client: client(async (env) => {
      const ask = async ([bytes, isEnding]: readonly [Uint8Array, boolean]): Promise<void> => {
        const connection = await open(env)
        const since = env.clock.monotonic()
        await connection.write(bytes)
        if (isEnding) connection.end()
        const text = await heard(connection)
        const took = toSeconds((env.clock.monotonic() - since) as Duration)
        const [, frames = '', end] = /^([^]*?)(\.|!ECONNRESET)$/.exec(text) ?? []
        if (
          end === undefined ||
          took > 10 ||
          !frames.split('\n').every((line) => line === '' || isJson(line))
        )
          note(JSON.stringify([String(bytes), text, took]))
      }
      await Promise.all(samples.map(ask))
      const asked = new FrameClient<Data>(env, { host: 'server', port: 7, framing: jsonLines(90) })
      note(JSON.stringify(await asked.request('still there', seconds(1))))
    }),
  }))
  expect(notes).toEqual(['{"answer":["still there"]}'])
})

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

test('a client that is answered with anything gives up by an error of its own, within its time', async () => {
  const samples = fc.sample(inputs, { numRuns: 150, seed: 4 })
  const noise: Program = async (env) => {
    let count = 0
    for await (const connection of await env.net.listen(7))
      env.spawn(async () => {
        await connection.read().catch(() => null)
        await connection.write(samples[count++ % samples.length] ?? '').catch(() => undefined)
        if (count % 2 === 0) connection.end()
      })
  }
  const notes = await simulated((note) => ({
    server: noise,
    client: client(async (env) => {
      const kinds = new Set<string>()
      const ask = async (at: number): Promise<void> => {
        const asked = new FrameClient<Data>(env, {
          host: 'server',
          port: 7,
          framing: jsonLines(90),
          ...(at % 3 === 0 ? { idOf } : {}),
        })
        const since = env.clock.monotonic()
        kinds.add(
          await asked.request({ id: at }, seconds(1)).then(
            () => 'answered',
            (error: unknown) => (isOwn(error) ? 'refused' : String(error)),
          ),
        )
        if (env.clock.monotonic() - since > seconds(2)) note('late')
        asked.close()
      }
      await Promise.all(samples.map((_, at) => ask(at)))
      note([...kinds].toSorted().join(' '))
    }),
  }))
  expect(notes).toEqual(['answered refused'])
})

function idOf(frame: Data): string | number | null {
  const id =
    typeof frame === 'object' && frame !== null && !Array.isArray(frame) ? Reflect.get(frame, 'id') : null
  return typeof id === 'number' ? id : null
}

function isOwn(error: unknown): boolean {
  return error instanceof RequestError || error instanceof FramingError || error instanceof NetError
}
