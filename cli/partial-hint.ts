// Where a trace is damaged, and the command could take a part of it, its error says how.

import { UsageError } from './usage-error.ts'
import { TraceError } from '../sim/index.ts'

/** Runs what reads traces; errors of damage behind a header end with a line about `--partial`, unless it is there. */
export async function hintingAtPartial(isPartial: boolean, read: () => Promise<void>): Promise<void> {
  try {
    await read()
  } catch (error) {
    if (isPartial || !(error instanceof TraceError) || !isBehindHeader(error)) throw error
    throw new UsageError(`${error.message}\n  with --partial, what stands before it is taken`)
  }
}

/** Compressed traces that were cut off have no line, only an end. */
function isBehindHeader({ line, got }: TraceError): boolean {
  return line > 1 || got.includes('unexpected end of file')
}
