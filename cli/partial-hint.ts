// `--partial`: where a trace is damaged, and a part of it would be enough.

import type { Command } from 'commander'

import { UsageError } from './usage-error.ts'
import { TraceError } from '../sim/index.ts'

/** What the flag says. */
export interface PartialFlag {
  readonly partial?: true
}

/** Adds the flag. */
export function withPartial(command: Command): Command {
  return command.option('--partial', 'take what stands before the damage of a trace, instead of refusing it')
}

/** Runs what reads traces; errors of damage behind a header end with a line about the flag, unless it is there. */
export async function hintingAtPartial({ partial }: PartialFlag, read: () => Promise<void>): Promise<void> {
  try {
    await read()
  } catch (error) {
    if (partial === true || !(error instanceof TraceError) || error.line <= 1) throw error
    throw new UsageError(`${error.message}\n  with --partial, what stands before it is taken`)
  }
}
