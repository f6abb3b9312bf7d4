// The body of an answer that cannot be sent is let go: what it holds (a connection, a file) is nobody else's to free.

import { expect, test } from 'vitest'

import { played } from './testing/raw.ts'
import { get } from './testing/answering.ts'
import { Fields, type HttpResponse, serveHttp } from './index.ts'
import { ms, seconds } from '../../sim/index.ts'

test.each([
  ['whose client is gone', [] as const],
  ['with a header that cannot be written', [['X', 'a\r\nB: c']] as const],
])('an answer %s lets go of its body', async (_which, headers) => {
  const told: string[] = []
  const body: HttpResponse['body'] = {
    [Symbol.asyncIterator]: () => ({
      next: () => Promise.resolve({ value: undefined, done: true }),
      return: () => {
        told.push('let go')
        return Promise.resolve({ value: undefined, done: true })
      },
    }),
  }
  await played(
    async (env) => {
      await serveHttp(env, {
        port: 80,
        handler: async () => {
          await env.sleep(seconds(1))
          return { status: 200, headers: new Fields(headers), body }
        },
      })
    },
    async ({ env, open }) => {
      const peer = await open()
      await peer.send(get('/'))
      await env.sleep(ms(500))
      if (headers.length === 0) peer.connection.reset()
      await env.sleep(seconds(1))
    },
  )
  expect(told).toEqual(['let go'])
})
