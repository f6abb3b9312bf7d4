// Leaks: in checked mode every real asynchronous resource (timer, file, socket, thread pool request) that is created
// while the loop runs is found at its creation, with the stack, instead of racing the loop later. What is done when the
// call returns races nothing: synchronous compression and cryptography are no leaks, although Node makes a resource for them.

import { AsyncResource, createHook } from 'node:async_hooks'

import type { MicrotaskBound } from './microtask-bound.ts'

/** A real asynchronous resource that was created inside the loop. */
export interface Leak {
  /** The resource's type in Node's words: Timeout, FSREQCALLBACK, TCPWRAP, GETADDRINFOREQWRAP, … */
  readonly resource: string
  readonly stack: string
}

/** Watches for leaks; the first one is kept. */
export interface LeakWatch {
  /** The first leak since the watch began, or null. */
  readonly leak: Leak | null
  stop(): void
}

// What V8 itself makes for promises and microtasks is drained within the step and touches nothing real.
const harmless = new Set(['PROMISE', 'TickObject', 'Microtask'])

/**
 * Begins to watch what `isInside` holds for, and counts what is harmless. Costs about as much as creating a promise once
 * more, for every promise.
 */
export function watchLeaks(isInside: () => boolean, bound: MicrotaskBound): LeakWatch {
  let leak: Leak | null = null
  let jobs: Job[] = []
  const hook = createHook({
    init(_id, type, _trigger, resource) {
      if (!isInside()) return
      if (harmless.has(type)) {
        bound.count()
        return
      }
      // A resource that a program makes itself is but a name for what it does.
      if (leak !== null || resource instanceof AsyncResource) return
      const stack = stackHere()
      if (isDrain(type, stack) || isSynchronousCompression(type, stack)) return
      const found = { resource: type, stack }
      if (isMaybeSynchronous(resource, stack)) jobs.push({ found, job: resource })
      else leak = found
    },
  }).enable()
  return {
    get leak() {
      if (jobs.length > 0) {
        leak ??= jobs.find(isAsynchronous)?.found ?? null
        jobs = []
      }
      return leak
    },
    stop: () => {
      hook.disable()
    },
  }
}

/** A piece of cryptography, of which only the end of the call shows whether it was synchronous. */
interface Job {
  readonly found: Leak
  readonly job: object
}

/** Node itself schedules this when a microtask has thrown; all it does is drain microtasks. */
function isDrain(type: string, stack: string): boolean {
  return type === 'Immediate' && stack.includes('process._fatalException')
}

/** `gzipSync` and its like: the resource never leaves the call. */
function isSynchronousCompression(type: string, stack: string): boolean {
  return type === 'ZLIB' && /\bsyncBufferWrapper\b/.test(stack)
}

/**
 * The resources behind `pbkdf2Sync`, `sign` and the like: jobs that are given what to do when they are done, or not. Those
 * of WebCrypto are never synchronous, and from Node 24 on are given nothing.
 */
function isMaybeSynchronous(resource: object, stack: string): boolean {
  return /^[A-Z]\w*Job$/.test(resource.constructor.name) && !/\b(jobPromise|SubtleCrypto)\b/.test(stack)
}

function isAsynchronous({ job }: Job): boolean {
  return typeof Reflect.get(job, 'ondone') === 'function'
}

function stackHere(): string {
  const lines = (new Error('here').stack ?? '').split('\n')
  return lines
    .slice(1)
    .filter((line) => !line.includes('async_hooks') && !line.includes('leaks.'))
    .join('\n')
}
