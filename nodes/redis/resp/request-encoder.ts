// Writes commands as clients, masters and append-only files do: arrays of bulk strings.

import type { ByteString } from '../value.ts'

/** The bytes of a command. */
export function encodeCommand(args: readonly ByteString[]): ByteString {
  let text = `*${args.length}\r\n`
  for (const arg of args) text += `$${arg.length}\r\n${arg}\r\n`
  return text
}
