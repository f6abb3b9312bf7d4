// A server that listens for clients that leave reads ahead of its handlers: no further than a bound, and losing nothing.

import { expect, test } from 'vitest'

import { played, type Script } from './testing/raw.ts'
import { Fields, type HttpHandler, type HttpUpgrade, serveHttp } from './index.ts'
import { type Duration, ms, NetError, type Program, seconds } from '../../sim/index.ts'

/** Answers after a second with what was asked, and whether the client has left. */
function watching(seen: string[], upgrade?: HttpUpgrade): Program {
  return async (env) => {
    const handler: HttpHandler = async ({ method, target, signal, body }) => {
      seen.push(target)
      await env.sleep(seconds(1))
      let size = 0
      if (method === 'PUT') for await (const bytes of body) size += bytes.length
      return { status: 200, headers: new Fields(), body: `<${target} ${size} ${signal.aborted}>` }
    }
    await serveHttp(env, {
      port: 80,
      handler,
      abortOnClose: false,
      ...(upgrade === undefined ? {} : { upgrade }),
    })
  }
}

/** What a client hears, as the bodies of answers, that says a text, ends its side, and reads. */
const saying =
  (text: string): Script =>
  async ({ open, note }) => {
    const peer = await open()
    await peer.send(text)
    peer.end()
    note([...(await peer.rest()).matchAll(/<(.*?)>/g)].map(([, told]) => told).join(', '))
  }

const get = (target: string, more = ''): string => `GET ${target} HTTP/1.1\r\nHost: a\r\n${more}\r\n`
const upgrading = 'Connection: Upgrade\r\nUpgrade: other\r\n'

test('what is read ahead is answered in its order', async () => {
  const put = `PUT /p HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n${'.'.repeat(100_000)}`
  const seen: string[] = []
  const notes = await played(watching(seen), saying(get('/1') + put + get('/2') + get('/3')))
  expect(notes).toEqual(['/1 0 false, /p 100000 false, /2 0 false, /3 0 false', 'done'])
})

test('requests behind one for a protocol that is declined are answered, though the client has ended its side', async () => {
  const put = `PUT /p HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n${upgrading}\r\n`
  const seen: string[] = []
  const notes = await played(
    watching(seen, () => null),
    saying(get('/1', upgrading) + get('/2') + put + 'abc' + get('/3')),
  )
  expect(notes).toEqual(['/1 0 false, /2 0 false, /p 3 false, /3 0 false', 'done'])
})

test('who gets a connection for another protocol gets all that came on it', async () => {
  let rest = ''
  const upgrade: HttpUpgrade = ({ signal }) => {
    if (signal.aborted) return null
    return async (connection, first) => {
      rest = Buffer.from(first).toString('latin1')
      for await (const bytes of connection) rest += Buffer.from(bytes).toString('latin1')
    }
  }
  const post = `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n${upgrading}\r\n`
  await played(watching([], upgrade), async ({ env, open }) => {
    const peer = await open()
    for (const piece of [post, 'abc', 'first, ', 'second']) {
      await peer.send(piece)
      await env.sleep(ms(100))
    }
    peer.end()
    await peer.rest()
  })
  expect(rest).toBe('first, second')
})

test('no more than a bound is read ahead of a handler that reads nothing', async () => {
  const taken: number[] = []
  await played(watching([]), async ({ env, open }) => {
    const peer = await open()
    await peer.send('POST /p HTTP/1.1\r\nHost: a\r\nContent-Length: 9999999\r\n\r\n')
    let sent = 0
    env.spawn(async () => {
      try {
        for (;;) {
          await peer.send('.'.repeat(9999))
          sent += 9999
        }
      } catch (error) {
        if (!(error instanceof NetError)) throw error
      }
    })
    await env.sleep(ms(900))
    taken.push(sent)
  })
  expect(taken[0]).toBeGreaterThan(256 * 1024)
  expect(taken[0]).toBeLessThan(512 * 1024)
})

test('of a client that broke off no other request is begun', async () => {
  const seen: string[] = []
  await played(watching(seen), async ({ env, open }) => {
    const peer = await open()
    await peer.send(get('/1') + get('/2'))
    await env.sleep(ms(500))
    peer.connection.reset()
    await env.sleep(seconds(5))
  })
  expect(seen).toEqual(['/1'])
})

test.each([
  ['after its request', get('/1'), ms(500), ['/1', 'false']],
  ['in it', 'PUT /p HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc', ms(500), ['/p', 'true']],
] as const)('a client that ends its side %s', async (_where, text, wait: Duration, wanted) => {
  const seen: string[] = []
  const server: Program = async (env) => {
    await serveHttp(env, {
      port: 80,
      abortOnClose: false,
      handler: async ({ target, signal }) => {
        await env.sleep(seconds(1))
        seen.push(target, String(signal.aborted))
        return { status: 200, headers: new Fields() }
      },
    })
  }
  await played(server, async ({ env, open }) => {
    const peer = await open()
    await peer.send(text)
    await env.sleep(wait)
    peer.end()
    await peer.rest()
  })
  expect(seen).toEqual(wanted)
})
