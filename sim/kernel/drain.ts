// Runs every microtask that is ready, in place: promise reactions and process.nextTick callbacks. Works from a macrotask
// only, because V8 does not nest the microtask queue. See DESIGN.md decision 6.

/** Drains microtasks at once; null where the engine offers no way (then the loop yields to setImmediate each step). */
export const drainMicrotasks: (() => void) | null = findDrain()

function findDrain(): (() => void) | null {
  const candidate: unknown = Reflect.get(process, '_tickCallback')
  return typeof candidate === 'function' ? (candidate.bind(process) as () => void) : null
}
