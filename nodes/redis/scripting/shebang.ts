// The first line of scripts and libraries: `#!lua name=value …`.

import { CommandError } from '../command-error.ts'
import type { ByteString } from '../value.ts'

/** What scripts and functions may say of themselves. */
export const knownFlags: ReadonlySet<string> = new Set([
  'no-writes',
  'allow-oom',
  'allow-stale',
  'no-cluster',
  'allow-cross-slot-keys',
])

/** A script's flags; null where it has no such line, which leaves everything open. Throws a CommandError. */
export function scriptFlags(body: ByteString): ReadonlySet<string> | null {
  if (!body.startsWith('#!')) return null
  const end = body.indexOf('\n')
  if (end < 0) throw new CommandError('ERR Invalid script shebang')
  const [engine = '', ...options] = body
    .slice(0, end)
    .split(' ')
    .filter((word) => word !== '')
  if (engine !== '#!lua') throw new CommandError(`ERR Unexpected engine in script shebang: ${engine}`)
  const flags = new Set<string>()
  for (const option of options) {
    if (!option.startsWith('flags=')) throw new CommandError(`ERR Unknown lua shebang option: ${option}`)
    for (const flag of option.slice(6).split(',')) {
      if (!knownFlags.has(flag)) throw new CommandError(`ERR Unexpected flag in script shebang: ${flag}`)
      flags.add(flag)
    }
  }
  return flags
}

/** A body without its first line, which stays as an empty one so that lines count as before. */
export function withoutShebang(body: ByteString): ByteString {
  return body.startsWith('#!') ? body.slice(Math.max(0, body.indexOf('\n'))) : body
}

/** A library's engine and name. Throws a CommandError. */
export function libraryHead(code: ByteString): { readonly engine: string; readonly name: string } {
  const end = code.indexOf('\n')
  if (!code.startsWith('#!')) throw new CommandError('ERR Missing library metadata')
  if (end < 0) throw new CommandError('ERR Invalid library metadata')
  const [engine = '', ...options] = code.slice(2, end).trim().split(/ +/)
  let name: string | null = null
  for (const option of options) {
    if (!option.toLowerCase().startsWith('name='))
      throw new CommandError(`ERR Invalid metadata value given: ${option}`)
    if (name !== null)
      throw new CommandError('ERR Invalid metadata value, name argument was given multiple times')
    name = option.slice(5)
  }
  if (name === null) throw new CommandError('ERR Library name was not given')
  if (!/^[A-Za-z0-9_]+$/.test(name))
    throw new CommandError(
      'ERR Library names can only contain letters, numbers, or underscores(_) and must be at least one character long',
    )
  if (engine.toLowerCase() !== 'lua') throw new CommandError(`ERR Engine '${engine}' not found`)
  return { engine: 'LUA', name }
}
