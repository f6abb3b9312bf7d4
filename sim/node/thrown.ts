// What a program threw, in words. It may have thrown anything: null, a proxy, an error whose stack is a getter that throws.
// Whatever it was, the `exit` event is made, and says the same in every run.

import { inspect, types } from 'node:util'

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

// Without what the object itself says of how it is shown.
function shown(value: unknown): string {
  return attempt(() => inspect(value, { customInspect: false })) ?? `${typeof value} that cannot be shown`
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}
