import { expect, test } from 'vitest'

import { Fields, type RequestLogOptions, serveHttp } from './index.ts'
import { get, host, plain } from './testing/answering.ts'
import { type Data, node, type Program, run, scenario, seconds } from '../../sim/index.ts'

/** What a server publishes while a client says these texts, each over a connection of its own and a second after the other. */
async function published(
  texts: readonly string[],
  requestLog: RequestLogOptions | null = {},
): Promise<readonly string[]> {
  const probes: string[] = []
  const server: Program = async (env) => {
    await serveHttp(env, {
      port: 80,
      ...(requestLog === null ? {} : { requestLog }),
      handler: async ({ target, body }) => {
        if (target === '/fail') throw new Error('a secret')
        if (target === '/body') for await (const bytes of body) void bytes
        if (target === '/broken') return { status: 200, headers: plain, body: broken() }
        if (target === '/bad') return { status: 200, headers: new Fields([['X', 'a\r\nb']]) }
        return { status: 200, headers: plain, body: target }
      },
    })
  }
  const client: Program = async (env) => {
    for (const text of texts) {
      const connection = await env.net.connect('server', 80)
      await connection.write(text)
      connection.end()
      await env.sleep(seconds(1))
    }
  }
  const told = (name: string, value: Data): string => `${name} ${JSON.stringify(value)}`
  await run(
    scenario({
      title: 'a server that publishes',
      nodes: () => [node('server', server), node('client', client)],
      duration: seconds(20),
    }),
    {
      seed: 1,
      onEvent: (event) => void (event.kind === 'probe' && probes.push(told(event.name, event.value))),
    },
  )
  return probes
}

async function* broken(): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(new Uint8Array(3))
  throw new Error('no more')
}

const about = (lines: readonly string[]): readonly string[] =>
  lines.map((line) => /(?:target":"([^"]*)|status":(\w+)).*$/.exec(line)?.slice(1).join('') ?? line)

test('a request and its answer are published, and no more of the one than a bound', async () => {
  expect(await published([get('/fine'), get(`/${'a'.repeat(300)}`)])).toEqual([
    'http.request {"id":1,"connection":1,"method":"GET","target":"/fine"}',
    'http.response {"id":1,"isWhole":true,"status":200}',
    `http.request {"id":2,"connection":2,"method":"GET","target":"/${'a'.repeat(199)}"}`,
    'http.response {"id":2,"isWhole":true,"status":200}',
  ])
})

test('whatever becomes of a request, it is published as answered once', async () => {
  const chunked = 'Transfer-Encoding: chunked\r\n'
  const lines = await published([
    get('/first') + get('/second') + get('/fail'),
    get('/broken'),
    get('/bad'),
    `GET /no-host HTTP/1.1\r\n\r\n`,
    `POST /body HTTP/1.1\r\n${host}${chunked}\r\nnone\r\n`,
    `POST /body HTTP/1.1\r\n${host}Content-Length: 5\r\n\r\nabc`,
    'no request\r\n',
  ])
  expect(about(lines).join(' ')).toBe(
    '/first 200 /second 200 /fail 500 /broken 200 /bad 500 /no-host 400 /body 400 /body 400',
  )
  expect(lines.filter((line) => line.includes('"isWhole":false'))).toEqual([
    'http.response {"id":4,"isWhole":false,"status":200}',
  ])
})

test('under a key the answer is told by a hash, which is the same for the same', async () => {
  const keyed = (target: string): string => get(target, 'Idempotency-Key: "k"\r\n')
  const lines = await published([keyed('/a') + keyed('/a') + keyed('/b')])
  const hashes = lines.flatMap((line) => /"answer":"([\w-]{16})"/.exec(line)?.[1] ?? [])
  expect([hashes.length, hashes[0] === hashes[1], hashes[0] === hashes[2]]).toEqual([3, true, false])
  expect(lines[0]).toContain('"key":"\\"k\\""')
})

test('beyond so many a second only their number is published, and nothing at all unless it is asked for', async () => {
  const lines = await published([get('/1') + get('/2') + get('/3') + get('/4'), get('/5')], {
    perSecondMax: 2,
  })
  expect(about(lines)).toEqual(['/1', '200', '/2', '200', 'http.unlogged {"count":2}', '/5', '200'])
  expect(await published([get('/')], null)).toEqual([])
})
