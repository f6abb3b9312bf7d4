import { describe, expect, test } from 'vitest'

import { serveSockets, type SocketServer, type SocketServerOptions } from './index.ts'
import type { Session } from './session.ts'
import { client, failure, heard, open, take } from './testing/stage.ts'
import { type Env, ms, type NetError, type Program } from '../../sim/index.ts'
import { real, simulated } from '../../sim/real/testing/both.ts'

/** A server on port 7 that stops a while after a client told it to. */
function server(
  options: Omit<SocketServerOptions, 'port'>,
  serve: (session: Session, env: Env) => Promise<void>,
  watch: (server: SocketServer, env: Env) => void = () => undefined,
): Program {
  return async (env) => {
    watch(await serveSockets(env, { port: 7, ...options }, (session) => serve(session, env)), env)
  }
}

async function echo(session: Session): Promise<void> {
  for (;;) {
    const bytes = await session.read()
    if (bytes === null) return
    await session.connection.write(bytes)
  }
}

describe.each([
  ['in the simulation', simulated],
  ['on real sockets', real],
])('%s', (_name, stage) => {
  test('many connections are served at once', async () => {
    const notes = await stage((note) => ({
      server: server({}, echo),
      client: client(async (env) => {
        const all = await Promise.all(Array.from({ length: 40 }, () => open(env)))
        const said = await Promise.all(
          all.map(async (connection, index) => {
            await connection.write(`hello ${index}`)
            connection.end()
            return heard(connection)
          }),
        )
        note(said.join(' '))
      }),
    }))
    expect(notes).toEqual([Array.from({ length: 40 }, (_, index) => `hello ${index}.`).join(' ')])
  })

  test('one connection too many hears why and is ended, and there is room again when another has gone', async () => {
    const counts: string[] = []
    const notes = await stage((note) => ({
      server: server(
        { connectionsMax: 1, refuse: (connection) => connection.write('too many') },
        echo,
        (all, env) => {
          env.timers.after(ms(600), () => {
            counts.push(`${all.accepted} accepted, ${all.refused} refused, ${all.sessions} now`)
          })
        },
      ),
      client: client(async (env) => {
        const first = await open(env)
        await first.write('a')
        await take(() => first.read(), 1)
        note(await heard(await open(env)))
        first.end()
        note(await heard(first))
        await env.sleep(ms(100))
        const third = await open(env)
        await third.write('c')
        third.end()
        note(await heard(third))
        await env.sleep(ms(800))
      }),
    }))
    expect(notes).toEqual(['too many.', '.', 'c.'])
    expect(counts).toEqual(['2 accepted, 1 refused, 0 now'])
  })

  test('a refusal that fails resets its connection only, and says why', async () => {
    const notes = await stage((note) => ({
      server: server(
        {
          connectionsMax: 1,
          refuse: () => {
            throw new TypeError('no words')
          },
        },
        echo,
        (_, env) => {
          const { warn } = env.log
          Object.assign(env.log, {
            warn: (text: string, fields: { readonly error: string; readonly stack: string }) => {
              note(`${text}: ${fields.error}, ${fields.stack.includes('socket-server.test.ts')}`)
              warn(text, fields)
            },
          })
        },
      ),
      client: client(async (env) => {
        const first = await open(env)
        await first.write('a')
        await take(() => first.read(), 1)
        // On real sockets the reset may come before the connection is known to be there.
        note(await open(env).then(heard, (error: NetError) => `!${error.code}`))
        await first.write('b')
        note(await take(() => first.read(), 1))
        first.end()
      }),
    }))
    expect(notes).toEqual(['a refusal failed: TypeError: no words, true', '!ECONNRESET', 'b'])
  })

  test('a session that reads nothing for too long is told so, and may speak a last word', async () => {
    const notes = await stage((note) => ({
      server: server({ idleTimeout: ms(200) }, async (session) => {
        await echo(session)
        await session.connection.write(`ended by ${String(session.endedBy)}`)
      }),
      client: client(async (env) => {
        const connection = await open(env)
        for (let i = 0; i < 3; i++) {
          await connection.write(`${i}`)
          await env.sleep(ms(120))
        }
        note(await heard(connection))
      }),
    }))
    expect(notes).toEqual(['012ended by idle.'])
  })

  test('a session that fails is reset, and others go on', async () => {
    const notes = await stage((note) => ({
      server: server({}, async (session) => {
        if ((await take(() => session.read(), 4)) === 'fail') throw new Error('failed')
        await session.connection.write('fine')
      }),
      client: client(async (env) => {
        const [bad, good] = [await open(env), await open(env)]
        await bad.write('fail')
        note(await heard(bad))
        await good.write('pass')
        note(await heard(good))
      }),
    }))
    expect(notes).toEqual(['!ECONNRESET', 'fine.'])
  })

  test('a server that drains refuses connections, lets begun work finish, and resets what does not end', async () => {
    const notes = await stage((note) => ({
      server: server(
        { drainTimeout: ms(400) },
        async (session) => {
          const begun = await take(() => session.read(), 5)
          if (begun === '.') {
            await session.connection.write(`goodbye, ${String(session.endedBy)}`)
            return
          }
          await session.connection.write(`${begun}${await take(() => session.readOn(), 5)}`)
          if (begun === 'stuck') await new Promise(() => undefined)
        },
        (all, env) => {
          env.timers.after(ms(300), () => all.drain())
        },
      ),
      client: client(async (env) => {
        const [between, within, stuck] = [await open(env), await open(env), await open(env)]
        await within.write('half ')
        await stuck.write('stuck')
        await env.sleep(ms(350))
        note(await failure(open(env)))
        await within.write('whole')
        await stuck.write('again')
        note((await Promise.all([between, within, stuck].map(heard))).join(' '))
      }),
    }))
    expect(notes).toEqual(['ECONNREFUSED', 'goodbye, draining. half whole. stuckagain!ECONNRESET'])
  })

  test('peers that say nothing and do not end their side do not hold a server that drains', async () => {
    const notes = await stage((note) => ({
      server: server(
        {},
        async (session) => {
          // The first one is done before the server drains, the other one is idle then.
          if (session.id === 1) await session.connection.write('bye')
          else await session.read()
        },
        (all, env) => {
          env.timers.after(ms(300), async () => {
            const begun = env.clock.monotonic()
            await all.drain()
            const tookMs = (env.clock.monotonic() - begun) / 1e6
            note(tookMs >= 190 && tookMs < 600 ? 'soon' : `after ${tookMs} ms`)
          })
        },
      ),
      client: client(async (env) => {
        const first = await open(env)
        note(await take(() => first.read(), 4))
        await open(env)
        await env.sleep(ms(1200))
      }),
    }))
    expect(notes).toEqual(['bye.', 'soon'])
  })

  test('bytes that come as a reader is sent away are read by the next', async () => {
    const notes = await stage((note) => ({
      server: server({ idleTimeout: ms(100) }, async (session) => {
        note((await session.read()) === null ? String(session.endedBy) : 'early')
        session.setIdleTimeout(null)
        note(await take(() => session.read(), 5))
        note(await take(() => session.read(), 5))
      }),
      client: client(async (env) => {
        const connection = await open(env)
        await env.sleep(ms(150))
        await connection.write('hello')
        connection.end()
        await heard(connection)
      }),
    }))
    expect(notes).toEqual(['idle', 'hello', '.'])
  })

  test('a peer that never ends its side is reset in the end', async () => {
    const notes = await stage((note) => ({
      server: server({}, async (session) => {
        await session.read()
        await session.connection.write('bye')
      }),
      client: client(async (env) => {
        const connection = await open(env)
        await connection.write('x')
        note(await take(() => connection.read(), 4))
        await env.sleep(ms(1500))
        // The first write may still find nothing wrong.
        const after = await connection
          .write('y')
          .then(() => env.sleep(ms(100)))
          .then(() => connection.write('z'))
          .catch((error: unknown) => (error as { readonly code: string }).code)
        note(String(after))
      }),
    }))
    expect(notes[0]).toBe('bye.')
    expect(['ECONNRESET', 'EPIPE']).toContain(notes[1])
  })
})
