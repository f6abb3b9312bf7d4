// Back-ends that get nothing new (weight 0), and those that are asked only where nobody else is left.

import { describe, expect, test } from 'vitest'

import { asking, backendAt, playOn, putList, saying, stages } from './testing/on-both.ts'
import { type Env, ms } from '../../sim/index.ts'
import { Fields } from '../http/index.ts'

const backends = { a: saying('a'), b: saying('b'), c: saying('c') }
const plain = { outliers: false, retriesMax: 0 }

async function times(env: Env, count: number, request: Parameters<typeof asking>[1] = {}): Promise<string> {
  const heard: string[] = []
  for (let time = 0; time < count; time++) heard.push((await asking(env, request)).text)
  return heard.join(', ')
}

async function cookieOf(env: Env): Promise<Fields> {
  const { headers } = await asking(env)
  return new Fields([['Cookie', headers.get('set-cookie')?.split(';')[0] ?? '']])
}

describe.each(stages)('a back-end of weight 0, %s', (_, stage) => {
  test.each(['weighted', 'round-robin', 'least-connections', 'two-choices', 'consistent-hashing'])(
    'gets nothing new by %s, and something again with another weight',
    async (balance) => {
      const list = (weight: number): readonly ReturnType<typeof backendAt>[] => [
        backendAt('a', 0, { weight }),
        backendAt('b', 1),
      ]
      const notes = await playOn(stage, {
        parameters: { ...plain, balance, hashOn: 'path', backends: list(0) },
        backends,
        client: async (env, note) => {
          const all = async (): Promise<string> => {
            const heard = new Set<string>()
            for (let key = 0; key < 20; key++)
              heard.add((await asking(env, { url: `http://lb/${key}` })).text)
            return [...heard].toSorted().join(', ')
          }
          note(await all())
          note(await putList(env, list(1)))
          note(await all())
          note(await putList(env, list(0)))
          note(await all())
        },
      })
      expect(notes).toEqual(['200 b', '200', '200 a, 200 b', '200', '200 b'])
    },
  )

  test('keeps those who stick to it by cookie, and nobody else', async () => {
    const notes = await playOn(stage, {
      parameters: { ...plain, sticky: 'cookie', balance: 'round-robin' },
      backends,
      client: async (env, note) => {
        const headers = await cookieOf(env)
        note(await putList(env, [backendAt('a', 0, { weight: 0 }), backendAt('b', 1)]))
        note(await times(env, 3, { headers }))
        note(await times(env, 3))
      },
    })
    expect(notes).toEqual(['200', '200 a, 200 a, 200 a', '200 b, 200 b, 200 b'])
  })

  test('keeps those who stick to it by their address, until it is gone', async () => {
    const notes = await playOn(stage, {
      parameters: { ...plain, sticky: 'source', balance: 'round-robin' },
      backends,
      client: async (env, note) => {
        note(await times(env, 2))
        note(await putList(env, [backendAt('a', 0, { weight: 0 }), backendAt('b', 1)]))
        note(await times(env, 2))
        note(await putList(env, [backendAt('b', 1)]))
        note(await times(env, 2))
        note(await putList(env, [backendAt('a', 0, { weight: 0 }), backendAt('b', 1)]))
        note(await times(env, 2))
      },
    })
    expect(notes).toEqual([
      '200 a, 200 a',
      '200',
      '200 a, 200 a',
      '200',
      '200 b, 200 b',
      '200',
      '200 b, 200 b',
    ])
  })

  test('is not asked though nobody else is there', async () => {
    const notes = await playOn(stage, {
      parameters: { ...plain, backends: [backendAt('a', 0, { weight: 0 })] },
      backends,
      client: async (env, note) => note(await times(env, 1)),
    })
    expect(notes).toEqual(['503 503 Service Unavailable'])
  })
})

describe.each(stages)('a backup, %s', (_, stage) => {
  const list = [backendAt('a', 0), backendAt('b', 1), backendAt('c', 2, { backup: true })]
  /** Nobody listens there. */
  const dead = [
    backendAt('a', 0, { port: 999 }),
    backendAt('b', 1, { port: 998 }),
    backendAt('c', 2, { backup: true }),
  ]

  test('is asked when all others are down, and no more when one is up', async () => {
    let isBroken = false
    const failing = () => ({ status: isBroken ? 500 : 200, headers: new Fields(), body: 'a' })
    const notes = await playOn(stage, {
      parameters: {
        ...plain,
        balance: 'round-robin',
        slowStartMs: 0,
        check: 'http',
        checkEveryMs: 50,
        checkTimeoutMs: 500,
        rise: 1,
        fall: 1,
        backends: [backendAt('a', 0), backendAt('c', 2, { backup: true })],
      },
      backends: { ...backends, a: failing },
      client: async (env, note) => {
        const until = async (wanted: string): Promise<void> => {
          for (let tries = 0; tries < 200 && (await asking(env)).text !== wanted; tries++)
            await env.sleep(ms(10))
          note(await times(env, 2))
        }
        note(await times(env, 2))
        isBroken = true
        await until('200 c')
        isBroken = false
        await until('200 a')
      },
    })
    expect(notes).toEqual(['200 a, 200 a', '200 c, 200 c', '200 a, 200 a'])
  })

  test('gets the request that all others have failed, within the retries', async () => {
    const played = (retriesMax: number): Promise<readonly string[]> =>
      playOn(stage, {
        parameters: { outliers: false, retriesMax, balance: 'round-robin', backends: dead },
        backends,
        client: async (env, note) => note(await times(env, 1)),
      })
    expect(await played(2)).toEqual(['200 c'])
    expect(await played(1)).toEqual(['502 502 Bad Gateway'])
  })

  test('comes before those that were ejected', async () => {
    const notes = await playOn(stage, {
      parameters: { outlierFailures: 1, ejectedShareMax: 1, retriesMax: 0, backends: dead },
      backends,
      client: async (env, note) => {
        note(await times(env, 3))
      },
    })
    expect(notes).toEqual(['502 502 Bad Gateway, 502 502 Bad Gateway, 200 c'])
  })

  test('becomes one of the others by another list, and is told as what it is', async () => {
    const notes = await playOn(stage, {
      parameters: { ...plain, balance: 'round-robin', backends: list },
      backends,
      client: async (env, note) => {
        note(await times(env, 3))
        const { text } = await asking(env, { url: 'http://lb:81/backends' })
        const told = JSON.parse(text.slice(4)) as readonly { name: string; backup: boolean }[]
        note(told.map(({ name, backup }) => `${name} ${backup}`).join(', '))
        note(await putList(env, [backendAt('a', 0, { backup: true }), backendAt('c', 2)]))
        note(await times(env, 2))
      },
    })
    expect(notes).toEqual(['200 a, 200 b, 200 a', 'a false, b false, c true', '200', '200 c, 200 c'])
  })
})
