// What the walk of `seal` cannot see in a message: getters, symbol keys, properties that are not enumerable, proxies. None
// of them would cross a wire, and each lets two machines share memory or hides from the hash. Looking costs more than
// sealing does, so not every message is looked at: see `SimMessages` and `seal` for which.

import { types } from 'node:util'

// As deep as `seal` goes: it refuses what is deeper.
const depthMax = 64

/** Throws a TypeError that names the path of the first hidden property of a message, or of the first proxy in it. */
export function refuseHidden(message: object): void {
  const hidden = hiddenIn(message, '', 0)
  if (hidden !== null) throw new TypeError(`message${hidden.path}: got ${hidden.got}, wanted plain data`)
}

interface Hidden {
  readonly path: string
  readonly got: string
}

// What is neither a plain object nor an array is left to `seal`.
function hiddenIn(value: unknown, path: string, depth: number): Hidden | null {
  if (typeof value !== 'object' || value === null || depth > depthMax) return null
  if (types.isProxy(value)) return { path, got: 'a proxy' }
  const isList = Array.isArray(value)
  if (!isList && Object.getPrototypeOf(value) !== Object.prototype) return null
  for (const key of Reflect.ownKeys(value)) {
    if (isList && key === 'length') continue
    const hidden = hiddenAt(value, key, `${path}${stepTo(key, isList)}`, depth)
    if (hidden !== null) return hidden
  }
  return null
}

function hiddenAt(holder: object, key: string | symbol, path: string, depth: number): Hidden | null {
  if (typeof key === 'symbol') return { path, got: 'a symbol as key' }
  const property = Object.getOwnPropertyDescriptor(holder, key)
  if (property === undefined) return null
  if (property.get !== undefined || property.set !== undefined) return { path, got: 'a getter or setter' }
  if (property.enumerable !== true) return { path, got: 'a property that is not enumerable' }
  if (Array.isArray(holder) && !isIndex(key)) return { path, got: 'a property of an array' }
  return hiddenIn(property.value, path, depth + 1)
}

function isIndex(key: string): boolean {
  return /^\d+$/.test(key)
}

function stepTo(key: string | symbol, isList: boolean): string {
  if (typeof key === 'symbol') return `[${String(key)}]`
  return isList && isIndex(key) ? `[${key}]` : `.${key}`
}
