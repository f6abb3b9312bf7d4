// The HELP subcommand of commands that have subcommands.

import { type Command, command } from './command.ts'

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
