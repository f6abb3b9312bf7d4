// What MONITOR and SLOWLOG must not show: passwords, and who has them. In their place stands `(redacted)`, as in Redis.

import type { ByteString } from './value.ts'

/** Settings whose values are secret. */
const secrets: ReadonlySet<string> = new Set(['requirepass', 'masterauth', 'masteruser'])

/** Places of secret arguments, by the name of the command. */
const places: ReadonlyMap<string, (args: readonly ByteString[]) => readonly number[]> = new Map([
  ['auth', (args) => from(args, 1)],
  ['hello', (args) => after(args, 2, { auth: 2 })],
  ['migrate', (args) => after(args, 6, { auth: 1, auth2: 2 })],
  ['acl|setuser', (args) => from(args, 2)],
  [
    'config|set',
    (args) => from(args, 3).filter((at) => at % 2 === 1 && secrets.has((args[at - 1] ?? '').toLowerCase())),
  ],
])

/** Arguments as they may be shown. */
export function redacted(name: string, args: readonly ByteString[]): readonly ByteString[] {
  const hidden = places.get(name)?.(args) ?? []
  return hidden.length === 0 ? args : args.map((arg, at) => (hidden.includes(at) ? '(redacted)' : arg))
}

function from(args: readonly ByteString[], first: number): readonly number[] {
  return args.map((_, at) => at).filter((at) => at >= first)
}

/** Places of so many arguments after each of some words. */
function after(
  args: readonly ByteString[],
  first: number,
  words: Readonly<Record<string, number>>,
): readonly number[] {
  const found: number[] = []
  for (let at = first; at < args.length; at += 1) {
    const word = (args[at] ?? '').toLowerCase()
    const count = Object.hasOwn(words, word) ? (words[word] ?? 0) : 0
    for (let step = 1; step <= count; step += 1) found.push(at + step)
    at += count
  }
  return found
}
