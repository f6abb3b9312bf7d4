import { describe, expect, test } from 'vitest'

import {
  FrameClient,
  type FrameClientOptions,
  type FrameContext,
  type FrameMiddleware,
  type FrameServerOptions,
  jsonLines,
  lines,
  serveFrames,
} from './index.ts'
import { client, failure, heard, open, take } from './testing/stage.ts'
import {
  type Connection,
  type Data,
  type DataRecord,
  type Env,
  ms,
  type Program,
  seconds,
} from '../../sim/index.ts'
import { real, simulated } from '../../sim/real/testing/both.ts'

/** Says a line in capitals; knows a few words that make it misbehave. */
async function shout(line: string, context: FrameContext<string>): Promise<string> {
  if (line === 'reset') context.session.connection.reset()
  if (line === 'slow') await context.env.sleep(ms(400))
  if (line === 'bye') context.end()
  return line.toUpperCase()
}

function lineServer(options: Partial<FrameServerOptions<string>> = {}): Program {
  return async (env) => {
    await serveFrames(env, { port: 7, framing: lines(100), handler: shout, ...options })
  }
}

function lineClient(env: Env, options: Partial<FrameClientOptions<string>> = {}): FrameClient<string> {
  return new FrameClient(env, { host: 'server', port: 7, framing: lines(100), ...options })
}

describe.each([
  ['in the simulation', simulated],
  ['on real sockets', real],
])('%s', (_name, stage) => {
  test('answers come in the order of the requests', async () => {
    const notes = await stage((note) => ({
      server: lineServer(),
      client: client(async (env) => {
        const asked = lineClient(env)
        const words = ['one', 'slow', 'three']
        note((await Promise.all(words.map((word) => asked.request(word, seconds(2))))).join(' '))
      }),
    }))
    expect(notes).toEqual(['ONE SLOW THREE'])
  })

  test('an answer that comes too late is not taken for the next one', async () => {
    const notes = await stage((note) => ({
      server: lineServer(),
      client: client(async (env) => {
        const asked = lineClient(env, { onFrame: (frame) => note(`late ${frame}`) })
        await asked.request('hello', seconds(2))
        note(await failure(asked.request('slow', ms(100))))
        note(await asked.request('next', seconds(2)))
      }),
    }))
    expect(notes).toEqual(['timeout', 'late SLOW', 'NEXT'])
  })

  test('requests of one connection are told apart by their ids', async () => {
    const idOf = (frame: Data) => (frame as { readonly id: number }).id
    const notes = await stage((note) => ({
      server: async (env) => {
        const handler = (frame: Data, context: FrameContext<Data>) => {
          const { wait } = frame as { readonly wait: number }
          env.timers.after(ms(wait), () => context.push({ ...(frame as DataRecord), isAnswer: true }))
          return null
        }
        await serveFrames(env, { port: 7, framing: jsonLines(), handler })
      },
      client: client(async (env) => {
        const asked = new FrameClient<Data>(env, { host: 'server', port: 7, framing: jsonLines(), idOf })
        const order: number[] = []
        await Promise.all(
          [300, 200, 100].map(async (wait, id) => {
            order.push(idOf(await asked.request({ id, wait }, seconds(2))))
          }),
        )
        note(order.join())
        const twice = asked.request({ id: 1, wait: 10 }, seconds(2))
        note(await failure(asked.request({ id: 1, wait: 10 }, seconds(2))))
        await twice
      }),
    }))
    expect(notes).toEqual(['2,1,0', 'RangeError: request 1: its id is open already'])
  })

  test('a broken connection fails what was sent, and the next request opens another', async () => {
    const notes = await stage((note) => ({
      server: lineServer(),
      client: client(async (env) => {
        const asked = lineClient(env)
        note(await failure(asked.request('reset', seconds(2))))
        note(await failure(asked.request('again', seconds(2))))
        note(await failure(asked.request('bye', seconds(2))))
        await env.sleep(ms(100))
        note(`${asked.isConnected} ${await failure(asked.request('and again', seconds(2)))}`)
        asked.close()
        note(await failure(asked.request('closed', seconds(2))))
      }),
    }))
    expect(notes).toEqual(['broken', 'got "AGAIN"', 'got "BYE"', 'false got "AND AGAIN"', 'closed'])
  })

  test('a connection on which nothing comes although something was asked is given up', async () => {
    const notes = await stage((note) => ({
      server: lineServer(),
      client: client(async (env) => {
        const asked = lineClient(env, { silenceMax: ms(200) })
        note(await failure(asked.request('slow', seconds(5))))
        note(await failure(asked.request('hello', seconds(5))))
        await env.sleep(ms(500))
        note(`${asked.isConnected} ${await failure(asked.request('again', seconds(5)))}`)
      }),
    }))
    expect(notes).toEqual(['broken', 'got "HELLO"', 'true got "AGAIN"'])
  })

  test('requests wait for a server that is not there yet, and no more than may wait', async () => {
    const notes = await stage((note) => ({
      server: async (env) => {
        await env.sleep(ms(400))
        await serveFrames(env, { port: 7, framing: lines(), handler: (line) => line })
      },
      client: client(async (env) => {
        const asked = lineClient(env, { openMax: 2, backoff: { base: ms(20), max: ms(100) } })
        const waiting = [asked.request('a', seconds(3)), asked.request('b', ms(100))]
        note(await failure(asked.request('c', seconds(1))))
        note((await Promise.all(waiting.map(failure))).join(' '))
      }),
    }))
    expect(notes).toEqual(['overloaded', 'got "a" timeout'])
  })

  test('middleware sees frames in its order and answers in the other, may answer itself, and knows the session', async () => {
    const tag =
      (name: string): FrameMiddleware<string> =>
      async (frame, _context, next) => {
        const answer = await next(`${frame}${name}`)
        return answer === null ? null : `${answer}${name}`
      }
    const greet: FrameMiddleware<string> = (frame, { state }, next) => {
      if (state.has('known')) return next(frame)
      state.set('known', true)
      return `who is ${frame}?`
    }
    const notes = await stage((note) => ({
      server: lineServer({ middleware: [greet, tag('1'), tag('2')] }),
      client: client(async (env) => {
        const asked = lineClient(env)
        for (const word of ['me', 'x']) note(await asked.request(word, seconds(2)))
      }),
    }))
    expect(notes).toEqual(['who is me?', 'X1221'])
  })

  test('bytes that are no frame get a last word, and the session ends', async () => {
    const notes = await stage((note) => ({
      server: lineServer({ onBadFrame: ({ message }) => `error ${message}` }),
      client: client(async (env) => {
        const connection = await open(env)
        await connection.write(`fine\n${'x'.repeat(200)}`)
        note(await heard(connection))
      }),
    }))
    expect(notes[0]).toMatch(/^FINE\nerror got a frame of \d+ bytes, wanted at most 100\n\.$/)
  })
})

