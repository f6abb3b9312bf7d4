// Layers around calls, on a simulated node: what they refuse, what they hold, and what they publish.

import { expect, test } from 'vitest'

import {
  AimdLimit,
  breakerLayer,
  bulkheadLayer,
  type Call,
  type CallContext,
  concurrencyLayer,
  ControlledDelay,
  deadlineIn,
  deadlineLayer,
  deadlineSignal,
  type Layer,
  policy,
  PriorityShedder,
  rateLayer,
  RefusedError,
  RetryBudget,
  retryLayer,
  callStart,
} from './index.ts'
import { onNode } from './testing/on-node.ts'
import { type Duration, type Env, ms, NetError, seconds } from '../../sim/index.ts'

const backoff = { jitter: 'none', base: ms(10), max: ms(100) } as const

/** How a call ended, and when. */
async function ended(env: Env, call: Promise<unknown>): Promise<string> {
  const how = await call.then(String, (error: unknown) =>
    error instanceof RefusedError ? `refused by ${error.by}` : String(error),
  )
  return `${how} at ${env.clock.monotonic() / ms(1)}`
}

/** What a program on one node returns. */
async function told<T>(program: (env: Env) => Promise<T>) {
  let returned: T | null = null
  const { result, probes } = await onNode(async (env) => {
    returned = await program(env)
  })
  expect(result.outcome).toEqual({ kind: 'passed' })
  return { returned: returned as T | null, probes }
}

const takes =
  (env: Env, work: number): Call<string> =>
  async () => {
    await env.sleep(ms(work))
    return 'done'
  }

test('a layer with an option that is none is refused when it is made, not at its first call', async () => {
  const retry = { name: 'store', attemptsMax: 3, backoff, budget: null }
  const rate = { name: 'store', every: ms(1), burst: 1 }
  await told(async (env) => {
    expect(() => retryLayer(env, { ...retry, attemptsMax: 0 })).toThrow('attemptsMax: got 0')
    expect(() => retryLayer(env, { ...retry, backoff: { base: ms(2), max: ms(1) } })).toThrow(
      'max: got 1000000',
    )
    expect(() => rateLayer(env, { ...rate, waitMax: Number.NaN as Duration })).toThrow('waitMax: got NaN')
  })
})

test('layers stand in the order in which they are named, the outermost first', async () => {
  const seen: string[] = []
  const noting =
    (name: string): Layer =>
    (call) =>
    async (context) => {
      seen.push(name)
      return call(context)
    }
  const start: CallContext = { deadline: null, signal: new AbortController().signal, attempt: 1 }
  await policy(noting('a'), policy(noting('b'), noting('c')))(async () => seen.push('call'))(start)
  expect(seen).toEqual(['a', 'b', 'c', 'call'])
})

test('a deadline ends a call, aborts what is inside, and is never moved by a layer inside', async () => {
  const { returned, probes } = await told(async (env) => {
    const heard: string[] = []
    const guarded = policy(
      deadlineLayer(env, { name: 'outer', timeout: ms(30) }),
      deadlineLayer(env, { name: 'inner', timeout: ms(50) }),
    )
    const call = guarded(async ({ deadline, signal }) => {
      heard.push(`until ${(deadline?.at ?? 0) / ms(1)}`)
      signal.addEventListener('abort', () => heard.push(`aborted at ${env.clock.monotonic() / ms(1)}`))
      await env.sleep(ms(40))
      return 'done'
    })
    return [
      await ended(env, call(callStart)),
      await ended(env, call({ ...callStart, deadline: { at: env.clock.monotonic() } })),
      await ended(env, guarded(takes(env, 5))(callStart)),
      ...heard,
    ]
  })
  expect(returned).toEqual([
    'refused by deadline at 30',
    'refused by deadline at 30',
    'done at 35',
    'until 30',
    'aborted at 30',
  ])
  expect(probes.map(([, name]) => name)).toEqual(expect.arrayContaining(['refused']))
})

test('a deadline lets go of its timer and of its parent', async () => {
  const { returned } = await told(async (env) => {
    const parent = new AbortController()
    const reason = (): Error => new Error('late')
    const deadline = deadlineIn(env.clock.monotonic(), ms(5))
    const [first, second] = [
      deadlineSignal(env, { deadline, parent: parent.signal, reason }),
      deadlineSignal(env, { deadline, parent: parent.signal, reason }),
    ]
    first.release()
    parent.abort(new Error('gone'))
    await env.sleep(ms(10))
    return [first.signal.aborted, String(second.signal.reason)]
  })
  expect(returned).toEqual([false, 'Error: gone'])
})

