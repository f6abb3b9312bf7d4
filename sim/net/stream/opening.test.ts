import { expect, test } from 'vitest'

import type { Connection, Program } from '../../env.ts'
import { ms, seconds } from '../../time.ts'
import { perfect } from '../profile.ts'
import { client, echo, noting, serve } from '../testing/stream-programs.ts'
import { idle, TestWorld } from '../testing/test-world.ts'

const links = [
  { source: 'server', target: 'client' },
  { source: 'client', target: 'server' },
]
const nothing = async (): Promise<void> => {}

/** How a connect to port 7 of a server ends, and when. */
async function connecting(
  server: Program,
  disturb: (world: TestWorld) => void = () => {},
  profile = perfect(),
): Promise<{ readonly outcome: string; readonly world: TestWorld }> {
  const failures: string[] = []
  const world = new TestWorld({ server, client: client(7, nothing, failures) }, { profile })
  disturb(world)
  await world.run()
  const [result] = world.of('connect-result')
  const outcome = `${failures.join() || 'open'} at ${(result?.at ?? -1) / 1_000_000} ms`
  return { outcome, world }
}

test('a connect takes a round trip', async () => {
  const { outcome, world } = await connecting(echo)
  expect(outcome).toBe('open at 2 ms')
  const [connect] = world.of('connect')
  expect(world.of('connect-result', 'accept').map(({ cause }) => cause)).toEqual([connect?.seq, connect?.seq])
})

test('nobody listens: refused', async () => {
  expect((await connecting(idle)).outcome).toBe('ECONNREFUSED at 2 ms')
})

test.each(['127.0.0.1', '::1', 'localhost'])(
  'listening at %s: nobody gets in but the node itself',
  async (host) => {
    const told: string[] = []
    const local: Program = async (env) => {
      env.spawn(async () => {
        for await (const connection of await env.net.listen(7, { host })) await connection.write('own')
      })
      const connection = await env.net.connect(env.name, 7)
      told.push(new TextDecoder().decode((await connection.read()) ?? undefined))
    }
    expect((await connecting(local)).outcome).toBe('ECONNREFUSED at 2 ms')
    expect(told).toEqual(['own'])
  },
)

test('listening at any other host is listening at all of the node', async () => {
  const open: Program = async (env) => {
    for await (const connection of await env.net.listen(7, { host: '0.0.0.0' })) connection.end()
  }
  expect((await connecting(open)).outcome).toBe('open at 2 ms')
})

test('the program is down: its kernel refuses, whether it stopped, exited or crashed with resets', async () => {
  const exits: Program = (env) => env.exit(0)
  expect((await connecting(exits)).outcome).toBe('ECONNREFUSED at 2 ms')
  const crashed = await connecting(echo, (world) => {
    world.at(ms(0.5), () => {
      world.machine('server').crash('reset', 'kept')
    })
  })
  expect(crashed.outcome).toBe('ECONNREFUSED at 2 ms')
})

test('the machine is down: silence until the time is over, and each attempt is a loss', async () => {
  const { outcome, world } = await connecting(echo, (each) => {
    each.at(ms(0.5), () => {
      each.machine('server').crash('silent', 'kept')
    })
  })
  expect(outcome).toBe('ETIMEDOUT at 10000 ms')
  // After 0, 1, 3 and 7 seconds.
  expect(world.losses).toEqual(['node-down', 'node-down', 'node-down', 'node-down'])
})

test('a partition that heals in time only delays a connect', async () => {
  const { outcome, world } = await connecting(echo, (each) => {
    each.at(ms(0), () => {
      each.at(seconds(2), each.network.block(links, 'in-flight', each.origin()))
    })
  })
  expect(outcome).toBe('open at 3002 ms')
  expect(world.losses).toEqual(['partition', 'partition'])
  expect(world.of('accept').length).toBe(1)
})

test('an answer that is lost is asked for again, and the server accepts only once', async () => {
  const { outcome, world } = await connecting(echo, (each) => {
    each.at(ms(0), () => {
      each.at(ms(1500), each.network.block(links.slice(0, 1), 'in-flight', each.origin()))
    })
  })
  expect(outcome).toBe('open at 3002 ms')
  expect(world.of('accept').length).toBe(1)
})