test('a client refuses what is no frame, and a handler that throws resets its session only', async () => {
  const notes = await simulated((note) => ({
    server: lineServer({
      handler: (line) => {
        if (line === 'throw') throw new Error('failed')
        if (line === 'no frame') return 'two\nlines'
        return line
      },
    }),
    client: client(async (env) => {
      const [bad, good] = [lineClient(env), lineClient(env)]
      note(await failure(bad.request('two\nlines', seconds(1))))
      await good.request('hello', seconds(1))
      note(await failure(bad.request('throw', seconds(1))))
      note(await failure(bad.request('no frame', seconds(1))))
      note(await failure(good.request('still here', seconds(1))))
    }),
  }))
  expect(notes).toEqual([
    'FramingError: got a line with a line end in it, wanted one line',
    'broken',
    'broken',
    'got "still here"',
  ])
})

test('a frame that does not come to its end ends its session, and the answers that nobody reads their connection', async () => {
  const notes = await simulated((note) => ({
    server: lineServer({
      frameTimeout: seconds(2),
      writeTimeout: seconds(2),
      handler: (line) => line.repeat(90),
    }),
    client: client(async (env) => {
      const since = env.clock.monotonic()
      const passed = (): number => Math.round((env.clock.monotonic() - since) / 1e8) / 10
      const [dribbling, patient, deaf] = await Promise.all([open(env), open(env), open(env)])
      // Never silent for long, and never done.
      env.spawn(async () => {
        for (;;) {
          await env.sleep(ms(500))
          await dribbling.write('x').catch(() => undefined)
        }
      })
      const refused = failure(writeOn(deaf))
      note(`${await heard(dribbling)} ${passed()}`)
      await env.sleep(seconds(10))
      await patient.write('a\n')
      note(await take(() => patient.read(), 91))
      note(await refused)
    }),
  }))
  expect(notes).toEqual(['. 2.5', `${'a'.repeat(90)}\n`, 'ECONNRESET'])
})

async function writeOn(connection: Connection): Promise<never> {
  for (;;) await connection.write('x\n'.repeat(500))
}
