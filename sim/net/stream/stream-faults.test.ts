import * as fc from 'fast-check'
import { expect, test } from 'vitest'

import type { Program } from '../../env.ts'
import type { LinkDisturbance } from '../../faults/index.ts'
import { type Duration, ms, seconds } from '../../time.ts'
import { lan, perfect } from '../profile.ts'
import { client, echo, noting, readAll, serve } from '../testing/stream-programs.ts'
import { TestWorld } from '../testing/test-world.ts'

const there = [{ source: 'client', target: 'server' }]
const back = [{ source: 'server', target: 'client' }]

interface Ends {
  readonly server: string[]
  readonly client: string[]
  readonly world: TestWorld
}

/** Both sides write a word after 10 ms and then read for ever; how does each end, after something happens at 100 ms? */
async function endsAfter(happens: (world: TestWorld) => void): Promise<Ends> {
  const ends: { readonly server: string[]; readonly client: string[] } = { server: [], client: [] }
  const talk = (who: 'server' | 'client'): Parameters<typeof client>[1] => {
    return async (connection, env) => {
      await noting(ends[who], async () => {
        await env.sleep(ms(10))
        await connection.write('word')
        for await (const chunk of connection) ends[who].push(`read ${chunk.length}`)
        ends[who].push('end')
      })
    }
  }
  const world = new TestWorld({ server: serve(7, talk('server')), client: client(7, talk('client')) })
  world.at(ms(100), () => {
    happens(world)
  })
  await world.run(seconds(120))
  return { ...ends, world }
}

test('a crash with resets is seen at once', async () => {
  const ends = await endsAfter((world) => {
    world.machine('server').crash('reset', 'kept')
  })
  expect(ends.client).toEqual(['read 4', 'ECONNRESET'])
  const [reset] = ends.world.of('stream-reset')
  expect(ends.world.events[(reset?.cause ?? 0) - 1]?.kind).toBe('crash')
  expect(reset?.at).toBe(ms(101))
})

test('a silent crash is not seen by who only listens', async () => {
  const ends = await endsAfter((world) => {
    world.machine('server').crash('silent', 'kept')
  })
  expect(ends.client).toEqual(['read 4'])
})

test('a silent crash is seen by who writes: after a long time, or by a reset once the machine is back', async () => {
  const outcome = async (isBack: boolean): Promise<readonly string[]> => {
    const ends: string[] = []
    const user = client(
      7,
      async (connection, env) => {
        await env.sleep(ms(200))
        await connection.write('anybody?')
        await connection.read()
      },
      ends,
    )
    const world = new TestWorld({ server: echo, client: user })
    world.at(ms(100), () => {
      world.machine('server').crash('silent', 'kept')
    })
    if (isBack)
      world.at(seconds(5), () => {
        world.machine('server').start()
      })
    await world.run(seconds(120))
    const [reset] = world.of('stream-reset')
    return [...ends, reset?.why ?? '', String(Math.round((reset?.at ?? 0) / seconds(1)))]
  }
  expect(await outcome(false)).toEqual(['ETIMEDOUT', 'timeout', '30'])
  expect(await outcome(true)).toEqual(['ECONNRESET', 'peer', '6'])
})

test('a program that stops or exits closes its streams in good order', async () => {
  const stopped = await endsAfter((world) => {
    world.machine('server').stop(seconds(1))
  })
  expect(stopped.client).toEqual(['read 4', 'end'])
  const exited = await endsAfter((world) => {
    world.machine('server').exit(0)
  })
  expect(exited.client).toEqual(['read 4', 'end'])
  const failed = await endsAfter((world) => {
    world.machine('server').exit(1)
  })
  expect(failed.client).toEqual(['read 4', 'ECONNRESET'])
})

test('what a program wrote before it stopped still arrives', async () => {
  const heard: string[] = []
  const server = serve(7, async (connection, env) => {
    void connection.write('x'.repeat(200_000))
    env.exit(0)
  })
  const user = client(7, async (connection) => {
    heard.push(await readAll(connection))
  })
  await new TestWorld({ server, client: user }).run()
  expect(heard[0]?.length).toBe(200_000)
})

test('a program that leaves something unread resets when it stops', async () => {
  const ends: string[] = []
  const server = serve(7, async (_connection, env) => {
    await env.sleep(ms(100))
    env.exit(0)
  })
  const user = client(
    7,
    async (connection) => {
      await connection.write('unread')
      await connection.read()
    },
    ends,
  )
  await new TestWorld({ server, client: user }).run()
  expect(ends).toEqual(['ECONNRESET'])
})