test('a client that gave up resets the stream that the server took', async () => {
  const ends: string[] = []
  const server = serve(7, async (connection) => {
    await noting(ends, async () => {
      await connection.read()
    })
  })
  const world = new TestWorld({ server, client: client(7, nothing, ends, ms(100)) })
  world.at(ms(0), () => {
    world.network.disturb(links.slice(0, 1), { kind: 'clog', factor: 1, added: ms(200) }, world.origin())
  })
  await world.run()
  expect(ends).toEqual(['ETIMEDOUT', 'ECONNRESET'])
})

test('an unknown name is not found, and a name for a node that does not exist leads nowhere', async () => {
  const failures: string[] = []
  const program: Program = async (env) => {
    await noting(failures, async () => {
      await env.net.connect('nowhere', 7)
    })
    await noting(failures, async () => {
      await env.net.connect('ghost', 7)
    })
    await env.net.connect('service', 7)
  }
  const names = new Map([
    ['ghost', 'removed-node'],
    ['service', 'server'],
  ])
  const world = new TestWorld({ server: echo, client: program }, { names })
  await world.run()
  expect(failures).toEqual(['ENOTFOUND', 'EHOSTUNREACH'])
  expect(world.of('connect').map(({ target }) => target)).toEqual(['server'])
})

test('a full backlog refuses, and accepting makes room', async () => {
  const outcomes: string[] = []
  const server: Program = async (env) => {
    const listening = await env.net.listen(7)
    await env.sleep(seconds(1))
    for (let count = 0; count < 3; count++) await listening.accept()
  }
  const user: Program = async (env) => {
    for (let count = 0; count < 4; count++) {
      await noting(outcomes, async () => {
        await env.net.connect('server', 7)
        outcomes.push('open')
      })
    }
    await env.sleep(seconds(2))
    await env.net.connect('server', 7)
    outcomes.push('open later')
  }
  await new TestWorld({ server, client: user }, { profile: perfect({ streams: { backlogMax: 2 } }) }).run()
  expect(outcomes).toEqual(['open', 'open', 'ECONNREFUSED', 'ECONNREFUSED', 'open later'])
})

test('a port has one owner, who gives it back by closing or dying', async () => {
  const outcomes: string[] = []
  const listener: Program = async (env) => {
    const server = await env.net.listen(7)
    await noting(outcomes, async () => {
      await env.net.listen(7)
    })
    server.close()
    expect(await server.accept()).toBeNull()
    await env.net.listen(7)
    await env.net.bind(7)
    outcomes.push(`incarnation ${env.incarnation} listens`)
  }
  const world = new TestWorld({ server: listener })
  world.at(seconds(1), () => {
    world.machine('server').crash('silent', 'kept')
    world.machine('server').start()
  })
  await world.run()
  expect(outcomes).toEqual(['EADDRINUSE', 'incarnation 1 listens', 'EADDRINUSE', 'incarnation 2 listens'])
})

test('a closed server resets who waited to be accepted, and keeps what was accepted', async () => {
  const ends: string[] = []
  const accepted: Connection[] = []
  const server: Program = async (env) => {
    const listening = await env.net.listen(7)
    const first = await listening.accept()
    if (first !== null) accepted.push(first)
    await env.sleep(ms(100))
    listening.close()
  }
  const user: Program = async (env) => {
    const first = await env.net.connect('server', 7)
    const second = await env.net.connect('server', 7)
    await noting(ends, async () => {
      await second.read()
    })
    await first.write('still here')
    ends.push('first goes on')
  }
  await new TestWorld({ server, client: user }).run()
  expect(ends).toEqual(['ECONNRESET', 'first goes on'])
  expect(accepted.length).toBe(1)
})

test('ports that cannot be are a mistake of the program', async () => {
  const mistakes: string[] = []
  const program: Program = (env) => {
    for (const port of [0, -1, 65_536, 1.5])
      try {
        void env.net.connect('server', port)
      } catch (error) {
        mistakes.push(String(error))
      }
  }
  await new TestWorld({ server: program }).run()
  expect(mistakes[0]).toBe('RangeError: port: got 0, wanted a whole number from 1 to 65535')
  expect(mistakes.length).toBe(4)
})
