// The HELP subcommand of commands that have subcommands, and the error that points to it.

import { type Command, command } from './command.ts'
import { CommandError } from '../command-error.ts'
import type { ByteString } from '../value.ts'

/** HELP of a command: each subcommand's usage with a sentence about it. */
export function help(
  name: string,
  category: string,
  lines: readonly (readonly [usage: string, ...about: string[]])[],
): Command {
  const texts = [
    `${name.toUpperCase()} <subcommand> [<arg> [value] [opt] ...]. Subcommands are:`,
    ...[...lines, ['HELP', 'Prints this help.'] as const].flatMap(([usage, ...about]) => [
      usage,
      ...about.map((line) => `    ${line}`),
    ]),
  ]
  return command(`${name}|help`, 2, `loading stale ${category}`, ({ reply }) => {
    reply.array(texts.length)
    for (const text of texts) reply.simple(text)
  })
}

/** What Redis says of a subcommand's arguments that it does not know. */
export function unknownSubcommand(args: readonly ByteString[]): CommandError {
  const [name = '', word = ''] = args
  return new CommandError(
    `ERR unknown subcommand or wrong number of arguments for '${word.slice(0, 128)}'. Try ${name.toUpperCase()} HELP.`,
  )
}
