// COMMAND: the table itself, as clients read it.

import { argument, isWord } from './arguments.ts'
import { type Command, command, keyIndexes, type Run } from './command.ts'
import type { CommandContext } from './context.ts'
import { writeDocs } from './command-docs.ts'
import { help } from './help.ts'
import { type KeySpecification, keySpecifications, keyUses, tipsOf } from './key-specifications.ts'
import { CommandError, syntaxError } from '../command-error.ts'
import type { ReplyWriter } from '../resp/reply-writer.ts'
import { matchesGlob } from '../structures/glob.ts'
import type { ByteString } from '../value.ts'

function lookUp({ server }: CommandContext, name: ByteString): Command | undefined {
  const [first = '', second] = name.toLowerCase().split('|')
  const found = server.commands.get(first)
  return second === undefined ? found : found?.subcommands?.get(second)
}

/** In RESP2 a set has an order: here Redis's own. */
const categoryOrder = [
  'keyspace read write set sortedset list hash string bitmap hyperloglog geo stream pubsub',
  'admin fast slow blocking dangerous connection transaction scripting',
].flatMap((names) => names.split(' '))

function writeCommand(reply: ReplyWriter, each: Command): void {
  const { keys } = each
  const range = typeof keys === 'function' ? { first: 0, last: 0, step: 0 } : keys
  reply.array(10)
  reply.bulk(each.name)
  reply.integer(each.arity)
  writeWords(reply, [...each.flags])
  reply.integer(range.first)
  reply.integer(range.last)
  reply.integer(range.step)
  writeWords(
    reply,
    categoryOrder.filter((category) => each.categories.has(category)).map((category) => `@${category}`),
  )
  const tips = tipsOf(each.name)
  reply.set(tips.length)
  for (const tip of tips) reply.bulk(tip)
  const specifications = keySpecifications(each.name)
  reply.set(specifications.length)
  for (const specification of specifications) writeKeySpecification(reply, specification)
  const subcommands = [...(each.subcommands?.values() ?? [])]
  reply.set(subcommands.length)
  for (const subcommand of subcommands) writeCommand(reply, subcommand)
}

function writeWords(reply: ReplyWriter, words: readonly string[]): void {
  reply.set(words.length)
  for (const word of words) reply.simple(word)
}

function writeKeySpecification(reply: ReplyWriter, { begin, find, flags }: KeySpecification): void {
  reply.map(3)
  reply.bulk('flags')
  writeWords(reply, flags)
  reply.bulk('begin_search')
  writePart(reply, begin.kind, beginFields(begin))
  reply.bulk('find_keys')
  writePart(reply, find.kind, findFields(find))
}

function beginFields(begin: KeySpecification['begin']): readonly (readonly [string, number | string])[] {
  switch (begin.kind) {
    case 'index':
      return [['index', begin.index]]
    case 'keyword':
      return [
        ['keyword', begin.keyword],
        ['startfrom', begin.from],
      ]
    case 'unknown':
      return []
  }
}

function findFields(find: KeySpecification['find']): readonly (readonly [string, number | string])[] {
  switch (find.kind) {
    case 'range':
      return [
        ['lastkey', find.last],
        ['keystep', find.step],
        ['limit', find.limit],
      ]
    case 'keynum':
      return [
        ['keynumidx', find.index],
        ['firstkey', find.first],
        ['keystep', find.step],
      ]
    case 'unknown':
      return []
  }
}

function writePart(
  reply: ReplyWriter,
  kind: string,
  fields: readonly (readonly [string, number | string])[],
): void {
  reply.map(2)
  reply.bulk('type')
  reply.bulk(kind)
  reply.bulk('spec')
  reply.map(fields.length)
  for (const [name, value] of fields) {
    reply.bulk(name)
    if (typeof value === 'number') reply.integer(value)
    else reply.bulk(value)
  }
}

const all: Run = ({ reply, server }) => {
  reply.array(server.commands.size)
  for (const each of server.commands.values()) writeCommand(reply, each)
}

