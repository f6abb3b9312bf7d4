// The command that a script names.

import type { Command } from '../commands/command.ts'
import type { ByteString } from '../value.ts'

/** The command, subcommands included; an error text where there is none, or its arguments are too few or many. */
export function commandOf(
  commands: ReadonlyMap<string, Command>,
  words: readonly ByteString[],
): Command | string {
  const [name = '', second] = words
  const found = commands.get(name.toLowerCase())
  const command =
    found?.subcommands === null || found === undefined || second === undefined
      ? found
      : found.subcommands.get(second.toLowerCase())
  if (command === undefined) return 'ERR Unknown Redis command called from script'
  const { arity } = command
  const fits = arity > 0 ? words.length === arity : words.length >= -arity
  return fits ? command : 'ERR Wrong number of args calling Redis command from script'
}
