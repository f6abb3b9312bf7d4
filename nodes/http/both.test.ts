// The same server and client in the simulation and on this machine's sockets.

import { expect, test } from 'vitest'

import { Fields, HttpClient, HttpClientError, httpDemo, serveHttp } from './index.ts'
import { ms, type Program } from '../../sim/index.ts'
import { type Cast, real, simulated } from '../../sim/real/testing/both.ts'

const stages = [
  ['simulated', simulated],
  ['real', real],
] as const

async function* pieces(count: number): AsyncGenerator<Uint8Array> {
  for (let piece = 0; piece < count; piece++) yield new Uint8Array(10_000).fill(piece)
}

const cast: Cast = (note) => ({
  server: httpDemo,
  client: async (env) => {
    const client = new HttpClient(env)
    const url = 'http://server'
    for (const path of ['/status/404', '/redirect/3', '/bytes/100000', '/stream/3']) {
      const response = await client.request({ url: `${url}${path}` })
      note(`${response.status} ${(await response.bytes()).length} bytes of ${response.url}`)
    }
    const echoed = await client.request({ url: `${url}/body`, method: 'POST', body: pieces(30) })
    const bytes = await echoed.bytes()
    note(`${echoed.status} ${bytes.length} bytes, the last ${bytes.at(-1)}`)
    const form = await client.request({
      url: `${url}/echo?a=b`,
      method: 'PUT',
      body: 'text',
      headers: new Fields([['X-Latin', 'é']]),
      expectsContinue: true,
    })
    note(await form.text())
    note(`${client.connections} connections`)
    client.close()
    env.exit()
  },
})

test('a client and a server say the same on both', async () => {
  const inside = await simulated(cast)
  expect(inside).toEqual([
    '404 14 bytes of http://server/status/404',
    expect.stringMatching(/^200 \d+ bytes of http:\/\/server\/$/),
    '200 100000 bytes of http://server/bytes/100000',
    '200 21 bytes of http://server/stream/3',
    '200 300000 bytes, the last 29',
    'PUT /echo?a=b HTTP/1.1\nHost: server\nX-Latin: é\nUser-Agent: faultline\nAccept: */*\nContent-Length: 4\nExpect: 100-continue\n\ntext',
    '1 connections',
  ])
  expect(await real(cast, { ports: [80] })).toEqual(inside)
})

test.each(stages)(
  'a client hears that its server is gone, and a server that its client is: %s',
  async (_, stage) => {
    const server: Program = async (env) => {
      await serveHttp(env, {
        port: 80,
        handler: async ({ target, signal }) => {
          if (target === '/die') env.exit()
          if (target === '/wait')
            await new Promise<void>((resolve) => {
              signal.addEventListener('abort', () => {
                resolve()
              })
            })
          seen.push(target)
          return { status: 200, headers: new Fields(), body: seen.join(' ') }
        },
      })
    }
    const seen: string[] = []
    const notes = await stage(
      (note) => ({
        server,
        client: async (env) => {
          const client = new HttpClient(env, { retriesMax: 0 })
          const kindOf = async (path: string, timeout = ms(5000)): Promise<string> => {
            try {
              return await (await client.request({ url: `http://server${path}`, timeout })).text()
            } catch (error) {
              return error instanceof HttpClientError ? error.kind : String(error)
            }
          }
          note(await kindOf('/wait', ms(200)))
          await env.sleep(ms(200))
          note(await kindOf('/seen'))
          note(await kindOf('/die'))
          env.exit()
        },
      }),
      { ports: [80] },
    )
    expect(notes).toEqual(['timeout', '/wait /seen', 'broken'])
  },
)
