// Files that a command makes and never replaces.

import { UsageError } from './usage-error.ts'

/** Makes what writes to a new file that an option names. Throws a UsageError where the file cannot be made. */
export function newFile<T>(option: string, path: string, make: () => T): T {
  try {
    return make()
  } catch (error) {
    throw new UsageError(
      `${option} ${path}: got ${error instanceof Error ? error.message : String(error)}, wanted a new file in a folder that is there`,
    )
  }
}
