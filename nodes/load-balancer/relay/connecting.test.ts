// Back-ends that have as many connections as they may get no more, though nobody can wait for one in TCP or for a tunnel.

import { expect, test } from 'vitest'

import { play, rawBackend, readText } from '../testing/play.ts'
import { ms, NetError, type Program } from '../../../sim/index.ts'

const greeting =
  'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\nwelcome'
/** Lets everybody in once something was said, and reads on. */
const welcoming: Program = rawBackend(async (connection) => {
  await readText(connection, '\r\n\r\n')
  await connection.write(greeting)
  await readText(connection)
})
const upgrade = 'GET / HTTP/1.1\r\nHost: lb\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n'

test.each([
  ['of TCP', 'tcp', 'ECONNRESET'],
  ['of tunnels', 'http', '503'],
] as const)(
  'a connection %s beyond those that all back-ends may have is refused',
  async (_what, mode, refusal) => {
    const { notes, probes } = await play({
      backends: { a: welcoming, b: welcoming },
      // Retries have nothing to do with it.
      parameters: { mode, backendConnectionsMax: 2, balance: 'round-robin', retriesMax: 0 },
      client: async (env, note) => {
        const open = async (): Promise<() => void> => {
          const connection = await env.net.connect('lb', 80)
          try {
            await connection.write(upgrade)
            const text = await readText(connection, 'welcome')
            note(text.includes('welcome') ? 'welcome' : text.slice(9, 12))
          } catch (error) {
            if (!(error instanceof NetError)) throw error
            note(error.code)
          }
          return () => {
            connection.reset()
          }
        }
        const [first] = [await open(), await open(), await open(), await open(), await open()]
        first()
        await env.sleep(ms(100))
        await open()
      },
    })
    expect(notes).toEqual(['welcome', 'welcome', 'welcome', 'welcome', refusal, 'welcome'])
    expect(probes).toEqual(['lb.backends ["a","b"]'])
  },
)
