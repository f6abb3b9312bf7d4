// What a program threw, in words. It may have thrown anything: null, a proxy, an error whose stack is a getter that throws.
// Whatever it was, the `exit` event is made, and says the same in every run.

import { types } from 'node:util'

const fieldsMax = 10

/** What an `exit` event says of an error. */
export interface ThrownText {
  readonly error: string
  readonly stack?: string
}

/** Says what was thrown. Reads an error's own fields, and never throws itself. */
export function describeThrown(thrown: unknown): ThrownText {
  // To look into a proxy would run its traps; an error behind one is shown as what it is all the same.
  if (types.isProxy(thrown) || !isError(thrown)) return { error: shown(thrown) }
  const name = fieldText(thrown, 'name') ?? 'Error'
  const message = fieldText(thrown, 'message') ?? 'a message that cannot be read'
  const stack = fieldText(thrown, 'stack')
  return { error: `${name}: ${message}`, ...(stack === undefined ? {} : { stack }) }
}

function isError(thrown: unknown): thrown is Error {
  return attempt(() => thrown instanceof Error) === true
}

function fieldText(error: Error, field: 'name' | 'message' | 'stack'): string | undefined {
  const value = attempt<unknown>(() => error[field])
  return value === undefined || typeof value === 'string' ? value : shown(value)
}

// By our own words: what `util.inspect` says of an object differs from one version of Node to the next, and with it would
// the digest. Nothing of the object runs: no getter, no trap, no `toString`.
function shown(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value)
  if (typeof value === 'function') return 'a function'
  if (typeof value !== 'object' || value === null) return String(value)
  if (types.isProxy(value)) return 'a proxy'
  const fields = Object.entries(Object.getOwnPropertyDescriptors(value)).filter(
    ([, field]) => field.enumerable,
  )
  const texts = fields.slice(0, fieldsMax).map(([name, field]) => `${name}: ${shownField(field)}`)
  return `{${[...texts, ...(fields.length > fieldsMax ? ['…'] : [])].join(', ')}}`
}

function shownField(field: PropertyDescriptor): string {
  const value: unknown = field.value
  const isPlain = 'value' in field && (typeof value !== 'object' || value === null)
  return isPlain ? shown(value) : '…'
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}
