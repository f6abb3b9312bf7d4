// What is logged of an error that a program did not expect.

import { type DataRecord, describeThrown } from '../../sim/index.ts'

/** How much of an error's message is logged. */
const messageMax = 500

/**
 * The fields of a log line that tell what was thrown, which may be anything: `error`, and of errors where they come from (`stack`,
 * which enters no digest). Never throws.
 */
export function errorFields(thrown: unknown): DataRecord {
  const { error, stack } = describeThrown(thrown)
  return { error: error.slice(0, messageMax), ...(stack === undefined ? {} : { stack }) }
}
