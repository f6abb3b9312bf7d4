// Runs every microtask that is ready, in place: promise reactions and process.nextTick callbacks. Works from a macrotask
// only, because V8 does not nest the microtask queue. See DESIGN.md decision 6.

// Taken at the start: while a loop runs, the global one throws.
const realSetImmediate = setImmediate

/** Drains microtasks at once; null where the engine offers no way (then the loop yields to setImmediate each step). */
export const drainMicrotasks: (() => void) | null = findDrain()

const reportUncaught = findFatalException()

function drainThrough(tick: () => void): void {
  for (;;) {
    try {
      tick()
      return
    } catch (error) {
      reportUncaught(error)
    }
  }
}

/**
 * To be called after microtasks were terminated: what they had entered of asynchronous contexts is left, as after an error
 * that nobody caught, and as one the termination is reported to the listeners of uncaught exceptions.
 */
export function recoverFromTermination(): void {
  reportUncaught(new Error('microtasks were terminated'))
}

/** Runs a body in a macrotask of its own: only there do microtasks drain in place. */
export function inMacrotask<T>(body: () => T): Promise<T> {
  return new Promise((resolve, reject) => {
    realSetImmediate(() => {
      try {
        resolve(body())
      } catch (error) {
        reject(error instanceof Error ? error : new Error(String(error)))
      }
    })
  })
}

function findDrain(): (() => void) | null {
  const candidate: unknown = Reflect.get(process, '_tickCallback')
  if (typeof candidate !== 'function') return null
  const tick = candidate.bind(process) as () => void
  return () => {
    drainThrough(tick)
  }
}

// What a process.nextTick callback throws comes out of the drain. Node's own way to report it reaches the listeners of
// uncaught exceptions, and clears the stack of asynchronous contexts, which otherwise is found corrupted later.
function findFatalException(): (error: unknown) => void {
  const candidate: unknown = Reflect.get(process, '_fatalException')
  if (typeof candidate === 'function')
    return (error) => void Reflect.apply(candidate, process, [error, false])
  return (error) =>
    void process.emit('uncaughtException', error instanceof Error ? error : new Error(String(error)))
}
