// A client that leaves takes its request with it: nobody waits, and no back-end works, for who is not there any more.

import { expect, test } from 'vitest'

import { play, rawBackend, readText } from '../testing/play.ts'
import { type Connection, type DataRecord, type Env, ms, type Program, seconds } from '../../../sim/index.ts'
import { HttpClient } from '../../http/index.ts'

type Leave = (connection: Connection) => void
const reset: Leave = (connection) => {
  connection.reset()
}
const end: Leave = (connection) => {
  connection.end()
}

/** What back-ends see: `NAME TARGET`, and `NAME left` when a connection is taken from them while they work for five seconds. */
function working(seen: string[]): Program {
  return async (env) => {
    await rawBackend(async (connection) => {
      const text = await readText(connection, '\r\n\r\n')
      if (text === '') return
      seen.push(`${env.name} ${text.split(' ', 2)[1]}`)
      // Takes nothing of a body, and so does not hear that it is let go.
      if (text.includes('/stuck')) return env.sleep(seconds(15))
      if (text.includes('/early')) await connection.write('HTTP/1.1 413 Too Large\r\n\r\nbegun')
      if (text.includes('/stream')) await connection.write('HTTP/1.1 200 OK\r\n\r\nbegun')
      env.spawn(async () => {
        await env.sleep(seconds(5))
        await connection.write('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ndone').catch(() => undefined)
      })
      const rest = await readText(connection).catch(() => 'broke')
      if (rest.endsWith('broke')) seen.push(`${env.name} left`)
    })(env)
  }
}

const get = (target: string): string => `GET ${target} HTTP/1.1\r\nHost: lb\r\n\r\n`
const upgrade = `GET /ws HTTP/1.1\r\nHost: lb\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`
const post = (body: string): string => `POST /post HTTP/1.1\r\nHost: lb\r\nContent-Length: 4\r\n\r\n${body}`
/** More than the connections in between hold, of a body that is longer still. */
const upload = (target: string): string =>
  `POST ${target} HTTP/1.1\r\nHost: lb\r\nContent-Length: 999999\r\n\r\n${'.'.repeat(300_000)}`
const expecting = `POST /post HTTP/1.1\r\nHost: lb\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n`
const declined = 'GET /work HTTP/1.1\r\nHost: lb\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n'

interface Left {
  /** What the back-ends saw until half a second after the client had left. */
  readonly seen: readonly string[]
  /** What the client read of the connection that it left. */
  readonly heard: string
  readonly gone: string
  readonly probes: readonly string[]
  readonly backends: readonly { readonly open: number; readonly failed: number }[]
}

/** A client says something after `first`, which other clients ask, and leaves a little later. */
async function leaving(
  said: string,
  leave: Leave,
  { first = [], parameters = {} }: { first?: readonly string[]; parameters?: DataRecord } = {},
): Promise<Left> {
  const seen: string[] = []
  let until: readonly string[] = []
  const { notes, probes } = await play({
    backends: { a: working(seen), b: working(seen) },
    parameters: {
      balance: 'round-robin',
      adminPort: 81,
      adminHost: '0.0.0.0',
      outlierFailures: 1,
      ejectedShareMax: 1,
      backendConnectionsMax: 1,
      ...parameters,
    },
    client: async (env, note) => {
      for (const each of first) await (await env.net.connect('lb', 80)).write(each)
      const connection = await env.net.connect('lb', 80)
      await connection.write(said)
      await env.sleep(ms(300))
      leave(connection)
      await env.sleep(ms(500))
      until = [...seen]
      note(await told(env, '/metrics'))
      note(await told(env, '/backends'))
      note(await readText(connection, 'done').catch(() => 'broke'))
    },
  })
  const gone = /lb_ended_total\{ending="client-gone"\} ([0-9]+)/.exec(notes[0] ?? '')?.[1] ?? 'none'
  const backends = JSON.parse(notes[1] ?? '') as Left['backends']
  return { seen: until, heard: notes[2] ?? '', gone, probes: probes.slice(1), backends }
}

