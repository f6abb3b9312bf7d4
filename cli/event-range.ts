// The flags that cut a part out of a trace: from, to, nodes, kinds, text.

import type { Command } from 'commander'

import { wrongValue } from './arguments.ts'
import { boundArgument } from './bounds.ts'
import type { Bound, EventRange } from '../reports/index.ts'

/** The flags as they were parsed. */
export interface RangeFlags {
  readonly from?: Bound
  readonly to?: Bound
  readonly node?: readonly string[]
  readonly kind?: readonly string[]
  readonly text?: string
}

/** Adds the flags to a command. */
export function withRange(command: Command): Command {
  const ends = 'an event such as #120, or an instant such as 2.5s'
  return command
    .option('--from <place>', `the first: ${ends}`, boundArgument('--from'))
    .option('--to <place>', `the last: ${ends}`, boundArgument('--to'))
    .option('--node <name...>', 'only events of these nodes; world for those of none')
    .option('--kind <kind...>', 'only events of these kinds')
    .option('--text <text>', 'only events that say this')
}

/** What the flags mean. */
export function rangeOf({ from, to, node, kind, text }: RangeFlags): EventRange {
  return {
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
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
