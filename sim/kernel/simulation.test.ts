import { readFile } from 'node:fs'
import { promises as dns } from 'node:dns'
import { AsyncResource } from 'node:async_hooks'
import {
  createHash,
  generateKeyPairSync,
  hkdfSync,
  pbkdf2,
  pbkdf2Sync,
  randomBytes,
  scrypt,
  scryptSync,
  sign,
} from 'node:crypto'
import { brotliCompressSync, createGzip, gzip, gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'

import { type LoopEnd, Simulation } from './simulation.ts'
import { type Instant, instantMax, ms, ns, seconds } from '../time.ts'

function at(simulation: Simulation, instant: number, code: () => void): void {
  simulation.schedule(instant as Instant, run, code, undefined, 0, 0)
}

function run(code: () => void): void {
  code()
}

async function runCode(code: () => void, isChecked = true): Promise<LoopEnd> {
  const simulation = new Simulation({ seed: 1, isChecked })
  at(simulation, 5, code)
  at(simulation, 10, () => undefined)
  return simulation.run()
}

test('time jumps from event to event and stands at the bound afterwards', async () => {
  const simulation = new Simulation({ seed: 1 })
  const seen: number[] = []
  for (const instant of [30, 10, 20]) at(simulation, instant, () => seen.push(simulation.now))
  expect(await simulation.run({ until: 25 as Instant })).toEqual({ kind: 'until' })
  expect([seen, simulation.now]).toEqual([[10, 20], 25])
  expect(await simulation.run()).toEqual({ kind: 'drained' })
  expect(seen).toEqual([10, 20, 30])
})

test('step runs one event', async () => {
  const simulation = new Simulation({ seed: 1 })
  const seen: number[] = []
  for (const instant of [10, 20]) at(simulation, instant, () => seen.push(simulation.now))
  expect([await simulation.step(), [...seen]]).toEqual([true, [10]])
  expect([await simulation.step(), [...seen]]).toEqual([true, [10, 20]])
  expect(await simulation.step()).toBe(false)
})

test('the loop stops after the step in which the predicate first holds', async () => {
  const simulation = new Simulation({ seed: 1 })
  let count = 0
  for (let instant = 1; instant <= 10; instant++) at(simulation, instant, () => count++)
  expect(await simulation.run({ stopWhen: () => count === 3 })).toEqual({ kind: 'stopped' })
  expect(count).toBe(3)
})

test.each([
  [
    'a promise chain',
    (done: () => void) =>
      void Promise.resolve()
        .then(() => undefined)
        .then(() => undefined)
        .then(done),
  ],
  [
    'an async function',
    (done: () => void) =>
      void (async () => {
        await Promise.resolve()
        await Promise.resolve()
        done()
      })(),
  ],
  [
    'queueMicrotask',
    (done: () => void) => {
      queueMicrotask(done)
    },
  ],
  [
    'process.nextTick',
    (done: () => void) => {
      process.nextTick(done)
    },
  ],
])('what %s does happens within the step, before the next event', async (_name, start) => {
  const simulation = new Simulation({ seed: 1, isChecked: false })
  const order: string[] = []
  at(simulation, 10, () => {
    start(() => order.push('microtask'))
  })
  at(simulation, 10, () => order.push('next event'))
  await simulation.run()
  expect(order).toEqual(['microtask', 'next event'])
})

test('an endless chain of steps at one instant is a livelock', async () => {
  const simulation = new Simulation({ seed: 1, instantStepsMax: 1000 })
  const again = (): void => {
    at(simulation, simulation.now, again)
  }
  at(simulation, 7, again)
  expect(await simulation.run()).toEqual({ kind: 'instant-bound', at: 7, stepsMax: 1000 })
})

test('a bound on events ends an endless run', async () => {
  const simulation = new Simulation({ seed: 1, eventsMax: 100 })
  const again = (): void => {
    simulation.log.emit('pause', { id: 'a', hash: 1 }, 0, {})
    at(simulation, simulation.now + 1, again)
  }
  at(simulation, 1, again)
  expect(await simulation.run()).toEqual({ kind: 'events-bound', eventsMax: 100 })
})

test.each([
  [
    'a timer',
    () => {
      setTimeoutReal(() => undefined, 0)
    },
    'Timeout',
  ],
  [
    'a file',
    () => {
      readFile('package.json', () => undefined)
    },
    'FSREQCALLBACK',
  ],
  [
    'a name look-up',
    () => {
      void dns.lookup('localhost')
    },
    'GETADDRINFOREQWRAP',
  ],
])(
  '%s of the real world is found as a leak, with the stack that created it',
  async (_name, leak, resource) => {
    const end = await runCode(leak)
    expect(end).toMatchObject({ kind: 'leak', leak: { resource } })
    expect(end.kind === 'leak' && end.leak.stack).toContain('simulation.test.ts')
  },
)

const { privateKey } = generateKeyPairSync('ed25519')
const text = Buffer.from('text')

test.each<[string, () => unknown]>([
  ['gzipSync', () => gzipSync(text)],
  ['brotliCompressSync', () => brotliCompressSync(text)],
  ['pbkdf2Sync', () => pbkdf2Sync('a', 'b', 1, 8, 'sha256')],
  ['scryptSync', () => scryptSync('a', 'b', 8, { N: 2 })],
  ['hkdfSync', () => hkdfSync('sha256', 'a', 'b', 'c', 8)],
  ['sign', () => sign(null, text, privateKey)],
  ['createHash', () => createHash('sha256').update(text).digest()],
  ['a resource of the program itself', () => new AsyncResource('mine').runInAsyncScope(() => 1)],
])('%s is over when it returns, and no leak', async (_name, act) => {
  expect(await runCode(act)).toEqual({ kind: 'drained' })
})

test.each<[string, () => unknown]>([
  ['gzip', () => gzip(text, () => undefined)],
  ['a stream that compresses', () => createGzip()],
  ['pbkdf2', () => pbkdf2('a', 'b', 1, 8, 'sha256', () => undefined)],
  ['scrypt', () => scrypt('a', 'b', 8, { N: 2 }, () => undefined)],
  ['sign with a callback', () => sign(null, text, privateKey, () => undefined)],
  ['crypto.subtle', () => crypto.subtle.digest('SHA-256', text)],
])('%s uses the thread pool, and is a leak', async (_name, act) => {
  expect(await runCode(act)).toMatchObject({ kind: 'leak' })
})

// Taken before any guard is installed, as a library might have done.
const setTimeoutReal = setTimeout

test.each([
  ['Date.now()', () => Date.now(), 'env.clock'],
  ['new Date()', () => new Date(), 'env.clock'],
  ['Math.random()', () => Math.random(), 'env.random'],
  ['setTimeout()', () => setTimeout(() => undefined, 1), 'env.timers'],
  ['setInterval()', () => setInterval(() => undefined, 1), 'env.timers'],
  ['setImmediate()', () => setImmediate(() => undefined), 'env.timers'],
  ['performance.now()', () => performance.now(), 'env.clock'],
  ['process.hrtime()', () => process.hrtime(), 'env.clock'],
  ['process.hrtime.bigint()', () => process.hrtime.bigint(), 'env.clock'],
  ['fetch()', () => fetch('http://localhost').catch(() => undefined), 'env.net'],
  ['AbortSignal.timeout()', () => AbortSignal.timeout(1), 'env.timers'],
  ['crypto.randomUUID()', () => crypto.randomUUID(), 'env.random'],
  ['crypto.getRandomValues()', () => crypto.getRandomValues(new Uint8Array(1)), 'env.random'],
  ['crypto.randomBytes()', () => randomBytes(4), 'env.random'],
])('%s throws inside a step, checked or not, and names what to use', async (name, ambient, instead) => {
  for (const isChecked of [true, false]) {
    let message = ''
    await runCode(() => {
      try {
        void ambient()
      } catch (error) {
        message = String(error)
      }
    }, isChecked)
    expect(message).toContain(name)
    expect(message).toContain(instead)
  }
  expect(() => ambient()).not.toThrow('inside a simulation')
})

test.each(['exit', 'reallyExit', 'abort', 'kill'])(
  'process.%s() throws inside a step: it would end the process before there is a verdict',
  async (key) => {
    let message = ''
    await runCode(() => {
      try {
        Reflect.apply(Reflect.get(process, key) as (code: number) => void, process, [0])
      } catch (error) {
        message = String(error)
      }
    })
    expect(message).toContain(`process.${key}() inside a simulation would end the process`)
    expect(message).toContain('env.exit()')
  },
)

test('a date made of given numbers is allowed: it is the same everywhere', async () => {
  let year = 0
  await runCode(() => {
    year = new Date(0).getUTCFullYear()
  })
  expect(year).toBe(1970)
})

test('an uncaught error of a promise or a microtask reaches the simulation, and not the test runner', async () => {
  const errors: unknown[] = []
  for (const start of [
    () => void Promise.reject(new Error('rejected')),
    () => {
      queueMicrotask(() => {
        throw new Error('thrown')
      })
    },
    () => {
      process.nextTick(() => {
        throw new Error('thrown in a tick')
      })
      process.nextTick(() => Promise.reject(new Error('rejected behind it')))
    },
  ]) {
    const simulation = new Simulation({ seed: 1 })
    simulation.onUncaught = (error) => errors.push(error)
    at(simulation, 1, start)
    await simulation.run()
  }
  expect(errors.map(String)).toEqual([
    'Error: rejected',
    'Error: thrown',
    'Error: thrown in a tick',
    'Error: rejected behind it',
  ])
})

test('two loops of one simulation at the same time are refused', async () => {
  const simulation = new Simulation({ seed: 1 })
  at(simulation, seconds(1), () => undefined)
  const first = simulation.run()
  await expect(simulation.run()).rejects.toThrow('running already')
  await first
})

test('a random order of what is ready at the same instant depends only on the seed', async () => {
  const orderOf = async (seed: number): Promise<string> => {
    const simulation = new Simulation({ seed, tie: (random) => random.float() })
    const seen: number[] = []
    for (let index = 0; index < 8; index++) at(simulation, ms(1), () => seen.push(index))
    await simulation.run()
    return seen.join('')
  }
  expect(await orderOf(1)).toBe(await orderOf(1))
  expect(new Set([await orderOf(1), await orderOf(2), await orderOf(3)]).size).toBe(3)
})

test('nothing can be scheduled in the past', async () => {
  const simulation = new Simulation({ seed: 1 })
  const seen: number[] = []
  at(simulation, 10, () => {
    at(simulation, ns(3), () => seen.push(simulation.now))
  })
  await simulation.run()
  expect(seen).toEqual([10])
})

test.each([Number.NaN, 0.5, Infinity])('an instant of %s is a bug and not an instant', (instant) => {
  const simulation = new Simulation({ seed: 1 })
  expect(() => at(simulation, instant, () => undefined)).toThrow(
    `got instant ${instant}, wanted whole nanoseconds`,
  )
})

test('what is due beyond the end of virtual time waits for its last instant', async () => {
  const simulation = new Simulation({ seed: 1 })
  at(simulation, 2 ** 54, () => undefined)
  await simulation.run()
  expect(simulation.now).toBe(instantMax)
})
