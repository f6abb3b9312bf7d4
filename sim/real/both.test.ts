// The behaviour of streams, datagrams, messages and files that programs rely on, held on both environments.

import { describe, expect, test } from 'vitest'

import { real, simulated } from './testing/both.ts'
import type { Connection, Env, Program } from '../env.ts'
import { ms, seconds } from '../time.ts'

/** Serves each connection to port 7. */
function serving(serve: (connection: Connection, env: Env) => Promise<void>): Program {
  return async (env) => {
    for await (const connection of await env.net.listen(7)) env.spawn(() => serve(connection, env))
  }
}

/** Does something with the server, once it listens, and ends. */
function client(act: (connection: Connection, env: Env) => Promise<void>): Program {
  return async (env) => {
    await env.sleep(ms(50))
    await act(await env.net.connect('server', 7), env)
    env.exit(0)
  }
}

const echo = serving(async (connection) => {
  for await (const bytes of connection) await connection.write(bytes)
  connection.end()
})

/** Stays up and does nothing. */
const idle: Program = (env) => {
  env.messages.on('nothing', () => undefined)
}

async function readAll(connection: Connection): Promise<string> {
  const parts: string[] = []
  for await (const bytes of connection) parts.push(new TextDecoder().decode(bytes))
  return parts.join('')
}

async function codeOf(promise: Promise<unknown>): Promise<string> {
  try {
    return `got ${String(await promise)}`
  } catch (error) {
    return String((error as { readonly code?: unknown }).code)
  }
}

