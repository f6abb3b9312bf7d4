// Reading by call-back, and sending that tells of room at once, on all kinds of streams.

import { describe, expect, test } from 'vitest'

import { codeOf, real, realIpv6, realUnix, simulated } from './testing/both.ts'
import { client, dialled, readAll, serving } from './testing/stream-programs.ts'
import type { Connection } from '../env.ts'
import { ms } from '../time.ts'

describe.each([
  { name: 'in the simulation', stage: simulated, hasReset: true },
  { name: 'over IPv4', stage: real, hasReset: true },
  { name: 'over IPv6', stage: realIpv6, hasReset: true },
  // Such a socket has no reset: where everything was read, the peer hears the end instead.
  { name: 'over Unix sockets', stage: realUnix, hasReset: false },
])('streams $name', ({ stage, hasReset }) => {
  const broken = hasReset ? 'ECONNRESET' : 'got null'

  test('a reader that is called back is told of what comes, of the end, and of what breaks the stream', async () => {
    const told = (connection: Connection): Promise<string> => {
      const coming = new Promise<Uint8Array | null>((take, fail) => {
        connection.readTo({ take, fail })
      })
      return codeOf(coming.then((bytes) => (bytes === null ? null : new TextDecoder().decode(bytes))))
    }
    const notes = await stage((note) => ({
      server: serving(async (connection) => {
        const said: string[] = []
        for (let next = ''; next !== 'got null' && next !== 'ECONNRESET'; said.push(next))
          next = await told(connection)
        note(said.join('').replaceAll('got ', ''))
        connection.end()
      }),
      client: client(async (connection, env) => {
        await connection.write('whole')
        connection.end()
        await readAll(connection)
        const other = await dialled(env, 'server')
        await other.write('broken off')
        await env.sleep(ms(100))
        other.reset()
        await env.sleep(ms(100))
      }),
    }))
    expect(notes).toEqual(['wholenull', `broken off${broken.replace('got ', '')}`])
  })

  test('who sends is told at once that there is room, and is held back where there is none', async () => {
    const notes = await stage((note) => ({
      server: serving(async (connection, env) => {
        await env.sleep(ms(100))
        note(`${(await readAll(connection)).length} bytes`)
        connection.end()
      }),
      client: client(async (connection) => {
        note(connection.send('few', 'latin1') === null ? 'room' : 'held back')
        const large = connection.send(new Uint8Array(3_000_000))
        note(large === null ? 'room for all' : 'held back')
        await large
        connection.end()
        await readAll(connection)
        // Refused as `write` refuses it.
        note(await codeOf(Promise.resolve(connection.send('more'))))
      }),
    }))
    expect(notes).toEqual(['room', 'held back', '3000003 bytes', 'EPIPE'])
  })
})
