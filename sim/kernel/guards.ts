// Guards: while a simulation's loop runs, whatever would reach past the Env for time, randomness or I/O, or end the whole
// process where a node is meant, throws and names what to use. Outside the loop the same functions work as ever. Installed
// while any loop has control, then taken back.

import nodeCrypto from 'node:crypto'
import { syncBuiltinESMExports } from 'node:module'

/** What a program called although only the Env may give it. Its message names the replacement. */
export class AmbientAccessError extends Error {
  constructor(what: string, instead: string) {
    const harm = instead === exit ? 'end the process with all nodes' : 'make runs differ'
    super(`${what} inside a simulation would ${harm}: use ${instead}`)
    this.name = 'AmbientAccessError'
  }
}

let isLoopRunning = false
let onMicrotask: () => void = () => undefined
let installations = 0
let restore: (() => void)[] = []

/** Marks that the loop begins or goes on (true) or hands control back (false); returns what it was. */
export function setLoopRunning(isRunning: boolean): boolean {
  const before = isLoopRunning
  isLoopRunning = isRunning
  return before
}

/** Tells whoever runs the loop that a callback went into the microtask queue without a promise. */
export function setMicrotaskListener(listener: () => void): void {
  onMicrotask = listener
}

/** Installs the guards; each call needs its `removeGuards`. */
export function installGuards(): void {
  if (installations++ > 0) return
  guardDate()
  guardDateTimeFormat()
  for (const [holder, key, instead] of guarded) guardFunction(holder, key, instead)
  for (const key of ['WeakRef', 'FinalizationRegistry']) guardConstructor(globalThis, key, references)
  noticeMicrotasks(globalThis, 'queueMicrotask')
  noticeMicrotasks(process, 'nextTick')
  syncBuiltinESMExports()
}

/** Takes the guards back with the last call. */
export function removeGuards(): void {
  if (--installations > 0) return
  for (const undo of restore.reverse()) undo()
  restore = []
  syncBuiltinESMExports()
}

const cryptoPrototype = Object.getPrototypeOf(globalThis.crypto) as object
const time = 'env.clock.wall() or env.clock.monotonic()'
const timers = 'env.timers or env.sleep()'
const randomness = 'env.random'
const threads =
  'new WebAssembly.Module() and new WebAssembly.Instance(), which leave nothing to other threads'
const references = 'references that are given up on purpose: when garbage is collected no two runs agree on'
const webAssembly = objectAt(globalThis, 'WebAssembly')
const temporalNow = objectAt(objectAt(globalThis, 'Temporal'), 'Now')
const exit = 'env.exit()'

const guarded: readonly (readonly [holder: object, key: string, instead: string])[] = [
  [Math, 'random', randomness],
  [globalThis, 'setTimeout', timers],
  [globalThis, 'setInterval', timers],
  [globalThis, 'setImmediate', 'env.timers.after(ns(0), …) or env.spawn()'],
  [globalThis, 'fetch', 'env.net'],
  [Atomics, 'waitAsync', 'env.sleep()'],
  [Atomics, 'wait', 'env.sleep()'],
  [webAssembly, 'compile', threads],
  [webAssembly, 'compileStreaming', threads],
  [webAssembly, 'instantiate', threads],
  [webAssembly, 'instantiateStreaming', threads],
  [AbortSignal, 'timeout', 'env.timers with an AbortController, or the signal of env.sleep()'],
  [performance, 'now', 'env.clock.monotonic()'],
  // `bigint` first: the guard of `hrtime` takes over the properties that are there.
  [process.hrtime, 'bigint', 'env.clock.monotonic()'],
  [process, 'hrtime', 'env.clock.monotonic()'],
  [process, 'uptime', 'env.clock.monotonic()'],
  ...(['exit', 'reallyExit', 'abort', 'kill'] as const).map((key) => [process, key, exit] as const),
  [cryptoPrototype, 'getRandomValues', randomness],
  [cryptoPrototype, 'randomUUID', randomness],
  [nodeCrypto, 'randomBytes', randomness],
  [nodeCrypto, 'randomInt', randomness],
  [nodeCrypto, 'randomUUID', randomness],
  [nodeCrypto, 'randomFill', randomness],
  [nodeCrypto, 'randomFillSync', randomness],
  [nodeCrypto, 'generateKeyPairSync', randomness],
  [nodeCrypto, 'generateKeySync', randomness],
  ...Object.getOwnPropertyNames(temporalNow)
    .filter((key) => key !== 'timeZoneId')
    .map((key) => [temporalNow, key, time] as const),
]

