// What programs rely on of streams, held on both environments: the simulation, and this machine's sockets of every family.

import { describe, expect, test } from 'vitest'

import { codeOf, real, realIpv6, realUnix, simulated } from './testing/both.ts'
import { client, dialled, readAll, serving } from './testing/stream-programs.ts'
import type { Connection, Env, Program } from '../env.ts'
import { ms, seconds } from '../time.ts'

const echo = serving(async (connection) => {
  for await (const bytes of connection) await connection.write(bytes)
  connection.end()
})

/** Stays up and does nothing. */
const idle: Program = (env) => {
  env.messages.on('nothing', () => undefined)
}

describe.each([
  { name: 'in the simulation', stage: simulated, hasReset: true },
  { name: 'over IPv4', stage: real, hasReset: true },
  { name: 'over IPv6', stage: realIpv6, hasReset: true },
  // Such a socket has no reset: where everything was read, the peer hears the end instead.
  { name: 'over Unix sockets', stage: realUnix, hasReset: false },
])('streams $name', ({ stage, hasReset }) => {
  const broken = hasReset ? 'ECONNRESET' : 'got null'

  test('bytes come back as they were sent, however they are split, and the end after them', async () => {
    const text = 'x'.repeat(300_000)
    const notes = await stage((note) => ({
      server: echo,
      client: client(async (connection, env) => {
        env.spawn(async () => {
          for (let at = 0; at < text.length; at += 7001) await connection.write(text.slice(at, at + 7001))
          connection.end()
        })
        const all = await readAll(connection)
        note(all === text ? 'same' : `${all.length} bytes`)
        note(String(await connection.read()))
      }),
    }))
    expect(notes).toEqual(['same', 'null'])
  })

  test('a large write is read in several pieces, and many small ones lose nothing whether they come alone or together', async () => {
    const notes = await stage((note) => ({
      server: serving(async (connection, env) => {
        await connection.write('y'.repeat(500_000))
        for (let count = 0; count < 50; count++) {
          await connection.write(String(count % 10))
          if (count % 10 === 9) await env.sleep(ms(5))
        }
        connection.end()
      }),
      client: client(async (connection) => {
        const sizes: number[] = []
        let all = ''
        for await (const bytes of connection) {
          sizes.push(bytes.length)
          all += new TextDecoder().decode(bytes)
        }
        note(sizes.length > 1 && !sizes.includes(0) ? 'in pieces' : `sizes ${sizes.join()}`)
        note(all.replace(/^y+/, (run) => `${run.length} `))
      }),
    }))
    expect(notes).toEqual(['in pieces', `500000 ${'0123456789'.repeat(5)}`])
  })

  test('a string is written as UTF-8, or as latin1 a byte for each character; bytes are copied at once', async () => {
    const notes = await stage((note) => ({
      server: serving(async (connection) => {
        const parts: number[] = []
        for await (const bytes of connection) parts.push(...bytes)
        note(parts.join(' '))
        connection.end()
      }),
      client: client(async (connection) => {
        const bytes = Buffer.from([1, 2])
        const written = [
          connection.write('\u00ff'),
          connection.write('\u00ff\u0000a', 'latin1'),
          connection.write(bytes),
          connection.write('b', 'latin1'),
          connection.write('c', 'latin1'),
        ]
        bytes.fill(9)
        await Promise.all(written)
        connection.end()
        note(String(await connection.read()))
      }),
    }))
    expect(notes).toEqual(['195 191 255 0 97 1 2 98 99', 'null'])
  })

  test('one side can be ended while the other goes on', async () => {
    const notes = await stage((note) => ({
      server: serving(async (connection, env) => {
        note(`server heard ${await readAll(connection)}`)
        await env.sleep(ms(30))
        await connection.write('late answer')
        connection.end()
      }),
      client: client(async (connection) => {
        await connection.write('question')
        connection.end()
        note(await codeOf(connection.write('more')))
        note(`client heard ${await readAll(connection)}`)
      }),
    }))
    expect(notes).toEqual(['EPIPE', 'server heard question', 'client heard late answer'])
  })

  test('it is all the same which side ends first', async () => {
    const notes = await stage((note) => ({
      server: serving(async (connection) => {
        await connection.write('welcome')
        connection.end()
        note(`server heard ${await readAll(connection)}`)
      }),
      client: client(async (connection, env) => {
        note(`client heard ${await readAll(connection)}`)
        await env.sleep(ms(30))
        await connection.write('late question')
        connection.end()
        await env.sleep(ms(100))
      }),
    }))
    expect(notes).toEqual(['client heard welcome', 'server heard late question'])
  })

  test('a reset ends both directions at the other end', async () => {
    const notes = await stage((note) => ({
      server: serving(async (connection) => {
        await connection.read()
        connection.reset()
        note(await codeOf(connection.read()))
        note(await codeOf(connection.write('x')))
      }),
      client: client(async (connection, env) => {
        await connection.write('hello')
        note(await codeOf(connection.read()))
        await env.sleep(ms(50))
        note(await codeOf(connection.write('more')))
      }),
    }))
    expect(notes).toEqual(['ECONNRESET', 'ECONNRESET', broken, hasReset ? 'ECONNRESET' : 'got undefined'])
  })

  test('a reset waits for nothing: of what was written the peer hears no more than had left', async () => {
    const size = 16_000_000
    const notes = await stage((note) => ({
      server: serving(async (connection, env) => {
        void connection.write(new Uint8Array(size)).catch(() => undefined)
        await env.sleep(ms(100))
        connection.reset()
      }),
      client: client(async (connection, env) => {
        await env.sleep(ms(300))
        let read = 0
        try {
          for await (const bytes of connection) read += bytes.length
        } catch {
          // Not every system says so behind bytes that had arrived before.
        }
        note(read < size ? 'some' : 'all')
      }),
    }))
    expect(notes).toEqual(['some'])
  })

  test('nobody listens: refused; nobody of that name: not found', async () => {
    const notes = await stage((note) => ({
      server: idle,
      client: async (env) => {
        note(await codeOf(env.net.connect('server', 7)))
        note(await codeOf(env.net.connect('nowhere.invalid', 7, { timeout: seconds(5) })))
        env.exit(0)
      },
    }))
    expect(notes[0]).toBe('ECONNREFUSED')
    expect(['ENOTFOUND', 'EAI_AGAIN']).toContain(notes[1])
  })

  test('a port has one listener, until it is closed', async () => {
    const notes = await stage((note) => ({
      server: idle,
      client: async (env) => {
        const first = await env.net.listen(7)
        note(await codeOf(env.net.listen(7)))
        first.close()
        note((await first.accept()) === null ? 'closed' : 'accepted')
        const again = await env.net.listen(7)
        again.close()
        env.exit(0)
      },
    }))
    expect(notes).toEqual(['EADDRINUSE', 'closed'])
  })

  test('a reader that is slow holds its writer back', async () => {
    const [part, count] = [64 * 1024, 512]
    const notes = await stage((note) => ({
      // Reads nothing of the first connection until there is a second one.
      server: async (env) => {
        const server = await env.net.listen(7)
        const first = await server.accept()
        await server.accept()
        let read = 0
        for await (const bytes of first ?? []) read += bytes.length
        note(`read ${read}`)
        first?.end()
      },
      client: client(async (connection, env) => {
        let written = 0
        const writing = (async () => {
          for (; written < count; written++) await connection.write(new Uint8Array(part))
          connection.end()
        })()
        for (let before = -1; before !== written; await env.sleep(ms(200))) before = written
        note(written < count ? 'held back' : 'never held back')
        await env.net.connect('server', 7)
        await writing
        await connection.read()
      }),
    }))
    expect(notes).toEqual(['held back', `read ${count * part}`])
  })

  test('an idle connection stays', async () => {
    const notes = await stage((note) => ({
      server: echo,
      client: client(async (connection, env) => {
        await env.sleep(seconds(1))
        await connection.write('still there')
        note(new TextDecoder().decode((await connection.read()) ?? undefined))
        connection.end()
      }),
    }))
    expect(notes).toEqual(['still there'])
  })

  test('many connections at once each have their own bytes', async () => {
    const notes = await stage((note) => ({
      server: echo,
      client: async (env) => {
        ;(await dialled(env, 'server')).end()
        const talk = async (number: number): Promise<boolean> => {
          const connection = await env.net.connect('server', 7)
          await connection.write(`number ${number}`)
          connection.end()
          return (await readAll(connection)) === `number ${number}`
        }
        const answers = await Promise.all(Array.from({ length: 200 }, (_, number) => talk(number)))
        note(`${answers.filter(Boolean).length} right`)
        env.exit(0)
      },
    }))
    expect(notes).toEqual(['200 right'])
  })

  /** What whoever is connected to a program that dies hears of it; it has said hello, and the other end has answered. */
  const heardOf = (
    die: (env: Env) => void,
    readsAnswer: boolean,
    accepts: boolean,
  ): Promise<readonly string[]> =>
    stage(
      (note) => {
        const dying = async (connection: Connection, env: Env): Promise<void> => {
          await connection.write('hello')
          if (readsAnswer) await connection.read()
          else await env.sleep(ms(100))
          die(env)
        }
        const witness = async (connection: Connection, env: Env): Promise<void> => {
          note(new TextDecoder().decode((await connection.read()) ?? undefined))
          await connection.write('answer')
          note(await codeOf(connection.read()))
          env.exit(0)
        }
        const dialling = (act: typeof dying, name: string) => async (env: Env) =>
          act(await dialled(env, name), env)
        return accepts
          ? { dying: serving(dying), witness: dialling(witness, 'dying') }
          : { dying: dialling(dying, 'witness'), witness: serving(witness) }
      },
      { mayFail: true },
    )

  const fail = (): void => {
    throw new Error('on purpose')
  }

  test.each([
    { how: 'exits', die: (env: Env) => env.exit(0), readsAnswer: true, heard: 'got null' },
    {
      how: 'exits and leaves bytes unread',
      die: (env: Env) => env.exit(0),
      readsAnswer: false,
      heard: broken,
    },
    { how: 'fails', die: fail, readsAnswer: true, heard: broken },
    { how: 'crashes', die: (env: Env) => env.probe('crash', true), readsAnswer: true, heard: broken },
  ])(
    'a program that $how takes its connections with it: its peers hear so',
    async ({ die, readsAnswer, heard }) => {
      for (const accepts of [true, false])
        expect(await heardOf(die, readsAnswer, accepts)).toEqual(['hello', heard])
    },
  )

  test('of a program that has died nothing is heard any more, and nobody is let in', async () => {
    const notes = await stage(
      (note) => ({
        server: serving(async (connection, env) => {
          env.timers.after(ms(100), () => note('a timer of the dead'))
          env.spawn(async () => {
            await env.sleep(ms(50))
            note('a sleeper that is dead')
          })
          await connection.read()
          env.probe('crash', true)
        }),
        client: client(async (connection, env) => {
          await connection.write('hello')
          note(await codeOf(connection.read()))
          await env.sleep(ms(200))
          note(await codeOf(env.net.connect('server', 7, { timeout: seconds(1) })))
        }),
      }),
      { mayFail: true },
    )
    expect(notes).toEqual([broken, 'ECONNREFUSED'])
  })
})
