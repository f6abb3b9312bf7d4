// Runs every microtask that is ready, in place: promise reactions and process.nextTick callbacks. Works from a macrotask
// only, because V8 does not nest the microtask queue. See DESIGN.md decision 6.

// Taken at the start: while a loop runs, the global one throws.
const realSetImmediate = setImmediate

/** Drains microtasks at once; null where the engine offers no way (then the loop yields to setImmediate each step). */
export const drainMicrotasks: (() => void) | null = findDrain()

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
  return typeof candidate === 'function' ? (candidate.bind(process) as () => void) : null
}
