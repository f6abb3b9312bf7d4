// What requests are called: the same to the client and to the back-end, and again on the same seed.

import { describe, expect, test } from 'vitest'

import { asking, backendAt, playOn, stages } from '../testing/on-both.ts'
import { play, rawBackend, readText, telling } from '../testing/play.ts'
import type { DataRecord } from '../../../sim/index.ts'
import { Fields, type HttpHandler } from '../../http/index.ts'

const telltale: HttpHandler = ({ headers }) => ({
  status: 200,
  headers: new Fields([['X-Request-Id', 'of the back-end']]),
  body: `${headers.get('x-request-id')}`,
})
const given = (id: string): Fields => new Fields([['X-Request-Id', id]])

describe.each(stages)('a request, %s', (_, stage) => {
  const played = (parameters: DataRecord, ...ids: readonly (string | null)[]): Promise<readonly string[]> =>
    playOn(stage, {
      parameters,
      backends: { a: telltale },
      client: async (env, note) => {
        for (const id of ids) {
          const { text, headers } = await asking(env, id === null ? {} : { headers: given(id) })
          note(`${text.slice(4)}, ${headers.get('x-request-id')}`)
        }
      },
    })

  test('keeps what client and back-end call it, unless it is to have a name', async () => {
    expect(await played({}, null, 'own')).toEqual(['null, of the back-end', 'own, of the back-end'])
  })

  test('has a name of its own, whatever the client says', async () => {
    const names = await played({ requestId: 'make' }, null, 'own', null)
    for (const name of names) expect(name).toMatch(/^([0-9a-f]{32}), \1$/)
    expect(new Set(names).size).toBe(3)
  })

  test("has the client's name where that is allowed and it is one", async () => {
    const names = await played({ requestId: 'accept' }, 'own/1=a', null, 'a b', 'x'.repeat(129), '"', 'a, b')
    expect(names[0]).toBe('own/1=a, own/1=a')
    for (const name of names.slice(1)) expect(name).toMatch(/^([0-9a-f]{32}), \1$/)
  })

  test('has its name also where no back-end answers', async () => {
    const notes = await playOn(stage, {
      parameters: { requestId: 'accept', backends: [backendAt('a', 0, { port: 999 })] },
      backends: { a: telltale },
      client: async (env, note) => {
        const { text, headers } = await asking(env, { headers: given('own') })
        note(`${text.slice(0, 3)} ${headers.get('x-request-id')}`)
      },
    })
    expect(notes).toEqual(['502 own'])
  })
})

test.each([
  ['agrees', 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n'],
  ['declines', 'HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n'],
])('a request for a tunnel has a name, if its back-end %s', async (_, answer) => {
  let seen = ''
  const { notes } = await play({
    backends: {
      a: rawBackend(async (connection) => {
        seen = await readText(connection, '\r\n\r\n')
        await connection.write(answer)
      }),
    },
    parameters: { requestId: 'accept' },
    client: async (env, note) => {
      const connection = await env.net.connect('lb', 80)
      const lines = [
        'GET / HTTP/1.1',
        'Host: lb',
        'Connection: Upgrade',
        'Upgrade: websocket',
        'X-Request-Id: own',
      ]
      await connection.write(`${lines.join('\r\n')}\r\n\r\n`)
      note(await readText(connection, '\r\n\r\n'))
    },
  })
  expect(seen).toContain('\r\nX-Request-Id: own\r\n')
  expect(notes[0]).toContain('\r\nX-Request-Id: own\r\n')
})

test('names are the same on the same seed', async () => {
  const played = async (): Promise<string> => {
    const { notes } = await play({
      backends: { a: telling },
      parameters: { requestId: 'make' },
      client: async (env, note) => note((await asking(env)).headers.get('x-request-id') ?? 'none'),
    })
    return notes.join()
  }
  expect(await played()).toMatch(/^[0-9a-f]{32}$/)
  expect(await played()).toBe(await played())
})
