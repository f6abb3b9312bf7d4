// COMMAND DOCS: what is known of each command, in the shape that redis-server gives it.

import { argumentLines } from './argument-lines.ts'
import type { Command } from './command.ts'
import {
  commandComplexity,
  commandDeprecation,
  commandGroups,
  commandSince,
  systemCommands,
} from './command-facts.ts'
import type { ReplyWriter } from '../resp/reply-writer.ts'

/** What a command takes. */
interface Argument {
  readonly name: string
  readonly type: string
  /** By their letters: k, t, s, d, f. */
  readonly parts: ReadonlyMap<string, string>
  readonly inner: readonly Argument[]
}

const flagNames = new Map([
  ['?', 'optional'],
  ['*', 'multiple'],
  ['+', 'multiple_token'],
])

function byCommand(table: readonly (readonly [string, string])[]): ReadonlyMap<string, string> {
  return new Map(table.flatMap(([value, names]) => names.split(' ').map((name) => [name, value] as const)))
}

const since = byCommand(commandSince)
const groups = byCommand(commandGroups)
const complexity = byCommand(commandComplexity)
const deprecation = byCommand(commandDeprecation)
const lines: ReadonlyMap<string, string> = new Map(
  argumentLines.map((line) => {
    const end = line.indexOf(' ')
    return [line.slice(0, end), line.slice(end + 1)] as const
  }),
)

/** Writes a command's name and what is known of it. */
export function writeDocs(reply: ReplyWriter, each: Command): void {
  const subcommands = [...(each.subcommands?.values() ?? [])]
  const args = parsed(lines.get(each.name) ?? '')
  const [old, ...place] = (deprecation.get(each.name) ?? '').split(' ')
  const facts: (readonly [string, string])[] = [
    ['summary', summaryOf(each, args)],
    ['since', since.get(each.name) ?? '1.0.0'],
    ['group', groups.get(each.name) ?? 'server'],
  ]
  const growth = complexity.get(each.name)
  if (growth !== undefined) facts.push(['complexity', growth])
  const flag = systemCommands.has(each.name) ? 'syscmd' : old === '' ? null : 'deprecated'
  reply.bulk(each.name)
  reply.map(
    facts.length +
      (flag === null ? 0 : flag === 'syscmd' ? 1 : 3) +
      (args.length > 0 ? 1 : 0) +
      (subcommands.length > 0 ? 1 : 0),
  )
  for (const [name, value] of facts) writePair(reply, name, value)
  if (flag !== null) {
    reply.bulk('doc_flags')
    reply.set(1)
    reply.simple(flag)
    if (flag === 'deprecated') {
      writePair(reply, 'deprecated_since', old ?? '')
      writePair(reply, 'replaced_by', place.join(' '))
    }
  }
  if (args.length > 0) writeArguments(reply, args)
  if (subcommands.length === 0) return
  reply.bulk('subcommands')
  reply.map(subcommands.length)
  for (const subcommand of subcommands) writeDocs(reply, subcommand)
}

function writePair(reply: ReplyWriter, name: string, value: string): void {
  reply.bulk(name)
  reply.bulk(value)
}

function writeArguments(reply: ReplyWriter, args: readonly Argument[]): void {
  reply.bulk('arguments')
  reply.array(args.length)
  for (const { inner, name, parts, type } of args) {
    reply.map(2 + parts.size + (inner.length > 0 ? 1 : 0))
    writePair(reply, 'name', name)
    writePair(reply, 'type', type)
    const key = parts.get('k')
    if (key !== undefined) {
      reply.bulk('key_spec_index')
      reply.integer(Number(key))
    }
    for (const [letter, field] of argumentFields) {
      const value = parts.get(letter)
      if (value !== undefined) writePair(reply, field, value)
    }
    const flags = parts.get('f')
    if (flags !== undefined) {
      reply.bulk('flags')
      reply.set(flags.length)
      for (const flag of flags) reply.simple(flagNames.get(flag) ?? flag)
    }
    if (inner.length > 0) writeArguments(reply, inner)
  }
}

const argumentFields = [
  ['t', 'token'],
  ['s', 'since'],
  ['d', 'deprecated_since'],
] as const

/** Reads a line of argument-lines.ts. */
function parsed(line: string): readonly Argument[] {
  let at = 0
  const list = (): readonly Argument[] => {
    const args: Argument[] = []
    while (at < line.length && line.charAt(at) !== ')') {
      const text = /^[^ ()]+/.exec(line.slice(at))?.[0] ?? ''
      at += Math.max(1, text.length)
      if (text === '') continue
      let inner: readonly Argument[] = []
      if (line.charAt(at) === '(') {
        at += 1
        inner = list()
        at += 1
      }
      args.push(argumentOf(text, inner))
    }
    return args
  }
  return list()
}

function argumentOf(text: string, inner: readonly Argument[]): Argument {
  // A name may have slashes and colons of its own; the type has none.
  const [, name = '', type = '', rest = ''] = /^(.*):([a-z-]+)((?:\/.*)?)$/.exec(text) ?? []
  const parts = rest.split('/').slice(1)
  return { name, type, parts: new Map(parts.map((part) => [part.charAt(0), part.slice(1)])), inner }
}

/** In a few words: whether it reads or writes, what of, and what it takes. */
function summaryOf(each: Command, args: readonly Argument[]): string {
  const group = (groups.get(each.name) ?? 'server').replace('-', ' ')
  const act = each.isWrite ? 'Writes' : each.isReadonly ? 'Reads' : 'Serves'
  const name = each.name.replace('|', ' ').toUpperCase()
  const taken = args.map(shownArgument).join(' ')
  return `${act} (${group}): ${name}${taken === '' ? '' : ` ${taken}`}`
}

function shownArgument({ inner, name, parts, type }: Argument): string {
  const token = parts.get('t')
  const own =
    type === 'pure-token'
      ? (token ?? name)
      : type === 'oneof'
        ? inner.map(shownArgument).join('|')
        : inner.length > 0
          ? inner.map(shownArgument).join(' ')
          : name
  const shown = token === undefined || type === 'pure-token' ? own : `${token} ${own}`
  const flags = parts.get('f') ?? ''
  const many = flags.includes('*') ? `${shown} [${shown} ...]` : shown
  return flags.includes('?') ? `[${many}]` : many
}
