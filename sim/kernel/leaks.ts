// Leaks: in checked mode every real asynchronous resource (timer, file, socket, thread pool request) that is created
// while the loop runs is found at its creation, with the stack, instead of racing the loop later.

import { createHook } from 'node:async_hooks'

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
const harmless = new Set(['PROMISE', 'TickObject', 'Microtask', 'AsyncResource'])

/**
 * Begins to watch what `isInside` holds for, and counts what is harmless. Costs about as much as creating a promise once
 * more, for every promise.
 */
export function watchLeaks(isInside: () => boolean, bound: MicrotaskBound): LeakWatch {
  const watch: { leak: Leak | null } = { leak: null }
  const hook = createHook({
    init(_id, type) {
      if (!isInside()) return
      if (harmless.has(type)) {
        bound.count()
        return
      }
      if (watch.leak !== null) return
      const stack = stackHere()
      // Node itself schedules this when a microtask has thrown; all it does is drain microtasks.
      if (type === 'Immediate' && stack.includes('process._fatalException')) return
      watch.leak = { resource: type, stack }
    },
  }).enable()
  return {
    get leak() {
      return watch.leak
    },
    stop: () => {
      hook.disable()
    },
  }
}

function stackHere(): string {
  const lines = (new Error('here').stack ?? '').split('\n')
  return lines
    .slice(1)
    .filter((line) => !line.includes('async_hooks') && !line.includes('leaks.'))
    .join('\n')
}
