import { describe, expect, test } from 'vitest'

import { ConnectionPool, type ConnectionPoolOptions, type Lease, serveFrames, lines } from './index.ts'
import { client, failure, heard, take } from './testing/stage.ts'
import { type Duration, type Env, ms, type Program, seconds } from '../../sim/index.ts'
import { real, simulated } from '../../sim/real/testing/both.ts'

/** Answers each line with the number of its session. */
function numbers(idleTimeout: Duration = seconds(10)): Program {
  return async (env) => {
    await serveFrames(env, {
      port: 7,
      idleTimeout,
      framing: lines(),
      handler: (_line, { session }) => `${session.id}`,
    })
  }
}

const leaseOf = (pool: ConnectionPool, timeout: Duration = seconds(2)): Promise<Lease> =>
  pool.take('server', 7, timeout)

async function ask(lease: Lease): Promise<string> {
  await lease.connection.write('x\n')
  return `${(await take(() => lease.read(), 2)).trim()}${lease.isReused ? ' again' : ''}`
}

function using(
  act: (pool: ConnectionPool, env: Env) => Promise<void>,
  options?: ConnectionPoolOptions,
): Program {
  return client((env) => act(new ConnectionPool(env, options), env))
}

describe.each([
  ['in the simulation', simulated],
  ['on real sockets', real],
])('%s', (_name, stage) => {
  test('a connection that was given back is used again, the last one first', async () => {
    const notes = await stage((note) => ({
      server: numbers(),
      client: using(async (pool) => {
        const first = await leaseOf(pool)
        note(await ask(first))
        const second = await leaseOf(pool)
        note(await ask(second))
        first.giveBack()
        second.giveBack()
        note(await ask(await leaseOf(pool)))
        note(`${pool.size} connections`)
      }),
    }))
    expect(notes).toEqual(['1', '2', '2 again', '2 connections'])
  })

  test('an idle connection is had at once, and none where there is none or as many are used as may be', async () => {
    const notes = await stage((note) => ({
      server: numbers(),
      client: using(
        async (pool) => {
          note(String(pool.takeIdle('server', 7) === null))
          const [first, second] = [await leaseOf(pool), await leaseOf(pool)]
          note(await ask(first))
          first.giveBack()
          const again = pool.takeIdle('server', 7)
          if (again !== null) note(await ask(again))
          note(String(pool.takeIdle('server', 7) === null))
          again?.giveBack()
          const third = await leaseOf(pool)
          note(`${pool.takeIdle('server', 7) === null} ${pool.size}`)
          second.giveBack()
          third.giveBack()
          note(`${pool.takeIdle('server', 8) === null} ${pool.size}`)
        },
        { perAddressMax: 2 },
      ),
    }))
    expect(notes).toEqual(['true', '1', '1 again', 'true', 'true 2', 'true 2'])
  })

  test('what was discarded is not, and giving back twice is giving back once', async () => {
    const notes = await stage((note) => ({
      server: numbers(),
      client: using(async (pool) => {
        const first = await leaseOf(pool)
        note(await ask(first))
        first.discard()
        first.giveBack()
        note(await heard(first.connection))
        note(await ask(await leaseOf(pool)))
        note(`${pool.size} connection`)
      }),
    }))
    expect(notes).toEqual(['1', '!ECONNRESET', '2', '1 connection'])
  })

  test('a connection that its server ended while it was idle is not handed out', async () => {
    const notes = await stage((note) => ({
      server: numbers(ms(150)),
      client: using(async (pool, env) => {
        const first = await leaseOf(pool)
        note(await ask(first))
        first.giveBack()
        await env.sleep(ms(400))
        note(`${pool.size} connections`)
        note(await ask(await leaseOf(pool)))
      }),
    }))
    expect(notes).toEqual(['1', '0 connections', '2'])
  })

  test('more than there may be wait for one that is given back, and no longer than they want to', async () => {
    const notes = await stage((note) => ({
      server: numbers(),
      client: using(
        async (pool, env) => {
          const first = await leaseOf(pool)
          await ask(first)
          env.timers.after(ms(200), () => {
            first.giveBack()
          })
          const waiting = leaseOf(pool)
          note(await failure(leaseOf(pool, ms(100))))
          note(await ask(await waiting))
        },
        { perAddressMax: 1 },
      ),
    }))
    expect(notes).toEqual(['timeout', '1 again'])
  })
})