const holderNames: ReadonlyMap<object, string> = new Map<object, string>([
  [globalThis, ''],
  [Math, 'Math.'],
  [Atomics, 'Atomics.'],
  [webAssembly, 'WebAssembly.'],
  [performance, 'performance.'],
  [process, 'process.'],
  [process.hrtime, 'process.hrtime.'],
  [AbortSignal, 'AbortSignal.'],
  [temporalNow, 'Temporal.Now.'],
])

function guardFunction(holder: object, key: string, instead: string): void {
  const original: unknown = Reflect.get(holder, key)
  if (typeof original !== 'function') return
  const name = `${nameOf(holder)}${key}()`
  const guard = function (this: unknown, ...values: unknown[]): unknown {
    if (isLoopRunning) throw new AmbientAccessError(name, instead)
    return Reflect.apply(original, this, values)
  }
  Object.defineProperties(guard, Object.getOwnPropertyDescriptors(original))
  replace(holder, key, guard)
}

function guardConstructor(holder: object, key: string, instead: string): void {
  const original: unknown = Reflect.get(holder, key)
  if (typeof original !== 'function') return
  const guard = new Proxy(original, {
    construct(target, values, newTarget): object {
      if (isLoopRunning) throw new AmbientAccessError(`new ${key}()`, instead)
      return Reflect.construct(target, values, newTarget) as object
    },
  })
  replace(holder, key, guard)
}

function noticeMicrotasks(holder: object, key: string): void {
  const original: unknown = Reflect.get(holder, key)
  if (typeof original !== 'function') return
  replace(holder, key, (...values: unknown[]): unknown => {
    if (isLoopRunning) onMicrotask()
    return Reflect.apply(original, holder, values)
  })
}

function guardDate(): void {
  const original = Date
  const refuse = (what: string): void => {
    if (isLoopRunning) throw new AmbientAccessError(what, time)
  }
  const guard = new Proxy(original, {
    construct(target, values, newTarget): object {
      if (values.length === 0) refuse('new Date()')
      return Reflect.construct(target, values, newTarget) as object
    },
    apply(target, self, values): string {
      refuse('Date()')
      return Reflect.apply(target, self, values) as string
    },
    get(target, key, receiver): unknown {
      if (key === 'now') refuse('Date.now()')
      return Reflect.get(target, key, receiver)
    },
  })
  replace(globalThis, 'Date', guard)
}

// A given instant is the same everywhere; without one a format reads the clock.
function guardDateTimeFormat(): void {
  const { prototype } = Intl.DateTimeFormat
  const refuseNow = (what: string, instant: unknown): void => {
    if (isLoopRunning && instant === undefined) throw new AmbientAccessError(what, time)
  }
  const formatToParts: unknown = Reflect.get(prototype, 'formatToParts')
  if (typeof formatToParts === 'function')
    replace(prototype, 'formatToParts', function (this: unknown, ...values: unknown[]): unknown {
      refuseNow('Intl.DateTimeFormat.formatToParts()', values[0])
      return Reflect.apply(formatToParts, this, values)
    })
  const get: unknown = Reflect.get(Object.getOwnPropertyDescriptor(prototype, 'format') ?? {}, 'get')
  if (typeof get !== 'function') return
  // The getter gives each formatter a function of its own, and always the same one.
  const guards = new WeakMap<object, unknown>()
  replaceGetter(prototype, 'format', function (this: object): unknown {
    const known = guards.get(this)
    if (known !== undefined) return known
    const format = Reflect.apply(get, this, []) as (...values: unknown[]) => unknown
    const guard = (...values: unknown[]): unknown => {
      refuseNow('Intl.DateTimeFormat.format()', values[0])
      return format(...values)
    }
    guards.set(this, guard)
    return guard
  })
}

// An object with nothing in it where the engine does not have what is asked for.
function objectAt(holder: object, key: string): object {
  const value: unknown = Reflect.get(holder, key)
  return typeof value === 'object' && value !== null ? value : {}
}

function replace(holder: object, key: string, value: unknown): void {
  redefine(holder, key, { value, writable: true })
}

function replaceGetter(holder: object, key: string, get: () => unknown): void {
  redefine(holder, key, { get })
}

function redefine(holder: object, key: string, property: PropertyDescriptor): void {
  const before = Object.getOwnPropertyDescriptor(holder, key)
  Object.defineProperty(holder, key, {
    ...property,
    configurable: true,
    enumerable: before?.enumerable ?? false,
  })
  restore.push(() => {
    if (before === undefined) Reflect.deleteProperty(holder, key)
    else Object.defineProperty(holder, key, before)
  })
}

function nameOf(holder: object): string {
  return holderNames.get(holder) ?? 'crypto.'
}