test('who writes to a program that has stopped is reset, and the bytes are a loss', async () => {
  const ends: string[] = []
  const user = client(
    7,
    async (connection, env) => {
      await env.sleep(seconds(1))
      await connection.write('too late')
      await env.sleep(seconds(1))
      await connection.write('much too late')
    },
    ends,
  )
  const world = new TestWorld({ server: echo, client: user })
  world.at(ms(500), () => {
    world.machine('server').exit(0)
  })
  await world.run()
  expect(ends).toEqual(['ECONNRESET'])
  expect(world.losses).toEqual(['node-down'])
})

test('promises of a dead incarnation never settle', async () => {
  const settled: string[] = []
  const user: Program = async (env) => {
    const connection = await env.net.connect('server', 7)
    const note = (what: string) => (): void => {
      settled.push(what)
    }
    connection.read().then(note('read'), note('read'))
    connection.write('x'.repeat(500_000)).then(note('write'), note('write'))
    env.net.connect('server', 7).then(note('connect'), note('connect'))
    env.net.resolve('server').then(note('resolve'), note('resolve'))
  }
  const world = new TestWorld({ server: echo, client: user })
  world.at(ms(2.5), () => {
    world.machine('client').crash('silent', 'kept')
  })
  await world.run()
  expect(settled).toEqual([])
})

test('a damaged segment resets the stream', async () => {
  const ends = await endsAfter(() => {})
  expect(ends.client).toEqual(['read 4'])
  const failures: string[] = []
  const server = serve(7, async (connection) => {
    await noting(failures, async () => {
      await connection.read()
    })
  })
  const user = client(
    7,
    async (connection, env) => {
      await env.sleep(ms(50))
      await connection.write('precious')
      await connection.read()
    },
    failures,
  )
  const world = new TestWorld({ server, client: user })
  world.at(ms(20), () => {
    world.network.disturb(there, { kind: 'corruption', ratio: 1 }, world.origin())
  })
  await world.run()
  expect(failures).toEqual(['ECONNRESET', 'ECONNRESET'])
  expect(world.of('stream-reset').map(({ node, why }) => `${node} ${why}`)).toEqual([
    'server corruption',
    'client peer',
  ])
  expect(world.losses).toEqual(['corruption'])
})

test('a partition that heals only delays, by ever longer waits; one that lasts breaks the stream', async () => {
  const arrival = async (length: Duration): Promise<string> => {
    const ends: string[] = []
    const server = serve(7, async (connection, env) => {
      await noting(ends, async () => {
        await connection.read()
        ends.push(`read at ${Math.round(env.clock.monotonic() / 1_000_000)}`)
      })
    })
    const user = client(
      7,
      async (connection, env) => {
        await env.sleep(ms(98))
        await connection.write('word')
        await connection.read()
      },
      ends,
    )
    const world = new TestWorld({ server, client: user })
    world.at(ms(50), () => {
      world.at((ms(50) + length) as Duration, world.network.block(there, 'in-flight', world.origin()))
    })
    await world.run()
    expect(world.losses.every((why) => why === 'partition')).toBe(true)
    return ends.join()
  }
  // Sent at 100 ms, again after 200, 400, 800 … ms.
  expect(await arrival(ms(100))).toBe('read at 301')
  expect(await arrival(seconds(1))).toBe('read at 1501')
  expect(await arrival(seconds(10))).toBe('read at 12701')
  expect(await arrival(seconds(50))).toBe('ETIMEDOUT')
})

test('a whole window that was lost is sent again at the pace of acknowledgements, not of time-outs', async () => {
  let done = 0
  const server = serve(7, async (connection, env) => {
    await readAll(connection)
    done = env.clock.monotonic()
  })
  const user = client(7, async (connection, env) => {
    await env.sleep(ms(100))
    await connection.write('x'.repeat(60_000))
    connection.end()
  })
  const profile = perfect({ streams: { segmentMax: 1000, splitRatio: 0 } })
  const world = new TestWorld({ server, client: user }, { profile })
  world.at(ms(50), () => {
    world.at(ms(150), world.network.block(there, 'in-flight', world.origin()))
  })
  await world.run()
  expect(world.losses.length).toBe(61)
  // Sent at 102 ms, again from 302 ms on: 61 round trips of 2 ms.
  expect(done).toBe(ms(302 + 60 * 2 + 1))
})