const info: Run = (context, args) => {
  if (args.length === 2) {
    all(context, args)
    return
  }
  context.reply.array(args.length - 2)
  for (const name of args.slice(2)) {
    const found = lookUp(context, name)
    if (found === undefined) context.reply.null()
    else writeCommand(context.reply, found)
  }
}

const docs: Run = (context, args) => {
  const { reply, server } = context
  const names = args.length > 2 ? args.slice(2) : [...server.commands.keys()]
  const found = names.map((name) => lookUp(context, name)).filter((each) => each !== undefined)
  reply.map(found.length)
  for (const each of found) writeDocs(reply, each)
}

function keysOfCall(
  context: CommandContext,
  args: readonly ByteString[],
): { readonly found: Command; readonly rest: readonly ByteString[] } {
  const rest = args.slice(2)
  const container = lookUp(context, argument(args, 2))
  const found = container?.subcommands?.get((rest[1] ?? '').toLowerCase()) ?? container
  if (found === undefined) throw new CommandError('ERR Invalid command specified')
  if (keySpecifications(found.name).length === 0)
    throw new CommandError('ERR The command has no key arguments')
  if (found.arity > 0 ? rest.length !== found.arity : rest.length < -found.arity)
    throw new CommandError('ERR Invalid number of arguments specified for command')
  return { found, rest }
}

const getkeys: Run = (context, args) => {
  const { found, rest } = keysOfCall(context, args)
  const indexes = keyIndexes(found, rest)
  if (indexes.length === 0 && !found.flags.has('no_mandatory_keys'))
    throw new CommandError('ERR Invalid arguments specified for command')
  context.reply.bulks(indexes.map((index) => rest[index] ?? ''))
}

const getkeysandflags: Run = (context, args) => {
  const { found, rest } = keysOfCall(context, args)
  const uses = keyUses(found, rest)
  if (uses.length === 0 && !found.flags.has('no_mandatory_keys'))
    throw new CommandError('ERR Invalid arguments specified for command')
  const { reply } = context
  reply.array(uses.length)
  for (const { flags, index } of uses) {
    reply.array(2)
    reply.bulk(rest[index] ?? '')
    writeWords(reply, flags)
  }
}

const list: Run = ({ reply, server }, args) => {
  let names = [...server.commands.values()].flatMap((each) => [each, ...(each.subcommands?.values() ?? [])])
  if (args.length > 2) {
    if (args.length !== 5 || !isWord(args[2], 'FILTERBY')) throw new CommandError(syntaxError)
    const value = argument(args, 4)
    if (isWord(args[3], 'PATTERN')) names = names.filter(({ name }) => matchesGlob(value, name, true))
    else if (isWord(args[3], 'ACLCAT'))
      names = names.filter(({ categories }) => categories.has(value.toLowerCase()))
    else if (isWord(args[3], 'MODULE')) names = []
    else throw new CommandError(syntaxError)
  }
  reply.bulks(names.map(({ name }) => name))
}

const usual = 'loading stale @connection'

/** COMMAND. */
export const commandTableCommands: readonly Command[] = [
  command('command', -1, usual, all, {
    subcommands: [
      command('command|count', 2, usual, ({ reply, server }) => {
        reply.integer(server.commands.size)
      }),
      command('command|info', -2, usual, info),
      command('command|docs', -2, usual, docs),
      command('command|list', -2, usual, list),
      command('command|getkeys', -4, usual, getkeys),
      command('command|getkeysandflags', -4, usual, getkeysandflags),
      help('command', '@connection', [
        ['(no subcommand)', 'Return details about all Redis commands.'],
        ['COUNT', 'Return the total number of commands in this Redis server.'],
        ['LIST', 'Return a list of all commands in this Redis server.'],
        ['INFO [<command-name> ...]', 'Return details about multiple Redis commands.'],
        ['DOCS [<command-name> ...]', 'Return documentation details about multiple Redis commands.'],
        ['GETKEYS <full-command>', 'Return the keys from a full Redis command.'],
        ['GETKEYSANDFLAGS <full-command>', 'Return the keys and the access flags from a full Redis command.'],
      ]),
    ],
  }),
]
