// Which part of a trace is meant: `--from`, `--to`, `--node`.

import type { Command } from 'commander'

import { wrongValue } from './arguments.ts'
import { UsageError } from './usage-error.ts'
import type { Bound, Selection } from '../reports/index.ts'
import { parseDuration } from '../sim/index.ts'

/** The flags that say from where to where. */
export interface BoundFlags {
  readonly from?: Bound
  readonly to?: Bound
}

/** The flags that cut a part out of a trace. */
export interface SelectionFlags extends BoundFlags {
  readonly node?: readonly string[]
}

/** Adds `--from` and `--to`. */
export function withBounds(command: Command): Command {
  return command
    .option(
      '--from <place>',
      'leave out what was before: an instant (12.5s, 250ms) or an event (#1516)',
      boundArgument('--from'),
    )
    .option('--to <place>', 'leave out what was after, in the same way', boundArgument('--to'))
}

/** Adds them and `--node`. */
export function withSelection(command: Command): Command {
  return withBounds(command).option(
    '--node <name>',
    'only this node and the world; may be given several times',
    nodeArgument,
  )
}

/** What `--from` and `--to` say. */
export function boundsOf({ from, to }: BoundFlags): BoundFlags {
  if (from !== undefined && to !== undefined && isReversed(from, to))
    throw new UsageError('--from and --to: got a part that ends before it begins')
  return { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) }
}

/** What the flags say. */
export function selectionOf({ node, ...bounds }: SelectionFlags): Selection {
  return { ...boundsOf(bounds), ...(node === undefined ? {} : { nodes: new Set(node) }) }
}

// An event and an instant cannot be compared without the trace.
function isReversed(from: Bound, to: Bound): boolean {
  if ('seq' in from) return 'seq' in to && from.seq > to.seq
  return 'at' in to && from.at > to.at
}

/** Reads a place in a trace. */
function boundArgument(option: string): (text: string) => Bound {
  return (text) => {
    if (/^#[1-9]\d{0,14}$/.test(text)) return { seq: Number(text.slice(1)) }
    const at = parseDuration(text)
    if (at === undefined || at < 0)
      throw wrongValue(option, text, 'an instant such as 12.5s or 250ms, or an event such as #1516')
    return { at }
  }
}

function nodeArgument(name: string, before: readonly string[] = []): readonly string[] {
  return [...before, name]
}