test('a one-way partition starves the acknowledgements, and so breaks the stream too', async () => {
  const heard: string[] = []
  const failures: string[] = []
  const server = serve(7, async (connection) => {
    for await (const chunk of connection) heard.push(new TextDecoder().decode(chunk))
  })
  const user = client(
    7,
    async (connection, env) => {
      await env.sleep(ms(100))
      await connection.write('word')
      await connection.read()
    },
    failures,
  )
  const world = new TestWorld({ server, client: user })
  world.at(ms(50), () => {
    world.network.block(back, 'later', world.origin())
  })
  await world.run()
  expect(heard).toEqual(['word'])
  expect(failures).toEqual(['ETIMEDOUT'])
})

test('a lost word that the window is open again is asked for', async () => {
  let read = 0
  const server = serve(7, async (connection, env) => {
    await env.sleep(seconds(1))
    for await (const chunk of connection) read += chunk.length
  })
  const user = client(7, async (connection) => {
    for (let count = 0; count < 50; count++) await connection.write('x'.repeat(100))
    connection.end()
  })
  const profile = perfect({ streams: { window: 1000 } })
  const world = new TestWorld({ server, client: user }, { profile })
  world.at(ms(900), () => {
    world.at(ms(1100), world.network.block(back, 'in-flight', world.origin()))
  })
  await world.run()
  expect(read).toBe(5000)
  expect(world.losses).toContain('partition')
})

const troubles: fc.Arbitrary<LinkDisturbance> = fc.oneof(
  fc.record({ kind: fc.constant('loss' as const), ratio: fc.constantFrom(0.05, 0.3, 1) }),
  fc.record({ kind: fc.constant('duplication' as const), ratio: fc.constantFrom(0.3, 1) }),
  fc.record({
    kind: fc.constant('reordering' as const),
    ratio: fc.constantFrom(0.3, 1),
    window: fc.constant(ms(30)),
  }),
  fc.constant<LinkDisturbance>({ kind: 'hold' }),
  fc.constant<LinkDisturbance>({ kind: 'clog', factor: 20, added: ms(100) }),
  fc.record({
    kind: fc.constant('bandwidth' as const),
    bytesPerSecond: fc.constantFrom(2_000, 100_000),
    queue: fc.constantFrom(0, 5_000),
  }),
)

test('bytes arrive in order and complete under anything that heals', async () => {
  const trouble = fc.record({
    disturbance: fc.option(troubles),
    from: fc.nat(500),
    for: fc.integer({ min: 1, max: 3000 }),
    direction: fc.constantFrom('there', 'back', 'both'),
  })
  const reasons = new Set<string>()
  await fc.assert(
    fc.asyncProperty(
      fc.nat(),
      fc.array(fc.integer({ min: 1, max: 9000 }), { maxLength: 20 }),
      fc.array(trouble, { maxLength: 6 }),
      fc.constantFrom(500, 65_536),
      async (seed, sizes, plan, window) => {
        const sent: Uint8Array[] = []
        const heard: Uint8Array[] = []
        const user = client(7, async (connection, env) => {
          env.spawn(async () => {
            for await (const chunk of connection) heard.push(chunk)
          })
          for (const size of sizes) {
            const bytes = env.random.bytes(size)
            sent.push(bytes)
            await connection.write(bytes)
            if (env.random.boolean(0.3)) await env.sleep(ms(env.random.int(0, 100)))
          }
          connection.end()
        })
        const world = new TestWorld(
          { server: echo, client: user },
          { seed, profile: lan({ streams: { window } }) },
        )
        for (const { disturbance, from, for: length, direction } of plan)
          world.at(ms(from), () => {
            const links = direction === 'there' ? there : direction === 'back' ? back : [...there, ...back]
            const release =
              disturbance === null
                ? world.network.block(links, 'in-flight', world.origin())
                : world.network.disturb(links, disturbance, world.origin())
            world.at(ms(from + length), release)
          })
        await world.run(seconds(300))
        expect(Buffer.concat(heard).equals(Buffer.concat(sent))).toBe(true)
        expect(world.of('stream-ended').length).toBe(2)
        expect(world.of('stream-reset', 'exit')).toEqual([])
        expect(world.causalProblems).toEqual([])
        for (const why of world.losses) reasons.add(why)
      },
    ),
    { numRuns: 60, seed: 7 },
  )
  expect([...reasons].sort()).toEqual(['loss', 'partition', 'queue-full'])
}, 60_000)