async function told(env: Env, path: string): Promise<string> {
  return (await new HttpClient(env).request({ url: `http://lb:81${path}` })).text()
}

const counts = ({ backends }: Left): readonly string[] =>
  backends.map(({ open, failed }) => `${open} ${failed}`)

test.each<readonly [what: string, said: string, leave: Leave]>([
  ['breaks off while a back-end works', get('/work'), reset],
  ['ends its side while a back-end works', get('/work'), end],
  ['leaves after its body', post('body'), end],
  ['leaves in its body', post('bo'), reset],
  ['breaks off while a back-end makes up its mind about an upgrade', upgrade, reset],
  ['ends its side while a back-end makes up its mind about an upgrade', upgrade, end],
  ['leaves in an answer that does not go on', get('/stream'), end],
  ['leaves with another request waiting', get('/work') + get('/next'), end],
  ['breaks off with other requests waiting', get('/work') + get('/next').repeat(3), reset],
  ['leaves in the middle of another request', get('/work') + post('bo'), end],
  ['leaves behind 100-continue', expecting, end],
  ['breaks off behind 100-continue', expecting, reset],
  ['leaves after a request for a protocol that is declined', declined, end],
  ['leaves while its body is answered early', upload('/early').slice(0, 50_000), reset],
])('a client that %s is not worked for any more', async (_what, said, leave) => {
  const left = await leaving(said, leave)
  expect(left.seen.map((text) => text.split(' ')[0])).toEqual(['a', 'a'])
  expect(left.seen[1]).toBe('a left')
  expect(counts(left)).toEqual(['0 0', '0 0'])
  expect(left.probes).toEqual([])
})

test.each([['breaks off', reset] as const, ['ends its side', end] as const])(
  'a client that %s while nothing of its body is taken makes room',
  async (_what, leave) => {
    const staying = await leaving(upload('/stuck'), () => undefined)
    expect([counts(staying), staying.gone]).toEqual([['1 0', '0 0'], 'none'])
    const left = await leaving(upload('/stuck'), leave)
    expect([counts(left), left.gone]).toEqual([['0 0', '0 0'], '1'])
    expect(left.probes).toEqual([])
  },
)

test('that a client has left is counted once', async () => {
  for (const said of [get('/work'), get('/stream'), post('body'), upgrade])
    expect((await leaving(said, end)).gone).toBe('1')
})

test.each<readonly [what: string, said: string, leave: Leave]>([
  ['breaks off', get('/waits'), reset],
  ['ends its side', get('/waits'), end],
  ['ends its side after its body', post('body'), end],
  ['breaks off in its body', post('bo'), reset],
])('a client that %s while it waits for a back-end makes room', async (_what, said, leave) => {
  const first = [get('/1'), get('/2')]
  const staying = await leaving(said, () => undefined, { first })
  expect(counts(staying)).toEqual(['2 0', '1 0'])
  const left = await leaving(said, leave, { first })
  expect(left.seen).toEqual(['a /1', 'b /2'])
  expect(counts(left)).toEqual(['1 0', '1 0'])
  expect(left.probes).toEqual([])
})

test('who ends its side in the middle of a request is told what is wrong with it, though that is no way to leave', async () => {
  for (const said of [post('bo'), upload('/stuck')]) {
    const left = await leaving(said, end, { parameters: { abortOnClose: false } })
    expect(counts(left)).toEqual(['0 0', '0 0'])
    expect(left.heard).toContain('HTTP/1.1 400 Bad Request')
  }
})

test('who only ends its side is answered where that is no way to leave, and may still break off', async () => {
  const parameters = { abortOnClose: false }
  for (const said of [get('/work'), get('/work') + get('/next')]) {
    const left = await leaving(said, end, { parameters })
    expect([left.seen, left.heard.slice(-4), left.gone]).toEqual([['a /work'], 'done', 'none'])
  }
  expect((await leaving(expecting, end, { parameters })).gone).toBe('1')
  expect((await leaving(get('/work'), reset, { parameters })).seen).toEqual(['a /work', 'a left'])
})