test('too many who wait are refused; a connection that could not be opened makes room', async () => {
  const notes = await simulated((note) => ({
    server: numbers(),
    client: using(
      async (pool) => {
        note(await failure(pool.take('server', 8, seconds(1))))
        note(`${pool.size} connections`)
        await leaseOf(pool)
        const waiting = failure(leaseOf(pool, ms(500)))
        note(await failure(leaseOf(pool)))
        note(await waiting)
      },
      { perAddressMax: 1, waitingMax: 1 },
    ),
  }))
  expect(notes).toEqual(['ECONNREFUSED', '0 connections', 'overloaded', 'timeout'])
})

test('idle connections go after a while, beyond a number at once, and all of them when the pool is closed', async () => {
  const notes = await simulated((note) => ({
    server: numbers(),
    client: using(
      async (pool, env) => {
        const size = async () => {
          await env.sleep(ms(50))
          return `${pool.size}`
        }
        const leases = [await leaseOf(pool), await leaseOf(pool), await leaseOf(pool)]
        for (const lease of leases) lease.giveBack()
        note(await size())
        await env.sleep(seconds(1))
        note(await size())
        const held = await leaseOf(pool)
        ;(await leaseOf(pool)).giveBack()
        note(await size())
        pool.close()
        note(await size())
        held.giveBack()
        note(await size())
      },
      { idleMax: 2, idleTimeout: seconds(1) },
    ),
  }))
  expect(notes).toEqual(['2', '0', '2', '1', '0'])
})

describe('a lease that is renewed', () => {
  test('has another connection in the same place, whoever waits', async () => {
    const notes = await simulated((note) => ({
      server: numbers(),
      client: using(
        async (pool) => {
          ;(await leaseOf(pool)).giveBack()
          const first = await leaseOf(pool)
          note(await ask(first))
          const waiting = leaseOf(pool)
          const second = await first.renew(seconds(1))
          first.giveBack()
          note(await heard(first.connection))
          note(await ask(second))
          second.giveBack()
          note(await ask(await waiting))
          note(await failure(second.renew(seconds(1))))
        },
        { perAddressMax: 1 },
      ),
    }))
    expect(notes).toEqual([
      '1 again',
      '!ECONNRESET',
      '2',
      '2 again',
      'Error: a lease that is over, and was to be renewed',
    ])
  })

  test('is over where that fails, and makes room', async () => {
    const notes = await simulated((note) => ({
      server: async (env) => {
        const server = await env.net.listen(7)
        for (let count = 0; count < 2; count++) void (await server.accept())
        server.close()
      },
      client: using(
        async (pool) => {
          const [first, second] = [await leaseOf(pool), await leaseOf(pool)]
          second.giveBack()
          note(`${pool.size} connections`)
          note(await failure(first.renew(seconds(1))))
          note(`${pool.size} connections`)
        },
        { perAddressMax: 2 },
      ),
    }))
    expect(notes).toEqual(['2 connections', 'ECONNREFUSED', '1 connections'])
  })
})

test('who waits may withdraw, and makes room in the row', async () => {
  const notes = await simulated((note) => ({
    server: numbers(),
    client: using(
      async (pool) => {
        const first = await leaseOf(pool)
        let withdraw = (): void => undefined
        const waiting = failure(
          pool.take('server', 7, seconds(2), (how) => {
            withdraw = how
          }),
        )
        note(await failure(leaseOf(pool)))
        withdraw()
        note(await waiting)
        const next = leaseOf(pool)
        withdraw()
        first.giveBack()
        note(await ask(await next))
      },
      { perAddressMax: 1, waitingMax: 1 },
    ),
  }))
  expect(notes).toEqual(['overloaded', 'withdrawn', '1 again'])
})
