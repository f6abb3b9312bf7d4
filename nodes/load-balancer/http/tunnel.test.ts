// What becomes of upgrades when back-ends do not answer as they should.

import { expect, test } from 'vitest'

import { play, rawBackend, readText } from '../testing/play.ts'

test('an answer to an upgrade that breaks off midway is not followed by another one', async () => {
  const torn = rawBackend(async (connection) => {
    await connection.read()
    await connection.write('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf')
    connection.end()
  })
  const { notes } = await play({
    backends: { a: torn },
    client: async (env, note) => {
      const connection = await env.net.connect('lb', 80)
      await connection.write(
        'GET / HTTP/1.1\r\nHost: lb\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n',
      )
      note((await readText(connection).catch(String)).slice(0, 20))
    },
  })
  expect(notes).toEqual(['NetError: ECONNRESET'])
})