describe.each([
  ['in the simulation', simulated],
  ['on real sockets and files', real],
])('%s', (_name, stage) => {
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

  test('a reset ends both directions at the other end', async () => {
    const notes = await stage((note) => ({
      server: serving(async (connection) => {
        await connection.read()
        connection.reset()
        note(await codeOf(connection.write('x')))
      }),
      client: client(async (connection, env) => {
        await connection.write('hello')
        note(await codeOf(connection.read()))
        note(await codeOf(connection.write('more')))
        await env.sleep(ms(10))
      }),
    }))
    expect(notes).toEqual(['ECONNRESET', 'ECONNRESET', 'ECONNRESET'])
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
    const size = 64 * 1024
    const notes = await stage((note) => ({
      server: serving(async (connection, env) => {
        await env.sleep(ms(400))
        let read = 0
        for await (const bytes of connection) read += bytes.length
        note(`read ${read}`)
        connection.end()
      }),
      client: client(async (connection, env) => {
        const begin = env.clock.monotonic()
        for (let count = 0; count < 256; count++) await connection.write(new Uint8Array(size))
        note(env.clock.monotonic() - begin > ms(200) ? 'held back' : 'never held back')
        connection.end()
        await connection.read()
      }),
    }))
    expect(notes).toEqual(['held back', `read ${256 * size}`])
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
        await env.sleep(ms(50))
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

  test('a program that dies takes its connections with it', async () => {
    const notes = await stage((note) => ({
      server: serving(async (connection) => {
        await connection.write('hello')
        note(await readAll(connection).then(String, () => 'broke'))
      }),
      client: client(async (connection) => {
        note(new TextDecoder().decode((await connection.read()) ?? undefined))
      }),
    }))
    expect(notes[0]).toBe('hello')
  })

  test('datagrams go to and fro with the port of who sent them', async () => {
    const notes = await stage((note) => ({
      server: async (env) => {
        const socket = await env.net.bind(7)
        for await (const { source, sourcePort, bytes } of socket) socket.send(source, sourcePort, bytes)
      },
      client: async (env) => {
        await env.sleep(ms(50))
        const socket = await env.net.bind()
        for (let attempt = 0; attempt < 20; attempt++) socket.send('server', 7, 'ping')
        const answer = await socket.receive()
        note(new TextDecoder().decode(answer?.bytes))
        socket.close()
        note((await socket.receive()) === null ? 'closed' : 'received')
        env.exit(0)
      },
    }))
    expect(notes).toEqual(['ping', 'closed'])
  })

  test('messages reach the handler of their kind, frozen, with the name of who sent them', async () => {
    const notes = await stage((note) => ({
      server: (env) => {
        env.messages.on('ask', (message, source) => {
          note(`${source} asked ${JSON.stringify(message)} ${Object.isFrozen(message['list'])}`)
          env.messages.send(source, { kind: 'answer' })
        })
      },
      client: (env) => {
        env.messages.on('answer', () => {
          note('answered')
          env.exit(0)
        })
        env.timers.every(ms(300), () => {
          env.messages.send('server', { kind: 'ask', list: [1, 'ä'] })
        })
      },
    }))
    expect(notes.slice(-2)).toEqual(['client asked {"kind":"ask","list":[1,"ä"]} true', 'answered'])
  })

  test('timers fire in the order in which they are due, and not once cancelled', async () => {
    const notes = await stage((note) => ({
      server: idle,
      client: async (env) => {
        env.timers.after(ms(60), () => {
          note('late')
        })
        env.timers.after(ms(20), () => {
          note('early')
        })
        const never = env.timers.after(ms(30), () => {
          note('cancelled')
        })
        never.cancel()
        let ticks = 0
        const third = new Promise<void>((resolve) => {
          const every = env.timers.every(ms(10), () => {
            if (++ticks < 3) return
            every.cancel()
            resolve()
          })
        })
        const begin = env.clock.monotonic()
        await env.sleep(ms(150))
        const hasTime = env.clock.monotonic() - begin >= ms(150)
        // A machine that is busy gives the ticks of a period later.
        await third
        note(`${ticks} ticks, ${hasTime ? 'long enough' : 'too short'}`)
        env.exit(0)
      },
    }))
    expect(notes).toEqual(['early', 'late', '3 ticks, long enough'])
  })

  test('files do what was asked for in its order, and errors have their codes', async () => {
    const notes = await stage((note) => ({
      server: idle,
      client: async (env) => {
        const { disk } = env
        const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)
        const bytes = (written: string): Uint8Array => new TextEncoder().encode(written)
        await disk.makeDirectory('/log')
        await disk.makeDirectory('/log')
        const file = await disk.open('/log/1', { create: true, exclusive: true, sync: true })
        const both = [file.append(bytes('one')), file.append(bytes('two'))]
        note((await Promise.all(both)).join())
        await file.write(8, bytes('end'))
        note(JSON.stringify(text(await file.read(0, 100))))
        await file.truncate(3)
        note(`${text(await file.read(1, 100))} ${await file.size()} ${(await file.read(9, 4)).length}`)
        await file.sync()
        await file.close()
        note(await codeOf(file.read(0, 1)))
        await disk.syncDirectory('/log')
        await disk.rename('/log/1', '/log/2')
        note((await disk.list('/log')).join())
        note(JSON.stringify([await disk.stat('/log/2'), await disk.stat('/log/1')]))
        note(`${(await disk.stat('/log'))?.kind}`)
        note(await codeOf(disk.open('/log/1')))
        note(await codeOf(disk.open('/log/2', { create: true, exclusive: true })))
        note(await codeOf(disk.open('/log')))
        note(await codeOf(disk.list('/log/2')))
        note(await codeOf(disk.removeDirectory('/log')))
        note(await codeOf(disk.open('/../outside', { create: true })))
        await disk.unlink('/log/2')
        await disk.removeDirectory('/log')
        note((await disk.list('/')).join())
        env.exit(0)
      },
    }))
    expect(notes).toEqual([
      '0,3',
      JSON.stringify('onetwo\0\0end'),
      'ne 3 0',
      'EBADF',
      '2',
      JSON.stringify([{ kind: 'file', size: 3 }, null]),
      'directory',
      'ENOENT',
      'EEXIST',
      'EISDIR',
      'ENOTDIR',
      'ENOTEMPTY',
      'EINVAL',
      '',
    ])
  })
})