test('a call is made again as its back-off, attempts and budget say', async () => {
  const { returned, probes } = await told(async (env) => {
    const budget = new RetryBudget({ ratio: 0, perSecondMin: 0.3 })
    const guarded = retryLayer(env, { name: 'store', attemptsMax: 3, backoff, budget })
    let failing = 2
    const call = guarded(async ({ attempt }) => {
      if (failing-- > 0) throw new NetError('ECONNRESET', 'gone')
      return `attempt ${attempt}`
    })
    const first = await ended(env, call(callStart))
    failing = 5
    return [first, await ended(env, call(callStart))]
  })
  expect(returned).toEqual(['attempt 3 at 30', 'NetError: ECONNRESET: gone at 40'])
  expect(probes).toEqual([
    [0, 'retry', { name: 'store', attempt: 2, wait: ms(10) }],
    [10, 'retry', { name: 'store', attempt: 3, wait: ms(20) }],
    [30, 'retry', { name: 'store', attempt: 2, wait: ms(10) }],
    [40, 'give-up', { name: 'store', reason: 'budget' }],
  ])
})

test('each attempt may have a time of its own, within that of the whole', async () => {
  const { returned } = await told(async (env) => {
    let calls = 0
    const call = policy(
      deadlineLayer(env, { name: 'whole', timeout: ms(100) }),
      retryLayer(env, { name: 'store', attemptsMax: 9, backoff, budget: null }),
      deadlineLayer(env, { name: 'attempt', timeout: ms(20) }),
    )(async () => {
      calls++
      return takes(env, 1000)({ ...callStart })
    })
    return [await ended(env, call(callStart)), calls]
  })
  // 20, and 10 of waiting; 20, and 20; the third attempt ends at 90, and the next would come after the end.
  expect(returned).toEqual(['refused by deadline at 90', 3])
})

test('a breaker stops calls and lets probes through', async () => {
  const { returned, probes } = await told(async (env) => {
    const guarded = breakerLayer(env, {
      name: 'store',
      window: { kind: 'count', calls: 2 },
      openFor: ms(50),
      probes: 1,
    })
    let isBroken = true
    const call = guarded(async () => {
      if (isBroken) throw new Error('broken')
      return 'done'
    })
    const told: string[] = []
    for (let count = 0; count < 3; count++) told.push(await ended(env, call(callStart)))
    isBroken = false
    await env.sleep(ms(50))
    told.push(await ended(env, call(callStart)))
    return told
  })
  expect(returned).toEqual([
    'Error: broken at 0',
    'Error: broken at 0',
    'refused by breaker at 0',
    'done at 50',
  ])
  expect(probes).toEqual([
    [0, 'breaker', { name: 'store', state: 'open' }],
    [0, 'refused', { name: 'store', by: 'breaker' }],
    [50, 'breaker', { name: 'store', state: 'half-open' }],
    [50, 'breaker', { name: 'store', state: 'closed' }],
  ])
})

test('a bulkhead lets calls wait in line, for so long, and lets go of one that is aborted', async () => {
  const { returned } = await told(async (env) => {
    const guarded = bulkheadLayer(env, { name: 'store', concurrencyMax: 1, queueMax: 3, waitMax: ms(25) })
    const leaving = new AbortController()
    const call = guarded(takes(env, 20))
    const start = callStart
    const calls = [start, { ...start, signal: leaving.signal }, start, start, start].map(async (context) =>
      ended(env, call(context)),
    )
    env.timers.after(ms(10), () => leaving.abort(new Error('left')))
    const all = await Promise.all(calls)
    return [
      ...all,
      await ended(env, call({ ...start, signal: leaving.signal })),
      await ended(env, call(start)),
    ]
  })
  expect(returned).toEqual([
    'done at 20',
    'Error: left at 10',
    'done at 40',
    'refused by bulkhead-wait at 25',
    'refused by bulkhead at 0',
    'Error: left at 40',
    'done at 60',
  ])
})

test('a bulkhead with a control sheds those that waited for too long, once no wait is short', async () => {
  const { returned, probes } = await told(async (env) => {
    const control = new ControlledDelay({ target: ms(5), interval: ms(50) })
    const guarded = bulkheadLayer(env, { name: 'store', concurrencyMax: 1, queueMax: 100, control })
    const call = guarded(takes(env, 10))
    const calls: Promise<string>[] = []
    for (let count = 0; count < 40; count++) {
      calls.push(ended(env, call(callStart)))
      await env.sleep(ms(5))
    }
    const all = await Promise.all(calls)
    const { isOverloaded } = control
    await env.sleep(ms(100))
    return { all, isOverloaded, later: await ended(env, call(callStart)) }
  })
  const shed = returned?.all.filter((text) => text.startsWith('refused by shed')) ?? []
  const done = returned?.all.filter((text) => text.startsWith('done')) ?? []
  expect([shed.length + done.length, shed.length > 5, returned?.isOverloaded]).toEqual([40, true, true])
  // As busy as it can be: one each 10 ms, until the last that came.
  expect(done.length).toBeGreaterThanOrEqual(20)
  expect(returned?.later).toMatch(/^done/)
  expect(probes.filter(([, name]) => name === 'refused')).toHaveLength(shed.length)
})

