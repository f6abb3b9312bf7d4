// The flags that cut a part out of a trace: from, to, nodes, kinds, text.

import type { Command } from 'commander'

import { wrongValue } from './arguments.ts'
import { type BoundFlags, boundsOf, withBounds } from './bounds.ts'
import type { EventRange } from '../reports/index.ts'

/** The flags as they were parsed. */
export interface RangeFlags extends BoundFlags {
  readonly node?: readonly string[]
  readonly kind?: readonly string[]
  readonly text?: string
}

/** Adds the flags to a command. */
export function withRange(command: Command): Command {
  return withBounds(command)
    .option('--node <name...>', 'only events of these nodes; world for those of none')
    .option('--kind <kind...>', 'only events of these kinds')
    .option('--text <text>', 'only events that say this')
}

/** What the flags mean. */
export function rangeOf({ node, kind, text, ...bounds }: RangeFlags): EventRange {
  return {
    ...boundsOf(bounds),
    ...(node === undefined ? {} : { nodes: node.map((name) => (name === 'world' ? '' : name)) }),
    ...(kind === undefined ? {} : { kinds: kind }),
    ...(text === undefined ? {} : { text }),
  }
}

/** Reads the number of an event, with or without `#`. */
export function eventArgument(option: string): (text: string) => number {
  return (text) => {
    const seq = Number(/^#?(\d{1,15})$/.exec(text)?.[1] ?? 0)
    if (seq < 1) throw wrongValue(option, text, 'the number of an event, such as 120 or #120')
    return seq
  }
}
