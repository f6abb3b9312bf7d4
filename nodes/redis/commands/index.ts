// All commands, by families.

import type { Command } from './command.ts'
import { connectionCommands } from './connection.ts'
import { persistenceCommands } from './persistence.ts'
import { stringCommands } from './strings.ts'

const families: readonly (readonly Command[])[] = [connectionCommands, persistenceCommands, stringCommands]

/** A table of all commands by name, made for one server: usage is counted in it. */
export function commandTable(): ReadonlyMap<string, Command> {
  return new Map(families.flat().map((each) => [each.name, copyOf(each)]))
}

function copyOf(original: Command): Command {
  const { subcommands } = original
  const usage = { calls: 0, time: 0, rejected: 0, failed: 0 }
  if (subcommands === null) return { ...original, usage }
  return {
    ...original,
    usage,
    subcommands: new Map([...subcommands].map(([name, each]) => [name, copyOf(each)])),
  }
}