test('a bulkhead with a shedder refuses what matters least, once calls wait for too long', async () => {
  const { returned } = await told(async (env) => {
    const shedder = new PriorityShedder({ priorities: 3, target: ms(20), window: ms(50), decrease: 0.5 })
    const guarded = bulkheadLayer(env, { name: 'store', concurrencyMax: 1, queueMax: 100, shedder })
    const call = guarded(takes(env, 10))
    const calls: Promise<string>[] = []
    for (let count = 0; count < 60; count++) {
      calls.push(ended(env, call({ ...callStart, priority: count % 3 })))
      await env.sleep(ms(5))
    }
    return Promise.all(calls)
  })
  const shed = [0, 1, 2].map(
    (priority) =>
      returned?.filter((text, at) => at % 3 === priority && text.startsWith('refused by shed')).length,
  )
  expect(shed[0]).toBe(0)
  expect(shed[2]).toBeGreaterThan(10)
  expect(shed[2]).toBeGreaterThan(shed[1] ?? 0)
})

test('a token bucket refuses what comes too fast, or makes it wait', async () => {
  const { returned } = await told(async (env) => {
    const guarded = rateLayer(env, { name: 'store', every: ms(10), burst: 1, waitMax: ms(10) })
    const call = guarded(async () => 'done')
    return Promise.all([1, 2, 3].map(async () => ended(env, call(callStart))))
  })
  expect(returned).toEqual(['done at 0', 'done at 10', 'refused by rate at 0'])
})

test('an adaptive limit refuses what is too much at once, and shrinks by calls that are late', async () => {
  const { returned, probes } = await told(async (env) => {
    const call = policy(
      concurrencyLayer(env, { name: 'store', limit: new AimdLimit({ initial: 2, decrease: 0.5 }) }),
      deadlineLayer(env, { name: 'store', timeout: ms(10) }),
    )(takes(env, 20))
    return Promise.all([1, 2, 3].map(async () => ended(env, call(callStart))))
  })
  expect(returned).toEqual([
    'refused by deadline at 10',
    'refused by deadline at 10',
    'refused by concurrency at 0',
  ])
  expect(probes).toContainEqual([10, 'concurrency', { name: 'store', limit: 1 }])
})

test('nothing is held once all calls have ended, however they did', async () => {
  const { returned } = await told(async (env) => {
    const random = env.randomFor('test')
    const guarded = policy(
      deadlineLayer(env, { name: 'whole', timeout: ms(60) }),
      retryLayer(env, { name: 'store', attemptsMax: 3, backoff, budget: new RetryBudget() }),
      bulkheadLayer(env, { name: 'store', concurrencyMax: 4, queueMax: 4, waitMax: ms(30) }),
      deadlineLayer(env, { name: 'attempt', timeout: ms(20) }),
    )
    let [inside, insideMax] = [0, 0]
    const call = guarded(async ({ signal }) => {
      insideMax = Math.max(insideMax, ++inside)
      try {
        await env.sleep(ms(random.int(1, 30)), signal)
        if (random.boolean(0.3)) throw new NetError('ECONNRESET', 'gone')
      } finally {
        inside--
      }
    })
    const calls: Promise<string>[] = []
    for (let count = 0; count < 300; count++) {
      await env.sleep(ms(random.int(0, 5)))
      calls.push(ended(env, call(callStart)))
    }
    const endings = new Set((await Promise.all(calls)).map((text) => text.replace(/ at .*/, '')))
    await env.sleep(seconds(1))
    const after = await Promise.all(
      [1, 2, 3, 4].map(async () => ended(env, guarded(takes(env, 1))(callStart))),
    )
    return {
      inside,
      insideMax,
      endings: [...endings].toSorted(),
      after: after.map((text) => text.split(' ')[0]),
    }
  })
  expect(returned).toMatchObject({ inside: 0, insideMax: 4, after: ['done', 'done', 'done', 'done'] })
  expect(returned?.endings.length).toBeGreaterThan(3)
})
