// What a step may not reach, and what of it may: guards and the watch for leaks.
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
import type { Instant } from '../time.ts'

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
    expect(end.kind === 'leak' && end.leak.stack).toContain('guards.test.ts')
  },
)

// The types of Node do not know it as a value.
const webAssembly = Reflect.get(globalThis, 'WebAssembly') as {
  readonly Module: new (bytes: Uint8Array) => object
  readonly Instance: new (module: object) => { readonly exports: object }
  readonly compile: (bytes: Uint8Array) => Promise<object>
  readonly instantiate: (bytes: Uint8Array) => Promise<object>
}
const emptyModule = new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0])
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
  ['WebAssembly.compile()', () => webAssembly.compile(emptyModule), 'new WebAssembly.Module()'],
  ['WebAssembly.instantiate()', () => webAssembly.instantiate(emptyModule), 'new WebAssembly.Module()'],
  ['Atomics.wait()', () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1), 'env.sleep()'],
  ['Intl.DateTimeFormat.format()', () => new Intl.DateTimeFormat('en').format(), 'env.clock'],
  ['Intl.DateTimeFormat.formatToParts()', () => new Intl.DateTimeFormat('en').formatToParts(), 'env.clock'],
  ['new WeakRef()', () => new WeakRef({}), 'references that are given up on purpose'],
  ['new FinalizationRegistry()', () => new FinalizationRegistry(() => undefined), 'given up on purpose'],
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

test('guards are in place although something put the real functions back between the call and the loop', async () => {
  const order: string[] = []
  const simulation = new Simulation({ seed: 1, isChecked: false })
  at(simulation, 10, () => {
    process.nextTick(() => order.push('tick'))
  })
  at(simulation, 10, () => order.push('next event'))
  const nextTick: unknown = Reflect.get(process, 'nextTick')
  const running = simulation.run()
  // As Vitest does after it has spoken with its parent.
  Object.assign(process, { nextTick })
  await running
  expect(order).toEqual(['tick', 'next event'])
})

test('a date made of given numbers, and its format, are allowed: they are the same everywhere', async () => {
  const years: unknown[] = []
  await runCode(() => {
    const formatter = new Intl.DateTimeFormat('en', { timeZone: 'UTC', year: 'numeric' })
    years.push(new Date(0).getUTCFullYear(), formatter.format(0), formatter.format(new Date(0)))
  })
  expect(years).toEqual([1970, '1970', '1970'])
})

test('a format is the same function each time that a formatter is asked for it', async () => {
  let formats = 0
  await runCode(() => {
    const formatter = new Intl.DateTimeFormat('en')
    formats = new Set([Reflect.get(formatter, 'format'), Reflect.get(formatter, 'format')]).size
  })
  expect(formats).toBe(1)
})

test('a module of WebAssembly that is compiled at once is allowed', async () => {
  let exported: unknown = null
  await runCode(() => {
    exported = new webAssembly.Instance(new webAssembly.Module(emptyModule)).exports
  })
  expect(exported).toEqual({})
})

test('all guards are taken back after the last run', async () => {
  const guarded: readonly (readonly [object, string])[] = [
    [globalThis, 'WeakRef'],
    [webAssembly, 'compile'],
    [Intl.DateTimeFormat.prototype, 'format'],
    [Intl.DateTimeFormat.prototype, 'formatToParts'],
  ]
  const look = (): unknown => guarded.map(([holder, key]) => Object.getOwnPropertyDescriptor(holder, key))
  const before = look()
  await runCode(() => {
    expect(look()).not.toEqual(before)
  })
  expect(look()).toEqual(before)
})
