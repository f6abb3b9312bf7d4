// A back-end that takes requests and answers none is found out though no client waits for the balancer's time-out; one that answers
// is not blamed for who is impatient.

import { expect, test } from 'vitest'

import { httpBackend, play, telling } from '../testing/play.ts'
import {
  at,
  type DataRecord,
  type Duration,
  type Env,
  type Fault,
  ms,
  type Program,
  seconds,
} from '../../../sim/index.ts'
import { Fields, HttpClient } from '../../http/index.ts'

/** Takes connections and requests, and says nothing. */
const silent: Program = async (env) => {
  for await (const connection of await env.net.listen(80))
    env.spawn(async () => {
      for (;;) if ((await connection.read().catch(() => null)) === null) return
    })
}

/** Answers `/slow` after a minute, and anything else at once. */
const slowInParts: Program = async (env) => {
  await httpBackend(async ({ target }) => {
    if (target === '/slow') await env.sleep(seconds(60))
    return { status: 200, headers: new Fields(), body: env.name }
  })(env)
}

/** Asks so often, and leaves each time after a while. */
async function ask(
  env: Env,
  { target = '/', times, patience }: { target?: string; times: number; patience: Duration },
): Promise<void> {
  const client = new HttpClient(env, { retriesMax: 0, pool: { idleMax: 0 } })
  for (let time = 0; time < times; time++) {
    const request = { url: `http://lb${target}`, timeout: patience }
    await client.request(request).then(
      (response) => response.text(),
      () => 'left',
    )
  }
}

/** What a balancer in front of two back-ends says of the first of them, `a`. */
async function told(
  a: Program,
  client: (env: Env) => Promise<void>,
  { parameters = {}, faults = [] }: { parameters?: DataRecord; faults?: readonly Fault[] } = {},
): Promise<readonly string[]> {
  const { probes } = await play({
    backends: { a, b: telling },
    parameters: { balance: 'round-robin', ejectedShareMax: 1, responseTimeoutMs: 5000, ...parameters },
    client,
    faults,
    length: 60,
  })
  return probes.filter((probe) => probe.includes('"name":"a"')).slice(0, 1)
}
const ejected = ['lb.backend {"name":"a","state":"ejected","why":"failures"}']

test('a back-end that answers nobody is left out though all clients leave before the time-out', async () => {
  const client = (env: Env): Promise<void> => ask(env, { times: 20, patience: seconds(1) })
  expect(await told(silent, client)).toEqual(ejected)
  expect(await told(silent, client, { parameters: { silentAfterMs: 0 } })).toEqual([])
  expect(await told(silent, client, { parameters: { silentAfterMs: 2000 } })).toEqual([])
})

test('who leaves too soon says nothing of a back-end', async () => {
  expect(await told(silent, (env) => ask(env, { times: 100, patience: ms(400) }))).toEqual([])
})

test('impatience with a back-end that answers others does not hurt it', async () => {
  const alone = (env: Env): Promise<void> => ask(env, { target: '/slow', times: 20, patience: seconds(1) })
  expect(await told(slowInParts, alone)).toEqual(ejected)
  const among = async (env: Env): Promise<void> => {
    env.spawn(() => ask(env, { times: 40, patience: seconds(1) }))
    env.timers.every(ms(100), () => ask(env, { times: 2, patience: seconds(1) }))
    await alone(env)
  }
  expect(await told(slowInParts, among)).toEqual([])
})

test('a client that leaves does not make up for a failure before', async () => {
  const client = async (env: Env): Promise<void> => {
    for (let time = 0; time < 3; time++) {
      // Each second request is the other back-end's.
      await ask(env, { times: 2, patience: seconds(9) })
      await ask(env, { times: 2, patience: ms(100) })
    }
  }
  const parameters = { outlierFailures: 3, retriesMax: 0 }
  expect(await told(silent, client, { parameters })).toEqual(ejected)
  expect(await told(silent, client, { parameters: { ...parameters, outlierFailures: 4 } })).toEqual([])
})

test('a connection that nobody takes counts though its client has left', async () => {
  const client = (env: Env): Promise<void> => ask(env, { times: 20, patience: ms(500) })
  const parameters = { connectTimeoutMs: 1000, retriesMax: 0 }
  const shape = { kind: 'split', groups: [['a'], ['b', 'lb', 'client']] } as const
  const faults = [{ kind: 'partition', cuts: 'in-flight', shape, at: at(ms(500)), for: seconds(30) }] as const
  expect(await told(silent, client, { parameters, faults })).toEqual(ejected)
})
