// Guards: while a simulation's loop runs, whatever would reach past the Env for time, randomness or I/O, or end the whole
// process where a node is meant, throws and names what to use. Outside the loop the same functions work as ever. Installed while any simulation runs, then taken back.

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
  for (const [holder, key, instead] of guarded) guardFunction(holder, key, instead)
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
const exit = 'env.exit()'

const guarded: readonly (readonly [holder: object, key: string, instead: string])[] = [
  [Math, 'random', randomness],
  [globalThis, 'setTimeout', timers],
  [globalThis, 'setInterval', timers],
  [globalThis, 'setImmediate', 'env.timers.after(ns(0), …) or env.spawn()'],
  [globalThis, 'fetch', 'env.net'],
  [Atomics, 'waitAsync', 'env.sleep()'],
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
]

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

function replace(holder: object, key: string, value: unknown): void {
  const before = Object.getOwnPropertyDescriptor(holder, key)
  Object.defineProperty(holder, key, {
    value,
    configurable: true,
    writable: true,
    enumerable: before?.enumerable ?? false,
  })
  restore.push(() => {
    if (before === undefined) Reflect.deleteProperty(holder, key)
    else Object.defineProperty(holder, key, before)
  })
}

function nameOf(holder: object): string {
  if (holder === Math) return 'Math.'
  if (holder === Atomics) return 'Atomics.'
  if (holder === performance) return 'performance.'
  if (holder === process) return 'process.'
  if (holder === process.hrtime) return 'process.hrtime.'
  if (holder === AbortSignal) return 'AbortSignal.'
  return holder === globalThis ? '' : 'crypto.'
}
